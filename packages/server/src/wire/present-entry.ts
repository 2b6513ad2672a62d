import { isUtf8 } from 'node:buffer'
import type {
  WireConnectRepresentation,
  WireErrorRepresentation,
  WirePacketRepresentation,
  WirePayloadRepresentation,
  WireRowRepresentation,
  WireTimingRepresentation,
} from '@pileus/rest-contract'
import { formatDate } from '@pileus/rest-contract'
import type { ExplainedRow, RequestTemplates } from '@pileus/smartrest'
import { explainPayload } from '@pileus/smartrest'
import { type Route, routeTopic } from '../device-gateway/route-topic.ts'
import type { PlacedProblem } from '../device-gateway/session-ports.ts'
import { closeReasons } from '../mqtt-endpoint/close-reasons.ts'
import { mainEffectOf } from './effects.ts'
import type { MessageStory } from './message-story.ts'
import type {
  ConnectFacts,
  EndingFacts,
  KeptPayload,
  PublishContent,
  WireEntry,
} from './wire-entry.ts'

/** What is looked up for a packet before it is decoded. */
export interface DecodingHelp {
  readonly deviceId: string | undefined
  /** Of the collection that the topic names; `undefined` for one that is not known. */
  readonly templates: RequestTemplates | undefined
}

/** A kept packet as it is shown: decoded only now, by the engine that has read it before. */
export function presentEntry(entry: WireEntry, help: DecodingHelp): WirePacketRepresentation {
  const { seq, time, direction, clientId, session, content } = entry
  return {
    seq,
    time: formatDate(time),
    dir: direction,
    clientId,
    ...(help.deviceId !== undefined && { deviceId: help.deviceId }),
    session,
    packet: content.packet,
    ...presentContent(entry, help),
  }
}

function presentContent(entry: WireEntry, help: DecodingHelp): Partial<WirePacketRepresentation> {
  const { content } = entry
  switch (content.packet) {
    case 'CONNECT':
      return { connect: presentConnect(content.connect), ...content.refusal }
    case 'CONNACK':
      return { returnCode: content.code }
    case 'PUBLISH':
      return presentPublish(entry, content, help)
    case 'SUBSCRIBE':
      return {
        mid: content.packetId,
        filters: content.filters.map(({ filter, qos }) => ({ filter, qos })),
      }
    case 'SUBACK':
      return { mid: content.packetId, codes: content.codes }
    case 'UNSUBSCRIBE':
      return { mid: content.packetId, filters: content.filters.map((filter) => ({ filter })) }
    case 'DISCONNECT':
    case 'CLOSE':
      return presentEnding(content.ending)
    default:
      return { mid: content.packetId }
  }
}

function presentConnect(connect: ConnectFacts): WireConnectRepresentation {
  const { userName, protocolLevel, transport, remoteAddress, will } = connect
  const { isCleanSession, keepAliveSeconds } = connect
  return {
    ...(userName !== undefined && { user: userName }),
    ...(protocolLevel !== undefined && {
      protocol: protocolLevel === 3 ? 'MQTT 3.1' : 'MQTT 3.1.1',
    }),
    transport,
    remoteAddress,
    ...(isCleanSession !== undefined && { cleanSession: isCleanSession }),
    ...(keepAliveSeconds !== undefined && { keepAliveSeconds }),
    ...(will !== undefined && {
      will: { topic: will.topic, qos: will.qos, retain: will.isRetained },
    }),
  }
}

function presentEnding(ending: EndingFacts): Partial<WirePacketRepresentation> {
  const { detail, ...facts } = ending
  const { sentence } = closeReasons[facts.code]
  return { reason: detail === undefined ? sentence : `${sentence} ${detail}`, ending: facts }
}

function presentPublish(
  entry: WireEntry,
  content: PublishContent,
  help: DecodingHelp,
): Partial<WirePacketRepresentation> {
  const { topic, qos, isRetained, isDuplicate, packetId, payload, story, cause } = content
  const timing = story && presentTiming(story)
  const text = textOf(payload)
  return {
    topic,
    qos,
    retain: isRetained,
    dup: isDuplicate,
    ...(packetId !== 0 && { mid: packetId }),
    size: payload.size,
    payload: presentPayload(payload, text),
    ...(timing !== undefined && { timing }),
    ...(payload.bytes !== undefined && {
      rows:
        entry.direction === 'in'
          ? presentUplink(entry, content, text, help.templates)
          : presentDownlink(topic, text, entry.time),
    }),
    ...(content.isWill && { isWill: true }),
    ...(content.isAlone && { isAlone: true }),
    ...(story?.state === 'waiting' && { isPending: true }),
    ...(isRepetition(content) && { isDuplicate: true }),
    ...(cause !== undefined && {
      cause:
        'replyTo' in cause
          ? { kind: 'reply', seq: cause.replyTo }
          : {
              kind: 'operation',
              id: cause.operationId,
              href: `/devicecontrol/operations/${cause.operationId}`,
            },
    }),
  }
}

/** Answered without a row having been performed or refused. */
function isRepetition({ isDuplicate, story, isAlone }: PublishContent): boolean {
  return (
    isDuplicate &&
    !isAlone &&
    story?.state === 'answered' &&
    !story.isPerformed &&
    story.problems.length === 0
  )
}

function presentTiming({ decodeMs, storeMs }: MessageStory): WireTimingRepresentation | undefined {
  if (decodeMs === undefined || storeMs === undefined) return undefined
  return { decodeMs: round(decodeMs), storeMs: round(storeMs) }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}

