import type { Connection, DomainEvent } from '@pileus/domain'
import type { RowProblem } from '@pileus/smartrest'
import type { RowOutcome } from './row-outcome.ts'

// What the gateway asks of whoever carries its messages, and of whoever knows users. Whatever has
// this shape will do: the gateway imports no transport.

export type Qos = 0 | 1 | 2

/** The way down to one connected device. */
export interface Downlink {
  /**
   * Publishes to the device, in the order of the calls. With `onAcknowledged`, `false` means that
   * there is no room now and nothing was sent; the carrier calls `windowOpened` later. `cause` is
   * shown to whoever watches the connection.
   */
  send(
    topic: string,
    payload: string,
    qos: Qos,
    onAcknowledged?: () => void,
    cause?: SendCause,
  ): boolean
  /** How many QoS 1 and 2 messages `send` takes at once. */
  readonly room: number
  close(reason: string): void
}

/** Why something is sent down, where it is no answer to a message of the device. */
export interface SendCause {
  readonly operationId: string
}

/** A message that came up. */
export interface UplinkMessage {
  readonly topic: string
  /** Valid during the call only. */
  readonly payload: Uint8Array
  readonly qos: Qos
  /** The DUP flag. */
  readonly isDuplicate: boolean
  /** 0 where the message has none. */
  readonly packetId: number
  /** Present while somebody watches the device. */
  readonly trace?: TracesMessage | undefined
}

/** Hears what becomes of one message, in this order. */
export interface TracesMessage {
  /** Its rows are performed, perhaps once more: what was told before does not count then. */
  started(): void
  /** The row at hand changes something. */
  announced(event: DomainEvent): void
  /** The row at this place, from 0, is done; a JSON document counts as one row. */
  rowDone(place: number, outcome: RowOutcome): void
  /** All is durable. What is sent until `answered` is told to the device for its sake. */
  answering(problems: readonly PlacedProblem[]): void
  answered(): void
}

/** Why a row was refused, and its place among the rows, from 0, where it has one. */
export type PlacedProblem =
  | { readonly problem: RowProblem; readonly place?: number }
  /** The document that `error` is sent. */
  | { readonly jsonError: string }

/** A message of a device that nobody watches, of which something was refused. */
export interface RefusedMessage {
  readonly connection: Connection
  readonly topic: string
  readonly qos: Qos
  readonly packetId: number
  readonly text: string
  readonly problems: readonly PlacedProblem[]
}

/** The connection is to be closed; nothing is acknowledged. */
export interface PublishRefusal {
  readonly kind: 'refused'
  readonly reason: string
}

export interface RequestedFilter {
  readonly filter: string
  readonly qos: Qos
}

/** Granted QoS, or 0x80 for a refused filter. */
export type SubackCode = Qos | 0x80

/** One connection as its carrier sees it. */
export interface Session {
  subscribe(filters: readonly RequestedFilter[]): readonly SubackCode[]
  /** SUBACK is written: what the subscription triggers may be sent now. */
  subscribed(): void
  unsubscribe(filters: readonly string[]): void
  publish(message: UplinkMessage): Promise<void> | PublishRefusal
  windowOpened(): void
  closed(reason: string): void
}

/** What the gateway tells about its work, for log and metrics. */
export interface ObservesGateway {
  rowHandled(code: number): void
  publishTaken(qos: Qos, mode: string): void
  /** Messages that shared a turn may be acknowledged, so long after the first one came. */
  publishesAnswered(waitedMs: number): void
  duplicateSuppressed(): void
  operationSent(waitedMs: number): void
  operationAcknowledged(): void
  /** No topic of the session has a form for it: it stays PENDING (reliability ). */
  operationUnsayable(): void
  errorLineDropped(): void
  messageRefused?(message: RefusedMessage): void
  failed(activity: string, error: unknown): void
}
