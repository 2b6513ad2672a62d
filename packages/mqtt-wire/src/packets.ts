export type Qos = 0 | 1 | 2

/** 3 is MQTT 3.1 (name `MQIsdp`), 4 is MQTT 3.1.1 (name `MQTT`). */
export type ProtocolLevel = 3 | 4

/** What the server publishes for a client that leaves without DISCONNECT. */
export interface Will {
  /** As sent: it is judged when it is published, so it may be empty or hold wildcards. */
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: Qos
  readonly isRetained: boolean
}

/** @see MQTT 3.1.1 §3.1 */
export interface Connect {
  readonly kind: 'connect'
  readonly protocolLevel: ProtocolLevel
  /** As sent, possibly empty. */
  readonly clientId: string
  readonly isCleanSession: boolean
  /** 0 to 65535; 0 switches the supervision off. */
  readonly keepAliveSeconds: number
  readonly will?: Will
  readonly userName?: string
  readonly password?: Uint8Array
}

export type ConnackCode = 0 | 1 | 2 | 3 | 4 | 5

/** @see MQTT 3.1.1 §3.2 */
export interface Connack {
  readonly kind: 'connack'
  readonly isSessionPresent: boolean
  readonly code: ConnackCode
}

/** The fields of a PUBLISH. @see MQTT 3.1.1 §3.3 */
export interface PublishFields {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: Qos
  /** 1 to 65535; 0 means none and goes with QoS 0, which has none. */
  readonly packetId: number
  readonly isDuplicate: boolean
  readonly isRetained: boolean
}

/**
 * A decoded PUBLISH: one object, and no copy of the payload.
 *
 * The payload is `bytes` from `payloadStart` up to `payloadEnd`; `payload` makes a view of it
 * on each use. Both see the chunk that was pushed into the decoder, so they are valid until the
 * owner of that chunk writes to it again. Whoever keeps a payload longer copies it.
 *
 * A class because it is the one packet that comes a million times a second: all instances share
 * one shape, and a view (about 100 bytes, 50 ns) is made only where somebody asks for it.
 */
export class Publish implements PublishFields {
  readonly kind = 'publish'
  readonly topic: string
  readonly qos: Qos
  readonly packetId: number
  readonly isDuplicate: boolean
  readonly isRetained: boolean
  readonly bytes: Uint8Array
  readonly payloadStart: number
  readonly payloadEnd: number

  /** `flags` are the lower four bits of the first byte, already checked. */
  constructor(
    flags: number,
    topic: string,
    packetId: number,
    bytes: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
  ) {
    this.topic = topic
    this.qos = ((flags >> 1) & 3) as Qos
    this.packetId = packetId
    this.isDuplicate = (flags & 8) !== 0
    this.isRetained = (flags & 1) !== 0
    this.bytes = bytes
    this.payloadStart = payloadStart
    this.payloadEnd = payloadEnd
  }

  get payload(): Uint8Array {
    return this.bytes.subarray(this.payloadStart, this.payloadEnd)
  }

  /** Topics that begin with `$` belong to the server. @see MQTT 3.1.1 §4.7.2 */
  get hasServerTopic(): boolean {
    return this.topic.startsWith('$')
  }
}

/** The four answers that carry nothing but the id of the packet they answer. */
export type AcknowledgementKind = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'

/** @see MQTT 3.1.1 §3.4 to §3.7 */
export interface Acknowledgement {
  readonly kind: AcknowledgementKind
  readonly packetId: number
}

export interface Subscription {
  /** As sent: which filters are legal and permitted is the endpoint's decision. */
  readonly filter: string
  readonly qos: Qos
}

/** @see MQTT 3.1.1 §3.8 */
export interface Subscribe {
  readonly kind: 'subscribe'
  readonly packetId: number
  /** At least one. */
  readonly subscriptions: readonly Subscription[]
}

/** The granted QoS, or 0x80 for a refusal. */
export type SubackCode = Qos | 0x80

/** @see MQTT 3.1.1 §3.9 */
export interface Suback {
  readonly kind: 'suback'
  readonly packetId: number
  /** One for each subscription, in its order. */
  readonly codes: readonly SubackCode[]
}

/** @see MQTT 3.1.1 §3.10 */
export interface Unsubscribe {
  readonly kind: 'unsubscribe'
  readonly packetId: number
  /** At least one. */
  readonly filters: readonly string[]
}

/** @see MQTT 3.1.1 §3.11 */
export interface Unsuback {
  readonly kind: 'unsuback'
  readonly packetId: number
}

/** The packets without content. @see MQTT 3.1.1 §3.12 to §3.14 */
export interface EmptyPacket {
  readonly kind: 'pingreq' | 'pingresp' | 'disconnect'
}

export type Packet =
  | Connect
  | Connack
  | Publish
  | Acknowledgement
  | Subscribe
  | Suback
  | Unsubscribe
  | Unsuback
  | EmptyPacket
