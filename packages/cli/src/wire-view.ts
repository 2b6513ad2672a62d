import type {
  WirePacketRepresentation as Packet,
  WireRowRepresentation as Row,
  WireColumnRepresentation,
  WireConnectRepresentation,
  WireEvents,
  WireOutcomeRepresentation,
} from '@pileus/rest-contract'
import type { Paint } from './paint.ts'
import { padEnd, printable, truncate, wrap } from './printable-text.ts'
import { markSpan } from './render-explanation.ts'

export interface WireView {
  readonly columns: number
  readonly paint: Paint
}

/** Width of time, arrow and name of a packet, where all that belongs to it begins. */
const indent = ' '.repeat('07:02:11.004 ↑ '.length)
const nameColumns = 'UNSUBSCRIBE'.length

/** One packet as lines for a person. */
export function renderPacket(packet: Packet, view: WireView): readonly string[] {
  const { columns, paint } = view
  const isUp = packet.dir === 'in'
  const arrow = paint(isUp ? 'accent' : 'good', isUp ? '↑' : '↓')
  const name = padEnd(packet.packet, nameColumns)
  const head = `${paint('quiet', formatTime(packet.time))} ${arrow} ${paint(styleOf(packet), name)}  `
  const rows = (packet.rows ?? []).flatMap((row) => renderRow(row, packet, view))
  const [first = '', ...more] = describeInLines(packet, view)
  return [
    truncate(`${head}${first}`.trimEnd(), columns - 1),
    ...more.map((line) => truncate(`${indent}${' '.repeat(nameColumns + 2)}${line}`, columns - 1)),
    ...renderReason(packet, view),
    ...rows,
  ]
}

function describeInLines(packet: Packet, { columns, paint }: WireView): readonly string[] {
  const description = describe(packet, paint)
  // What else is told of a PUBLISH may be cut off; colours do not go over lines.
  if (packet.packet === 'PUBLISH') return [description]
  return wrap(description, columns - indent.length - nameColumns - 3)
}

/** Local time with ms. */
export function formatTime(time: string): string {
  const at = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  const ms = String(at.getMilliseconds()).padStart(3, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`
}

function styleOf({ packet, rows, returnCode = 0, codes = [], topic }: Packet) {
  const isBad =
    packet === 'CLOSE' ||
    returnCode !== 0 ||
    codes.includes(0x80) ||
    topic === 's/e' ||
    topic === 'error' ||
    rows?.some(({ error }) => error !== undefined)
  return isBad ? 'bad' : 'strong'
}

/** What stands behind the name of a packet. */
function describe(packet: Packet, paint: Paint): string {
  switch (packet.packet) {
    case 'CONNECT':
      return packet.connect === undefined ? '' : describeConnect(packet.clientId, packet.connect)
    case 'CONNACK':
      return packet.returnCode === 0 ? 'accepted' : `refused with ${packet.returnCode}`
    case 'PUBLISH':
      return describePublish(packet, paint)
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return (packet.filters ?? [])
        .map(({ filter, qos }) => printable(qos === undefined ? filter : `${filter} (${qos})`))
        .join(', ')
    case 'SUBACK':
      return (packet.codes ?? []).map((code) => (code === 0x80 ? 'refused' : code)).join(', ')
    case 'DISCONNECT':
    case 'CLOSE':
      return ''
    default:
      return `#${packet.mid}`
  }
}

function describeConnect(clientId: string, connect: WireConnectRepresentation): string {
  const { user, protocol, keepAliveSeconds, will, transport, remoteAddress } = connect
  return [
    printable(user === undefined ? clientId : `${clientId} as ${user}`),
    ...(protocol === undefined ? [] : [protocol]),
    ...(keepAliveSeconds === undefined ? [] : [`keep-alive ${keepAliveSeconds} s`]),
    ...(will === undefined ? [] : [`will on ${printable(will.topic)}`]),
    `from ${remoteAddress}${transport === 'websocket' ? ' over WebSocket' : ''}`,
  ].join(', ')
}

