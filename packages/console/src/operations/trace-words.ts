import type { OperationTraceRepresentation } from '@pileus/rest-contract'
import { cancellation } from './operation.ts'

export type Trace = OperationTraceRepresentation
export type Hop = Trace['hops'][number]
export type Awaits = NonNullable<Trace['awaits']>

/** A step of the way of an operation. */
export interface HopRow {
  readonly words: string
  /** What has happened at this step, for those who do not know the protocol. */
  readonly meaning: string
}

const hopRows = {
  requested: { words: 'Requested', meaning: 'Stored by the platform' },
  sent: { words: 'Sent', meaning: 'Published to the session of the device' },
  acknowledged: { words: 'Acknowledged', meaning: 'The device has confirmed the message (PUBACK)' },
  executing: { words: 'Executing', meaning: 'The device has begun (row 501)' },
  successful: { words: 'Successful', meaning: 'The device has reported success (row 503)' },
  failed: { words: 'Failed', meaning: 'It was ended without success' },
} as const satisfies Record<Hop['name'], HopRow>

const cancelledRow: HopRow = {
  words: 'Cancelled',
  meaning: 'Ended by an operator; the device was not told',
}

/** A step in words. The reason of a failure takes the place of its meaning. */
export function describeHop({ name, detail }: Hop): HopRow & { readonly isCancelled: boolean } {
  const isCancelled = name === 'failed' && detail === cancellation.failureReason
  if (isCancelled) return { ...cancelledRow, isCancelled }
  const row = hopRows[name]
  return { words: row.words, meaning: detail ?? row.meaning, isCancelled }
}

export interface AwaitsRow {
  readonly title: string
  /** What the operator can check. */
  readonly check: string
  /** Steps that are still to come, the awaited one first. */
  readonly ahead: readonly string[]
}

const awaitsRows = {
  session: {
    title: 'Waiting for the device to connect',
    check:
      'It has no session that receives operations. Is it switched on, does it reach the platform, and does it subscribe to s/ds? It is sent everything that waits as soon as it does.',
    ahead: ['Sent', 'Acknowledged', 'Executing', 'Result'],
  },
  /** The same where no static template says it, so that being connected is not enough. */
  handler: {
    title: 'Not sent: no built-in row says this',
    check:
      'None of the static templates knows these fragments. The device receives the operation if it has response templates of its own for it (s/dc/…), listens to operations as JSON, or asks for them over REST. A typing error in the name of the fragment looks the same.',
    ahead: ['Sent', 'Acknowledged', 'Executing', 'Result'],
  },
  acknowledgement: {
    title: 'Waiting for the device to acknowledge the message',
    check:
      'It was published, but no PUBACK has come. Either the connection broke on the way, and it will be sent again at the next subscription, or the device is busy.',
    ahead: ['Acknowledged', 'Executing', 'Result'],
  },
  start: {
    title: 'Waiting for the device to begin',
    check:
      'It has the message, but has not said that it begins (row 501). Does its program handle this kind of operation? Its log should name the message.',
    ahead: ['Executing', 'Result'],
  },
  result: {
    title: 'Waiting for the result',
    check:
      'The device works on it and will report success (row 503) or failure (row 502). If it has restarted or lost the operation it never will: then cancel it.',
    ahead: ['Result'],
  },
} as const satisfies Record<Awaits | 'handler', AwaitsRow>

/** An acknowledgement may overtake or follow the end of an operation, but not by much. */
const settledAfterMs = 10_000

/** Whether the trace, read at `readAt`, can no longer become another one. */
export function isSettled({ hops, awaits }: Trace, readAt: number): boolean {
  const last = hops.at(-1)
  if (awaits !== undefined || last === undefined) return false
  return readAt - Date.parse(last.time) > settledAfterMs
}

/** What is waited for in words; `row` is what a static template makes of the operation. */
export function describeAwaited(awaits: Awaits, row: string | undefined): AwaitsRow {
  return awaitsRows[awaits === 'session' && row === undefined ? 'handler' : awaits]
}

export interface Durations {
  /** From the request to the beginning, or to the end where no beginning was told. */
  readonly waitedMs?: number
  /** From the beginning to the end. */
  readonly executedMs?: number
  /** When the present waiting or executing began, in milliseconds since 1970. */
  readonly since?: number
}

/** How long it waited and how long it took; of the part that goes on, when it began. */
export function measureTrace(hops: readonly Hop[]): Durations {
  const at = (...names: readonly Hop['name'][]): number | undefined => {
    const hop = hops.find(({ name }) => names.includes(name))
    return hop === undefined ? undefined : Date.parse(hop.time)
  }
  const requested = at('requested')
  const began = at('executing')
  const ended = at('successful', 'failed')
  if (requested === undefined) return {}
  if (began === undefined) {
    return ended === undefined ? { since: requested } : { waitedMs: ended - requested }
  }
  const waitedMs = began - requested
  return ended === undefined ? { waitedMs, since: began } : { waitedMs, executedMs: ended - began }
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `12 ms`, `1.2 s`, `12 s`, `3 min 5 s`, `2 h 4 min`, `5 d 1 h`: two units at most. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, Math.round(ms))
  if (span < secondMs) return `${span} ms`
  if (span < 10 * secondMs) return `${Math.floor(span / 100) / 10} s`
  if (span < minuteMs) return `${Math.floor(span / secondMs)} s`
  if (span < hourMs) return joinUnits(span, minuteMs, 'min', secondMs, 's')
  if (span < dayMs) return joinUnits(span, hourMs, 'h', minuteMs, 'min')
  return joinUnits(span, dayMs, 'd', hourMs, 'h')
}

function joinUnits(
  span: number,
  largeMs: number,
  large: string,
  smallMs: number,
  small: string,
): string {
  const rest = Math.floor((span % largeMs) / smallMs)
  const whole = `${Math.floor(span / largeMs)} ${large}`
  return rest === 0 ? whole : `${whole} ${rest} ${small}`
}
