import type {
  Acknowledgement,
  EmptyPacket,
  PublishFields,
  Suback,
  Subscribe,
  Unsuback,
  Unsubscribe,
} from '@pileus/mqtt-wire'
import type { ConnectionDescription } from './endpoint-observer.ts'

/** Says whose packets somebody wants to see. */
export interface FindsTaps {
  /** Asked once for each session, right before its CONNACK. */
  tapOf(sessionKey: string): PacketTap | undefined
}

/**
 * Sees every packet of one session, as long as it is set; without one a packet costs a comparison.
 * Bytes are views that are valid during the call only. Never throws.
 */
export interface PacketTap {
  /** Comes first: CONNECT was accepted. */
  connected(connect: AcceptedConnect): void
  received(packet: ReceivedPacket): void
  /**
   * A PUBLISH, as it came; one that breaks a rule too, and a repetition of QoS 2. What it gives
   * goes on with the message to whoever reads it.
   */
  publishReceived(publish: PublishFields): object
  /** All about the message with this trace is decided; not told where the connection ends first. */
  publishSettled(trace: object): void
  /** The will is published now, on behalf of a client that has gone. */
  willPublished(will: PublishFields): object
  sent(packet: SentPacket): void
}

/** What CONNECT said, but for the password. */
export interface AcceptedConnect extends ConnectionDescription {
  /** How long ago it came. */
  readonly ageMs: number
  readonly isCleanSession: boolean
  readonly keepAliveSeconds: number
  /** Without what it says, which comes when it is published. */
  readonly will?: { readonly topic: string; readonly qos: 0 | 1 | 2; readonly isRetained: boolean }
}

export type ReceivedPacket = Acknowledgement | Subscribe | Unsubscribe | EmptyPacket

export type SentPacket =
  | { readonly kind: 'connack'; readonly code: 0 }
  | SentPublish
  | Acknowledgement
  | Suback
  | Unsuback
  | EmptyPacket

export interface SentPublish {
  readonly kind: 'publish'
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  /** 0 with QoS 0. */
  readonly packetId: number
  /** What the sender said of its reason, as it is. */
  readonly cause: object | undefined
}