function describePublish(packet: Packet, paint: Paint): string {
  const { topic = '', qos = 0, mid, payload, timing, cause } = packet
  const marks = [
    `QoS ${qos}${mid === undefined ? '' : ` #${mid}`}`,
    ...(packet.isWill ? ['last will'] : []),
    ...(packet.isDuplicate ? ['repeated, without effect'] : packet.dup ? ['DUP'] : []),
    ...(packet.retain ? ['retain'] : []),
    ...(packet.isPending ? ['not settled yet'] : []),
    ...(packet.isAlone ? ['kept for its error'] : []),
    ...(payload?.masked ? ['masked: it may hold a secret'] : []),
    ...(payload?.encoding === 'base64' ? [`${packet.size} bytes that are no text`] : []),
    ...(payload?.truncated ? ['cut off'] : []),
    ...(cause?.kind === 'operation' ? [`operation ${cause.id}`] : []),
    ...(timing?.storeMs === undefined ? [] : [`stored in ${timing.storeMs} ms`]),
  ]
  return `${printable(topic)}  ${paint('quiet', marks.join(', '))}`
}

function renderReason({ reason, ending, packet }: Packet, { columns, paint }: WireView) {
  if (reason === undefined) return []
  const counts =
    ending === undefined
      ? ''
      : ` It lasted ${formatSeconds(ending.durationMs)}, with ${ending.publishesIn} messages up and ${ending.publishesOut} down.`
  const style = packet === 'DISCONNECT' ? 'quiet' : 'bad'
  return wrap(`${printable(reason)}${counts}`, columns - indent.length).map(
    (line) => `${indent}${paint(style, line)}`,
  )
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function renderRow(row: Row, packet: Packet, view: WireView): readonly string[] {
  const { columns, paint } = view
  const width = columns - indent.length - 1
  const { template, error } = row
  const indented = (lines: readonly string[]) => lines.map((line) => indent + line)
  if (error !== undefined) {
    const [line, marks] = markSpan(row.raw, error.span, width)
    const text = `${error.code === 0 ? '' : `${error.code}  `}${printable(error.text)}`
    return indented([
      ...(row.raw === '' ? [] : [line, paint('bad', marks)]),
      ...wrap(text, width).map((each) => paint('bad', each)),
      ...(error.hint === undefined ? [] : wrap(`Hint: ${printable(error.hint)}`, width)),
    ])
  }
  const values = row.columns.slice(1).flatMap((column) => describeColumn(column, paint))
  const shown =
    template === undefined || template.kind === 'json'
      ? printable(row.raw)
      : [
          `${paint('strong', printable(template.msgId))} ${printable(template.name)}`,
          ...values,
        ].join('  ')
  const outcome = packet.dir === 'in' ? describeOutcome(row.outcome, paint) : []
  return indented([truncate(shown, width), ...outcome])
}

function describeColumn(
  { name, raw, value, defaulted }: WireColumnRepresentation,
  paint: Paint,
): readonly string[] {
  if (name === undefined) return raw === '' ? [] : [paint('warning', `${printable(raw)} (ignored)`)]
  if (defaulted !== undefined) return [paint('quiet', `${printable(name)}: ${defaulted}`)]
  if (raw === '' && value === undefined) return []
  return [`${printable(name)}=${printable(shownValue(raw, value))}`]
}

/** Values are texts, numbers and truths; what else there may be is shown as JSON. */
function shownValue(raw: string, value: unknown): string {
  if (value === undefined) return raw
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was created or changed; a row without an effect says nothing. */
function describeOutcome(
  outcome: WireOutcomeRepresentation | null | undefined,
  paint: Paint,
): readonly string[] {
  if (outcome === undefined || outcome === null) return []
  const { status, api, id, href } = outcome
  const what = `${api.toLowerCase()}${id === undefined ? '' : ` ${printable(id)}`}`
  const verb = verbs.get(status) ?? 'done:'
  const told = id === undefined && status === 201 ? `${what} told, not stored` : `${what} ${verb}`
  return [`${paint('good', '✓')} ${told}${href === undefined ? '' : paint('quiet', `  ${href}`)}`]
}

const verbs: ReadonlyMap<number, string> = new Map([
  [200, 'changed'],
  [201, 'created'],
  [204, 'removed'],
])

/** What may be missing before the next packet. */
export function renderLost(
  lost: WireEvents['lost'],
  lastSeen: string | undefined,
  paint: Paint,
): string {
  const since = lastSeen === undefined ? '' : ` after ${formatTime(lastSeen)}`
  const text =
    lost.reason === 'restart'
      ? `The platform has restarted: packets${since} may be missing.`
      : `${lost.count} packets${since} came faster than they could be shown and are missing.`
  return paint('warning', `… ${text}`)
}

/** Whether the device is there. */
export function renderState({ clientId, isConnected }: WireEvents['state'], paint: Paint): string {
  const id = printable(clientId)
  return paint(
    'quiet',
    isConnected ? `… ${id} is connected.` : `… ${id} is not connected. Waiting for it.`,
  )
}
