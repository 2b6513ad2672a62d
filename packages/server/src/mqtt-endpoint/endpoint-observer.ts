import type { PacketKind } from '@pileus/mqtt-wire'
import type { CloseReason } from './close-reasons.ts'

/** Hears of what log and metrics want to know. */
export interface EndpointObserver {
  onConnected?(connection: ConnectionDescription): void
  /** `onConnectionClosed` follows, with reason `connectRefused` or `protocolUnsupported`. */
  onConnectRefused?(refusal: ConnectRefusal): void
  /** Exactly once for each connection, after its will is settled. */
  onConnectionClosed?(ending: ConnectionEnding): void
  /** Something threw or rejected that must not: a bug, or storage that failed. */
  onFailure?(failure: EndpointFailure): void
}

/** What is known of a connection; the second half as far as CONNECT came. */
export interface ConnectionDescription {
  /** Counts from 1 in this process. */
  readonly connectionId: number
  readonly transport: 'tcp' | 'websocket'
  readonly remoteAddress: string
  readonly clientId?: string
  readonly userName?: string
  readonly protocolLevel?: 3 | 4
  /** Of an accepted connection. */
  readonly sessionKey?: string
}

export interface ConnectRefusal extends ConnectionDescription {
  readonly returnCode: 1 | 2 | 3 | 4 | 5
  /** One sentence. */
  readonly reason: string
}

export interface ConnectionEnding extends ConnectionDescription {
  readonly reason: CloseReason
  /** What exactly was wrong, where the reason leaves that open. */
  readonly detail?: string
  readonly durationMs: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly publishesIn: number
  readonly publishesOut: number
  /** Messages to the device that were dropped because it read too slowly. */
  readonly publishesDropped: number
  readonly will: WillOutcome
}

export type WillOutcome =
  /** The client had none. */
  | 'none'
  /** The reason of the end leaves it unpublished. */
  | 'discarded'
  /** Its effects are durable, or their failure has been decided. */
  | 'published'
  /** Its topic is forbidden, or the gateway refused it. */
  | 'refused'
  /** It could not be stored. */
  | 'failed'

/** Where it belongs to no connection, e.g. while accepting, nothing is said of one. */
export interface EndpointFailure extends Partial<ConnectionDescription> {
  readonly error: unknown
  /** What was being done, e.g. `publish`. */
  readonly during: string
}

/** Counts since the start, for metrics. */
export interface EndpointCounters {
  readonly packetsIn: Partial<Record<PacketKind, number>>
  connectsAccepted: number
  readonly connectsRefused: Record<1 | 2 | 3 | 4 | 5, number>
  takeOvers: number
  publishesIn: number
  publishesOut: number
  publishesDropped: number
  bytesIn: number
  bytesOut: number
  readonly closes: Partial<Record<CloseReason, number>>
}

/** What is so right now, for metrics. */
export interface EndpointGauges {
  /** Established sessions. */
  readonly sessions: Readonly<Record<'tcp' | 'websocket', number>>
  /** Connections that we wait for: CONNECT has not come. */
  readonly unauthenticated: number
  /** All, also those that are being checked or that end. */
  readonly connections: number
  /** Sessions that are not read at the moment, for whatever reason. */
  readonly unread: number
  /** Waiting to be written to devices. */
  readonly outputBytes: number
}
