import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { CommandFailure } from './exit-codes.ts'
import { askSecret } from './prompt.ts'
import type { Env, Terminal } from './terminal.ts'

export interface SecretRow {
  /** As a sentence calls it. */
  readonly what: string
  /** The name that the server has for it too; with `_FILE` behind it, the path of a file. */
  readonly variable: `PILEUS_${string}`
  /** The option that names a file. There is none for the secret itself. */
  readonly fileOption: `--${string}-file`
}

/** The secrets that commands need, and where they come from. */
export const secrets = {
  operator: {
    what: 'password',
    variable: 'PILEUS_ADMIN_PASSWORD',
    fileOption: '--password-file',
  },
  bootstrap: {
    what: 'bootstrap password',
    variable: 'PILEUS_BOOTSTRAP_PASSWORD',
    fileOption: '--bootstrap-password-file',
  },
} as const satisfies Record<string, SecretRow>

/** Where a secret is, before anything is read. */
export type SecretPlace =
  | { readonly kind: 'value'; readonly text: string; readonly from: string }
  | { readonly kind: 'file'; readonly path: string; readonly from: string }
  | { readonly kind: 'ask' }

/** A secret, and what to name when it turns out to be wrong. */
export interface FoundSecret {
  readonly text: string
  readonly from: string
}

/** The file that an option names, else the variable or its file; else a person has to be asked. */
export function locateSecret(row: SecretRow, file: string | undefined, env: Env): SecretPlace {
  if (file !== undefined) return { kind: 'file', path: file, from: row.fileOption }
  const text = env[row.variable]
  const fileVariable = `${row.variable}_FILE`
  const path = env[fileVariable]
  if (text && path) {
    throw new CommandFailure(
      'configuration',
      `${row.variable} and ${fileVariable} exclude each other.`,
    )
  }
  if (text) return { kind: 'value', text, from: row.variable }
  return path ? { kind: 'file', path, from: fileVariable } : { kind: 'ask' }
}

/** `owner` completes the question, as in "Password of t100/admin:". */
export async function findSecret(
  row: SecretRow,
  file: string | undefined,
  owner: string,
  terminal: Terminal,
): Promise<FoundSecret> {
  const place = locateSecret(row, file, terminal.env)
  switch (place.kind) {
    case 'value':
      return place
    case 'file':
      return { text: readSecretFile(place.path, place.from), from: place.from }
    case 'ask': {
      if (terminal.input.isTTY) {
        const what = `${row.what[0]?.toUpperCase()}${row.what.slice(1)}`
        return { text: await askSecret(terminal, `${what} of ${owner}: `), from: 'what was typed' }
      }
      throw new CommandFailure(
        'configuration',
        `The ${row.what} of ${owner} is missing, and there is no terminal to ask at.`,
        `Put it into ${row.variable}, or into a file of mode 600 named by ${row.variable}_FILE or ${row.fileOption}.`,
      )
    }
  }
}

/** The content without the line break that editors add. Others may not be able to read the file. */
export function readSecretFile(path: string, from: string): string {
  const { text, mode } = readWithMode(path, from)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CommandFailure(
      'noPermission',
      `${from}: the file ${path} holds a secret and is open to others (mode ${formatMode(mode)}).`,
      `Run: chmod 600 ${quoteForShell(path)}`,
    )
  }
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw new CommandFailure('noInput', `${from}: the file ${path} is empty.`)
  return secret
}

/** From one descriptor, so that nobody can exchange the file between the two looks. */
function readWithMode(path: string, from: string): { readonly text: string; mode: number } {
  try {
    const file = openSync(path, 'r')
    try {
      return { mode: fstatSync(file).mode, text: readFileSync(file, 'utf8') }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CommandFailure('noInput', `${from}: the file ${path} cannot be read (${reason}).`)
  }
}

function formatMode(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0')
}

export function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Options that somebody might try, with what to use instead. */
const secretOptions = ['password', 'admin-password', 'bootstrap-password', 'security-token']

/**
 * Refuses a secret on the command line, which everybody on the machine can read and the shell
 * remembers. Never repeats it.
 */
export function refuseSecretArguments(args: readonly string[]): void {
  const end = args.indexOf('--')
  const options = end === -1 ? args : args.slice(0, end)
  for (const argument of options) {
    const name = /^--([\w-]+)/.exec(argument)?.[1] ?? ''
    const isToken = name === 'security-token' || argument.startsWith('--token=')
    if (!isToken && !secretOptions.includes(name)) continue
    const { variable, fileOption } = name.startsWith('bootstrap')
      ? secrets.bootstrap
      : secrets.operator
    throw new CommandFailure(
      'usage',
      `${isToken ? 'A security token' : `--${name}`} is not taken from the command line: others can read it there, and the shell remembers it.`,
      isToken
        ? 'Use --token to be asked for it, or --token-file FILE.'
        : `Use ${variable}, ${variable}_FILE or ${fileOption} FILE; without them you are asked for it.`,
    )
  }
}
