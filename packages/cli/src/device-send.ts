import {
  type DeviceSession,
  isConnectionLost,
  openSession,
  parseRowProblems,
  type RowProblemReport,
} from '@pileus/device-sdk'
import { type ExplainedRow, explainPayload, parsePayload, staticRequest } from '@pileus/smartrest'
import { Command } from 'commander'
import { credentialsPath, openCredentials } from './device-credentials.ts'
import { explainDeviceFailure } from './device-failure.ts'
import { CommandFailure, exitCodes } from './exit-codes.ts'
import { addHelpSections } from './help-text.ts'
import { listenForInterruption } from './interruption.ts'
import { type AddressOptions, resolveAddress } from './platform-address.ts'
import { printable } from './printable-text.ts'
import { programName } from './program-name.ts'
import { findRefusedRows, type RefusedRow } from './refused-rows.ts'
import { markSpan } from './render-explanation.ts'
import { readRows } from './row-input.ts'
import { splitMessages } from './row-messages.ts'
import { findSecret, quoteForShell, secrets } from './secrets.ts'
import { columnsOf, printLines, type Terminal } from './terminal.ts'

interface SendOptions extends AddressOptions {
  readonly id: string
  readonly topic: string
  readonly child?: string
  readonly credentials?: string
  readonly user?: string
  readonly passwordFile?: string
}

/** Rows as one device, over a connection of their own. */
export function deviceSendCommand(terminal: Terminal): Command {
  const command = new Command('send')
    .description(
      'Sends rows as a device and waits until the platform has them on disk. Says which were refused, and why.',
    )
    .argument('[rows...]', 'rows; - reads standard input')
    .requiredOption('--id <id>', 'the device id')
    .option('--topic <topic>', 'where to publish, such as t/us for data that is not stored', 's/us')
    .option('--child <id>', 'the child device that the rows are about')
    .option('--credentials <file>', 'where the device keeps its credentials')
    .option('--user <name>', 'send as somebody who may act for devices, such as t100/admin')
    .option('--password-file <file>', 'a file with the password of that user')
    .option('--mqtt <url>', 'where to connect, such as mqtt://127.0.0.1:1883')
    .option('--url <url>', 'where the platform is; MQTT is on the same host')
    .action(async (args: readonly string[], options: SendOptions) => {
      const payload = await readRows(args, terminal)
      await send(payload, options, terminal)
    })
  return addHelpSections(command, {
    examples: [
      ["pileus device send --id my-device '211,25'", 'a temperature, as device run would send it'],
      ["pileus device send --id my-device --child motor '200,acme_Rpm,n,1450'", 'of a child'],
      ['pileus device send --id my-device - < rows.csv', 'all rows of a file'],
      ["pileus device send --id pump-9 --user t100/admin '100,Pump 9'", 'without registration'],
    ],
    variables: [
      'PILEUS_HOST and PILEUS_MQTT_PORT: where to connect, unless --mqtt says so',
      'PILEUS_ADMIN_PASSWORD, or …_FILE: the password of --user',
    ],
    notes: [
      'Ends with 1 if a row was refused. A device has one connection: one that runs elsewhere is',
      'displaced for a moment.',
    ],
  })
}

/** What is left of an MQTT packet of 16184 bytes for topic and payload (mqtt-endpoint §5.10). */
const messageBytesMax = 16_184 - 16
const acknowledgementMsMax = 30_000
const isForStaticTemplates = /^\/?[stqc]\/us(?:\/|$)/

async function send(payload: string, options: SendOptions, terminal: Terminal): Promise<void> {
  const { output, paint } = terminal
  const topic = topicOf(options)
  const bytesMax = messageBytesMax - Buffer.byteLength(topic)
  const messages = splitMessages(payload, bytesMax)
  if (messages.length === 0) throw new CommandFailure('usage', 'There is no row.')
  refuseLargeRow(messages, bytesMax)
  const refusals: RowProblemReport[] = []
  const hear = (from: string, text: string): void => {
    if (from === 's/e') refusals.push(...parseRowProblems(text))
    else if (from === 'error') refusals.push({ code: 0, messageId: '', text })
    else printLines(output, text.split('\n').map(printable))
  }
  const login = await findLogin(options, terminal)
  const signal = listenForInterruption()
  await using session = await connect(options, login, hear, signal)
  const startedAt = performance.now()
  await withPatience(signal, async () => {
    await session.subscribe(topicsToHear(payload))
    await Promise.all(messages.map((message) => session.publish(topic, message)))
    // Error lines may come after the acknowledgement, but not after the answer to what is asked
    // after it: a session works in order.
    await session.subscribe(['s/e'])
  })
  const tookMs = Math.round(performance.now() - startedAt)
  const rows = messages.flatMap((message) =>
    explainPayload(message, { receivedAt: Date.now(), isDownlink: false }),
  )
  // Rows of collections are not ours to judge.
  const judged = isForStaticTemplates.test(topic) ? rows : rows.map(({ error: _, ...row }) => row)
  const refused = findRefusedRows(judged, refusals)
  for (const each of refused) printLines(terminal.errors, renderRefused(each, terminal))
  const [mark, counts] =
    refused.length === 0
      ? [paint('good', '✓'), `${countOf(rows.length)} acknowledged`]
      : [paint('bad', '✗'), `${countOf(rows.length)} acknowledged, ${refusedOf(refused, judged)}`]
  printLines(output, [`${mark} ${counts} after ${tookMs} ms`])
  if (refused.length > 0) process.exitCode = exitCodes.refused.code
}

