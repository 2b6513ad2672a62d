import {
  buildRestClient,
  PlatformUnreachable,
  type RestClient,
  RestRefusal,
} from '@pileus/rest-contract'
import type { Command } from 'commander'
import { openEvents, type ReceivedEvent } from './event-stream.ts'
import { CommandFailure } from './exit-codes.ts'
import { type AddressOptions, resolveAddress } from './platform-address.ts'
import { printable } from './printable-text.ts'
import { programName } from './program-name.ts'
import { findSecret, secrets } from './secrets.ts'
import type { Env, Terminal } from './terminal.ts'

export interface OperatorOptions extends AddressOptions {
  readonly user?: string
  readonly passwordFile?: string
}

export const operatorOptions: readonly (readonly [flags: string, description: string])[] = [
  ['--url <url>', 'where the platform is, such as http://127.0.0.1:8080'],
  ['--user <name>', 'who you are, such as t100/admin'],
  ['--password-file <file>', 'a file with your password that only you can read'],
]

export function addOperatorOptions(command: Command): Command {
  for (const [flags, description] of operatorOptions) command.option(flags, description)
  return command
}

export const operatorVariables = [
  'PILEUS_PUBLIC_URL, or PILEUS_HOST and PILEUS_HTTP_PORT: where the platform is',
  'PILEUS_TENANT and PILEUS_ADMIN_USER: who you are (t100 and admin)',
  'PILEUS_ADMIN_PASSWORD, or PILEUS_ADMIN_PASSWORD_FILE: your password; else you are asked',
]

/** The platform, called as one operator. */
export interface OperatorRest {
  readonly rest: RestClient
  readonly httpUrl: string
  readonly user: string
  /** Runs calls and turns what goes wrong in all of them into a failure with advice. */
  call<T>(run: (rest: RestClient) => Promise<T>): Promise<T>
  /** A stream of events. Rejects as calls of `rest` do. */
  openEvents(path: string, signal: AbortSignal): Promise<AsyncIterable<ReceivedEvent>>
}

export async function openOperatorRest(
  options: OperatorOptions,
  terminal: Terminal,
): Promise<OperatorRest> {
  const { httpUrl } = resolveAddress(options, terminal.env)
  const user = options.user ?? userOf(terminal.env)
  const password = await findSecret(secrets.operator, options.passwordFile, user, terminal)
  const rest = buildRest(httpUrl, user, password.text)
  return {
    rest,
    httpUrl,
    user,
    call: async (run) => {
      try {
        return await run(rest)
      } catch (error) {
        throw explainFailure(error, { httpUrl, user, passwordFrom: password.from })
      }
    },
    openEvents: (path, signal) =>
      openEvents(httpUrl + path, { headers: loginHeaders(user, password.text), signal }),
  }
}

/** REST as one user, who waits for an answer for a bounded time. */
export function buildRest(httpUrl: string, user: string, password: string): RestClient {
  const headers = loginHeaders(user, password)
  return buildRestClient({
    baseUrl: httpUrl,
    fetch: (url, init) => {
      const late = AbortSignal.timeout(answerMsMax)
      const signal = init.signal === undefined ? late : AbortSignal.any([init.signal, late])
      return fetch(url, { ...init, signal })
    },
    headers: () => headers,
  })
}

function loginHeaders(user: string, password: string): Readonly<Record<string, string>> {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

export function userOf(env: Env): string {
  return `${env['PILEUS_TENANT'] || 't100'}/${env['PILEUS_ADMIN_USER'] || 'admin'}`
}

const answerMsMax = 20_000

interface CallPlace {
  readonly httpUrl: string
  readonly user: string
  readonly passwordFrom: string
}

/** What would be the same for each call; other refusals stay as they are. */
function explainFailure(error: unknown, { httpUrl, user, passwordFrom }: CallPlace): unknown {
  if (!(error instanceof RestRefusal)) return explainUnreachable(error, httpUrl)
  const said = printable(error.message)
  switch (error.status) {
    case 401:
      return new CommandFailure(
        'noPermission',
        `${httpUrl} does not let ${user} in: the user or the password is wrong.`,
        `The password came from ${passwordFrom}. PILEUS_TENANT and PILEUS_ADMIN_USER, or --user, say who you are.`,
      )
    case 403:
      return new CommandFailure('noPermission', `${user} may not do that: ${said}`)
    case 429:
    case 503:
      return new CommandFailure('unavailable', said)
    default:
      return error
  }
}

/** That nobody answered, with what to do about it; anything else as it is. */
export function explainUnreachable(error: unknown, httpUrl: string): unknown {
  if (!(error instanceof PlatformUnreachable)) return error
  return new CommandFailure(
    'unavailable',
    `No answer from ${httpUrl} (${reasonOf(error.cause)}).`,
    `Is the platform running? \`${programName} serve\` runs one here; --url says where another one is.`,
  )
}

/** `ECONNREFUSED` and the like; `fetch` hides it one or two causes deep. */
function reasonOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error.name === 'TimeoutError') return `nothing within ${answerMsMax / 1000} s`
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error.cause === undefined) return error.message
  }
  return 'unknown reason'
}