/** `undefined` where there is none or it is no UTF-8. */
function textOf({ size, bytes }: KeptPayload): string | undefined {
  if (bytes === undefined) return undefined
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8')
  // Cut in the middle of a character it is still a text.
  const isCut = bytes.length < size
  const whole = isCut ? [1, 2, 3].find((less) => isUtf8(bytes.subarray(0, -less))) : undefined
  return whole === undefined ? undefined : Buffer.from(bytes.subarray(0, -whole)).toString('utf8')
}

function presentPayload(
  { size, bytes }: KeptPayload,
  text: string | undefined,
): WirePayloadRepresentation {
  const masked = bytes === undefined
  const truncated = !masked && bytes.length < size
  return text === undefined && !masked
    ? { encoding: 'base64', text: Buffer.from(bytes).toString('base64'), truncated, masked }
    : { encoding: 'utf8', text: text ?? '', truncated, masked }
}

function presentUplink(
  { time }: WireEntry,
  { topic, story }: PublishContent,
  text: string | undefined,
  templates: RequestTemplates | undefined,
): readonly WireRowRepresentation[] {
  const rows = text === undefined ? [] : explainUplink(topic, text, time, templates)
  if (story === undefined) return rows
  return rows.length === 0 ? withoutRows(story) : tellStory(rows, story)
}

function explainUplink(
  topic: string,
  text: string,
  receivedAt: number,
  templates: RequestTemplates | undefined,
): readonly WireRowRepresentation[] {
  const route = routeTopic(topic)
  switch (route.kind) {
    case 'static':
      return explainPayload(text, { receivedAt, isDownlink: false })
    case 'default':
    case 'custom':
      return templates === undefined
        ? unexplained(text, receivedAt)
        : explainPayload(text, { receivedAt, isDownlink: false, templates })
    case 'json':
      return [explainJson(route, text)]
    default:
      return text === '' ? [] : [{ line: 1, raw: text, columns: [] }]
  }
}

/** Rows whose templates are not known are shown as they came. */
function unexplained(text: string, receivedAt: number): readonly WireRowRepresentation[] {
  return explainPayload(text, { receivedAt, isDownlink: false }).map(({ line, raw }) => ({
    line,
    raw,
    columns: [],
  }))
}

function explainJson(
  { topic }: Extract<Route, { readonly kind: 'json' }>,
  text: string,
): WireRowRepresentation {
  return {
    line: 1,
    raw: text,
    template: { kind: 'json', msgId: topic.topic, name: topic.command, summary: topic.summary },
    columns: [],
  }
}

/** What the platform itself sends. */
function presentDownlink(
  topic: string,
  text: string | undefined,
  time: number,
): readonly WireRowRepresentation[] {
  if (text === undefined || text === '') return []
  return rowTopics.has(topic)
    ? explainPayload(text, { receivedAt: time, isDownlink: true })
    : [{ line: 1, raw: text, columns: [] }]
}

/** Where rows of the static templates are sent. */
const rowTopics: ReadonlySet<string> = new Set(['s/ds', 's/dt', 's/e'])

/** What was refused before there were rows. */
function withoutRows({ problems, responses }: MessageStory): readonly WireRowRepresentation[] {
  if (problems.length === 0) return []
  const [problem] = problems
  const error = problem && presentProblem(problem, '')
  return [{ line: 1, raw: '', columns: [], outcome: null, responses, ...(error && { error }) }]
}

function tellStory(
  rows: readonly (WireRowRepresentation | ExplainedRow)[],
  story: MessageStory,
): readonly WireRowRepresentation[] {
  const responses = placeResponses(story, rows.length)
  return rows.map((row, place) => {
    const effects = story.effects.get(place) ?? []
    const placed = story.problems.find((each) => placeOf(each, rows.length) === place)
    const error = row.error ?? (placed && presentProblem(placed, row.raw))
    const told = responses.get(place)
    return {
      ...row,
      ...(story.state === 'answered' && {
        outcome: error === undefined ? mainEffectOf(effects, row.request?.path) : null,
      }),
      ...(effects.length > 1 && { effects }),
      ...(told !== undefined && { responses: told }),
      ...(error !== undefined && { error }),
    }
  })
}

/** A problem of the message as a whole is that of its first row, or of the last if it has several. */
function placeOf(problem: PlacedProblem, rows: number): number {
  if ('jsonError' in problem || problem.place === undefined) return 0
  return Math.min(problem.place, rows - 1)
}

function presentProblem(problem: PlacedProblem, raw: string): WireErrorRepresentation {
  const span = [0, raw.length] as const
  if ('jsonError' in problem) return { code: 0, text: messageOf(problem.jsonError), span }
  const { code, text, column } = problem.problem
  return { code, text, span, ...(column !== undefined && { column }) }
}

/** The sentence in the document that `error` was sent. */
function messageOf(json: string): string {
  const { message } = JSON.parse(json) as { readonly message?: unknown }
  return typeof message === 'string' ? message : json
}

/** By place of the row: refusals and replies are told in the order of the rows. */
function placeResponses(
  { responses, problems, replies }: MessageStory,
  rows: number,
): ReadonlyMap<number, readonly SentLine[]> {
  const refused = problems.map((problem) => placeOf(problem, rows)).values()
  const replied = replies.values()
  const placed = new Map<number, SentLine[]>()
  for (const response of responses) {
    const places = response.topic === 's/e' || response.topic === 'error' ? refused : replied
    const place = places.next().value ?? rows - 1
    const lines = placed.get(place)
    if (lines === undefined) placed.set(place, [response])
    else lines.push(response)
  }
  return placed
}

type SentLine = MessageStory['responses'][number]