/** A message that is too long is a single row (`splitMessages`), and the end of the connection. */
function refuseLargeRow(messages: readonly string[], bytesMax: number): void {
  const bytes = Math.max(...messages.map((message) => Buffer.byteLength(message)))
  if (bytes <= bytesMax) return
  throw new CommandFailure(
    'usage',
    `A row of ${bytes} bytes fits into no message: there is room for ${bytesMax}. Nothing was sent.`,
  )
}

function topicOf({ topic, child }: SendOptions): string {
  if (/[+#\0]/.test(topic) || topic === '' || topic.startsWith('$')) {
    throw new CommandFailure(
      'usage',
      '--topic cannot be published to: it is empty, a filter, or begins with $.',
    )
  }
  if (child === undefined) return topic
  if (child === '' || /[/+#\0]/.test(child)) {
    throw new CommandFailure('usage', '--child must be an id without / + #.')
  }
  return `${topic}/${child}`
}

async function connect(
  { id }: SendOptions,
  { mqttUrl, userName, password, from }: Login,
  onMessage: (topic: string, payload: string) => void,
  signal: AbortSignal,
): Promise<DeviceSession> {
  const session = { id, url: mqttUrl, userName, password, onMessage, signal }
  const outcome = await openSession(session).catch((error: unknown) => {
    throw signal.aborted ? interrupted('Nothing was sent.') : error
  })
  switch (outcome.kind) {
    case 'open':
      return outcome.session
    case 'unreachable':
      throw new CommandFailure(
        'unavailable',
        `No answer from ${mqttUrl} (${printable(outcome.reason)}).`,
        `Is the platform running? \`${programName} serve\` runs one here; --mqtt says where another one is.`,
      )
    case 'refused':
      throw new CommandFailure(
        outcome.code >= 4 ? 'noPermission' : 'unavailable',
        `${mqttUrl} does not let ${userName} in as ${printable(id)} (CONNACK ${outcome.code}: ${printable(outcome.reason)}).`,
        `The password came from ${from}.`,
      )
  }
}

/** Not an end like any other: whoever waits for this command must not believe that it is done. */
function interrupted(...advice: readonly string[]): CommandFailure {
  const text = 'It was ended before the platform had acknowledged everything.'
  return new CommandFailure('interrupted', text, ...advice)
}

interface Login {
  readonly mqttUrl: string
  readonly userName: string
  readonly password: string
  readonly from: string
}

async function findLogin(options: SendOptions, terminal: Terminal): Promise<Login> {
  const { id, user, passwordFile, credentials } = options
  const { mqttUrl } = resolveAddress(options, terminal.env)
  if (user !== undefined) {
    const { text, from } = await findSecret(secrets.operator, passwordFile, user, terminal)
    return { mqttUrl, userName: user, password: text, from }
  }
  const from = credentials ?? credentialsPath(mqttUrl, id, terminal.env)
  const place = { id, mqttUrl, credentialsFrom: from, isAsking: false }
  const found = await openCredentials(from)
    .load()
    .catch((error: unknown) => {
      throw explainDeviceFailure(error, place)
    })
  if (found !== undefined) {
    const { tenant, user: name, password } = found
    return { mqttUrl, userName: `${tenant}/${name}`, password, from }
  }
  throw new CommandFailure(
    'configuration',
    `There are no credentials of ${printable(id)} in ${from}.`,
    `Get them with: ${programName} device run --id ${quoteForShell(id)}. Or send as an operator: --user t100/admin.`,
  )
}

/** Where answers come; operations only for those who ask for them, since hearing is delivering. */
function topicsToHear(payload: string): readonly string[] {
  const asks = parsePayload(payload).rows.some(([messageId = '']) => {
    const template = staticRequest(messageId)
    return template.ok && (template.value.reply !== undefined || messageId === '500')
  })
  return ['s/e', 'error', ...(asks ? ['s/ds'] : [])]
}

const unknownWords = 'What was not acknowledged may have arrived or not.'

async function withPatience(signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(interrupted(unknownWords))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => {
    const seconds = acknowledgementMsMax / 1000
    reject(
      new CommandFailure('unavailable', `The platform has not acknowledged within ${seconds} s.`),
    )
  }, acknowledgementMsMax)
  try {
    await Promise.race([run(), late])
  } catch (error) {
    if (!isConnectionLost(error)) throw error
    throw new CommandFailure(
      'unavailable',
      `The connection ended before everything was acknowledged: ${printable(error.message)}.`,
      unknownWords,
    )
  } finally {
    clearTimeout(timer)
  }
}

/** The row with its column marked where our own reading finds the same fault, and the reason. */
function renderRefused(
  { refusal, row }: RefusedRow,
  terminal: Pick<Terminal, 'output' | 'env' | 'paintErrors'>,
): readonly string[] {
  const { paintErrors: paint } = terminal
  const { code, messageId, text } = refusal
  const about = row === undefined && messageId !== '' ? ` (a row ${printable(messageId)})` : ''
  const reason = `  ${code === 0 ? '' : `${code}  `}${printable(text)}${about}`
  if (row === undefined) return [paint('bad', `✗${reason.slice(1)}`)]
  const { raw, error } = row
  if (error === undefined) return [`✗ ${printable(raw)}`, paint('bad', reason)]
  const [line, marks] = markSpan(raw, error.span, columnsOf(terminal) - 2)
  return [`✗ ${line}`, `  ${paint('bad', marks)}`, paint('bad', reason)]
}

/** Platforms tell ten refusals a second and keep the others to themselves (mqtt-endpoint §10.3). */
const toldAtOnceMax = 10

function refusedOf(refused: readonly RefusedRow[], judged: readonly ExplainedRow[]): string {
  const wrong = judged.filter(({ error }) => error !== undefined).length
  const count = Math.max(refused.length, wrong)
  return `${refused.length < toldAtOnceMax ? '' : 'at least '}${count} refused`
}

function countOf(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}
