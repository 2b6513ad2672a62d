// What the gateway asks of whoever carries its messages, and of whoever knows users. Whatever has
// this shape will do: the gateway imports no transport.

export type Qos = 0 | 1 | 2

/** The way down to one connected device. */
export interface Downlink {
  /**
   * Publishes to the device, in the order of the calls. With `onAcknowledged`, `false` means that
   * there is no room now and nothing was sent; the carrier calls `windowOpened` later.
   */
  send(topic: string, payload: string, qos: Qos, onAcknowledged?: () => void): boolean
  /** How many QoS 1 and 2 messages `send` takes at once. */
  readonly room: number
  close(reason: string): void
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
  errorLineDropped(): void
  failed(activity: string, error: unknown): void
}
