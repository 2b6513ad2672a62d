// What the endpoint asks of whoever knows devices, and what it offers in return. Implemented by
// shape: the endpoint imports nothing of the gateway, the gateway nothing of the endpoint.

/** Decides who may connect. */
export interface DeviceDoor {
  /**
   * Authenticates and authorises one CONNECT. Called once for each connection.
   *
   * Until it settles nothing more is read from that connection and no other session is touched.
   * A rejection is a bug or a failure of ours: CONNACK 3.
   */
  connect(request: ConnectRequest): Promise<ConnectVerdict>
}

/** A CONNECT whose sizes are within the limits; everything else is still to be judged. */
export interface ConnectRequest {
  /** As sent, possibly empty. At most 512 bytes of UTF-8. */
  readonly clientId: string
  /** 3 is MQTT 3.1, 4 is MQTT 3.1.1. */
  readonly protocolLevel: 3 | 4
  readonly userName?: string
  /** A copy, the receiver's to keep. */
  readonly password?: Uint8Array
  readonly cleanSession: boolean
  readonly keepAliveSeconds: number
  readonly remoteAddress: string
  readonly transport: 'tcp' | 'websocket'
  /** The `Host` header on WebSocket, as sent; may select the tenant. @see mqtt-endpoint §1 */
  readonly host?: string
}

export type ConnectVerdict =
  | {
      readonly kind: 'accepted'
      /** Names (tenant, deviceIdentifier): of two connections with one key the older one ends. */
      readonly sessionKey: string
      /**
       * Called once, after the take-over and right after CONNACK was written. Not called where
       * the client left or another connection with the same key came in the meantime.
       */
      open(downlink: Downlink): Peer
    }
  | {
      readonly kind: 'refused'
      /** Of CONNACK. @see mqtt-endpoint §4 */
      readonly returnCode: 2 | 3 | 4 | 5
      /** For the log. */
      readonly reason: string
      /** How long CONNACK is held back, e.g. to slow down guessing. @see security §3.4 */
      readonly delayMs?: number
    }

/** The gateway's side of one connection. No method is called after `closed`. */
export interface Peer {
  /**
   * One code for each filter, in their order: the granted QoS or 0x80.
   *
   * The filters are valid and within the limits of size and number.
   */
  subscribe(filters: readonly RequestedFilter[]): readonly (0 | 1 | 2 | 0x80)[]

  /** SUBACK for the last `subscribe` is written: what it triggers may be sent now. */
  subscribed(): void

  unsubscribe(filters: readonly string[]): void

  /**
   * Takes one message, in the order of arrival, and the will as the last one.
   *
   * The promise resolves when all effects are durable or their failure has been decided; then
   * the message is acknowledged, after all earlier ones of the connection (reliability ).
   * It rejects when they could not be stored: the connection is closed, nothing acknowledged.
   * A refusal closes the connection at once; for a will it is only recorded.
   *
   * Messages that share a commit may share its promise: they are then acknowledged as one.
   */
  publish(message: UplinkMessage): Promise<void> | PublishRefusal

  /** `room` was 0 at some time, or a `send` found none; now there is some. */
  windowOpened(): void

  /** Messages without `onAcknowledged` were dropped since the last call, see `Downlink.send`. */
  messagesDropped?(count: number): void

  /**
   * The connection has ended. The will, if it had to be published, was handed over just before.
   *
   * `reason` is a code of the table in `close-reasons.ts`.
   */
  closed(reason: string): void
}

export interface RequestedFilter {
  readonly filter: string
  readonly qos: 0 | 1 | 2
}

/** A PUBLISH that was sent once; repetitions of QoS 2 are settled before. */
export interface UplinkMessage {
  /** 1 to 512 bytes, at most 10 levels, without wildcard or NUL and not beginning with `$`. */
  readonly topic: string
  /**
   * Valid during the call only: it is a view of the memory that bytes are received in. Whoever
   * keeps it longer copies it.
   */
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  /** The DUP flag. */
  readonly isDuplicate: boolean
  /** 1 to 65535; 0 for QoS 0 and for the will, which have none. */
  readonly packetId: number
  /** What the tap of the connection made of it; means nothing here. */
  readonly trace?: object | undefined
}

/** Not to be acknowledged: the connection is closed with this reason in the log. */
export interface PublishRefusal {
  readonly kind: 'refused'
  readonly reason: string
}

/** The endpoint's side of one connection. */
export interface Downlink {
  /**
   * Publishes to the device, in the order of the calls.
   *
   * With `onAcknowledged`, which marks what its owner keeps and can send again: `false` means
   * that there is no room now and nothing was sent; `windowOpened` will tell. Never queued,
   * never dropped. The function is called at the PUBACK or PUBCOMP, never for QoS 0.
   *
   * Without: where there is no room it waits in a bounded queue. When that is full the oldest
   * QoS 0 message is dropped, else the oldest one, and counted; `false` means that it was this
   * one (security S-10.1). A packet above the size limit is never sent, nor one after the end.
   *
   * `cause` says why, for the tap of the connection.
   */
  send(
    topic: string,
    payload: string,
    qos: 0 | 1 | 2,
    onAcknowledged?: () => void,
    cause?: object,
  ): boolean

  /** How many QoS 1 and 2 messages `send` takes at once; 0 while the device reads too slowly. */
  readonly room: number

  /** Sends what `send` took before, then closes. `reason` is one sentence for the log. */
  close(reason: string): void
}
