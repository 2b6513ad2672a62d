/** A message between its PUBLISH and the acknowledgement that ends it. */
type InFlight<Message> = {
  readonly message: Message
  readonly awaits: 'puback' | 'pubrec' | 'pubcomp'
}

/** What an acknowledgement from the other side means. */
export type AcknowledgementStep<Message> =
  /** The other side has the message; its packet id is free again. */
  | { readonly kind: 'delivered'; readonly message: Message }
  /** Answer PUBREL. A repeated PUBREC is answered again. */
  | { readonly kind: 'release' }
  /** Nothing with this id is in flight: ignore it. */
  | { readonly kind: 'unknown' }
  /** Not the acknowledgement that this message waits for: the other side breaks the protocol. */
  | { readonly kind: 'outOfOrder' }

const release = { kind: 'release' } as const
const unknown = { kind: 'unknown' } as const
const outOfOrder = { kind: 'outOfOrder' } as const

const packetIdMax = 65_535

/**
 * The sending side of QoS 1 and 2 in one session: packet ids, and how many are in flight.
 *
 * ```
 *   QoS 1   send ──▶ awaits PUBACK ──▶ delivered
 *   QoS 2   send ──▶ awaits PUBREC ──▶ PUBREL, awaits PUBCOMP ──▶ delivered
 * ```
 *
 * Ids go round from 1 to 65535 and skip those in flight, so that a late acknowledgement of an
 * old message seldom meets a new one.
 *
 * @see MQTT 3.1.1 §2.3.1, §4.3.2, §4.3.3, §4.4; security §10.1 for the size of the window
 */
export class OutboundWindow<Message> {
  readonly #size: number
  #previousId = 0
  /** Absent until the first message, as an idle device has none. */
  #inFlight: Map<number, InFlight<Message>> | undefined

  /** `size` is the greatest number of messages in flight, 1 to 65535. */
  constructor(options: { readonly size: number }) {
    if (!Number.isInteger(options.size) || options.size < 1 || options.size > packetIdMax) {
      throw new RangeError(`A window has room for 1 to ${packetIdMax} messages`)
    }
    this.#size = options.size
  }

  get inFlight(): number {
    return this.#inFlight?.size ?? 0
  }

  get isFull(): boolean {
    return this.inFlight >= this.#size
  }

  /** The messages that have not been delivered, in the order of sending. */
  *undelivered(): Generator<Message> {
    for (const { message } of this.#inFlight?.values() ?? []) yield message
  }

  /** The packet id to publish the message with, or `undefined` while the window is full. */
  send(message: Message, qos: 1 | 2): number | undefined {
    if (this.isFull) return undefined
    this.#inFlight ??= new Map()
    do {
      this.#previousId = (this.#previousId % packetIdMax) + 1
    } while (this.#inFlight.has(this.#previousId))
    this.#inFlight.set(this.#previousId, { message, awaits: qos === 1 ? 'puback' : 'pubrec' })
    return this.#previousId
  }

  onPuback(packetId: number): AcknowledgementStep<Message> {
    return this.#deliver(packetId, 'puback')
  }

  onPubrec(packetId: number): AcknowledgementStep<Message> {
    const entry = this.#inFlight?.get(packetId)
    if (entry === undefined) return unknown
    if (entry.awaits === 'puback') return outOfOrder
    this.#inFlight?.set(packetId, { message: entry.message, awaits: 'pubcomp' })
    return release
  }

  onPubcomp(packetId: number): AcknowledgementStep<Message> {
    return this.#deliver(packetId, 'pubcomp')
  }

  #deliver(packetId: number, received: 'puback' | 'pubcomp'): AcknowledgementStep<Message> {
    const entry = this.#inFlight?.get(packetId)
    if (entry === undefined) return unknown
    if (entry.awaits !== received) return outOfOrder
    this.#inFlight?.delete(packetId)
    return { kind: 'delivered', message: entry.message }
  }
}
