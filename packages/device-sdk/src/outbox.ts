import { DeviceError } from './device-error.ts'
import type { MqttConnection } from './mqtt-connection.ts'
import type { PacketIds } from './packet-ids.ts'

export interface OutboxLimits {
  /** Messages that wait to be sent or acknowledged. */
  readonly queuedMessagesMax: number
  /** The same in characters of payload and topic. */
  readonly queuedCharsMax: number
  /** Messages that have been sent and are not yet acknowledged. */
  readonly inFlightMessagesMax: number
}

/**
 * What a device wants to say, in order, until the server has acknowledged it. Outlives connections:
 * a new one is sent first what the old one left unacknowledged, with the same packet ids.
 */
export class Outbox {
  readonly #limits: OutboxLimits
  readonly #packetIds: PacketIds
  /** Sent on the present connection, oldest first. */
  readonly #inFlight = new Set<Entry>()
  #unsent: Entry[] = []
  #queuedChars = 0
  #connection: MqttConnection | undefined
  #end: DeviceError | undefined
  readonly #onEmpty: (() => void)[] = []

  constructor(limits: OutboxLimits, packetIds: PacketIds) {
    this.#limits = limits
    this.#packetIds = packetIds
  }

  /**
   * Done when the message is acknowledged. Throws `queueFull`; `closed` when it never will be; and
   * `noReply` where it is a question and the connection ends first.
   */
  add(message: OutboxMessage): Promise<void> {
    const { topic, payload, kind } = message
    if (this.#end !== undefined) return Promise.reject(this.#end)
    const chars = topic.length + payload.length
    const { queuedMessagesMax, queuedCharsMax } = this.#limits
    const count = this.#inFlight.size + this.#unsent.length
    const isFull = count >= queuedMessagesMax || this.#queuedChars + chars > queuedCharsMax
    if (isFull && kind !== 'report') {
      const text = `${count} messages of ${this.#queuedChars} characters wait to be acknowledged`
      return Promise.reject(new DeviceError('queueFull', text))
    }
    return new Promise((resolve, reject) => {
      this.#queuedChars += chars
      this.#unsent.push({ ...message, packetId: undefined, resolve, reject })
      this.#send()
    })
  }

  /** Sends over this connection from now on, what waits first. */
  attach(connection: MqttConnection): void {
    this.detach()
    this.#connection = connection
    this.#send()
  }

  /** The connection is over: what it left unacknowledged waits for the next one. */
  detach(): void {
    this.#connection = undefined
    const left = [...this.#inFlight]
    this.#inFlight.clear()
    this.#unsent = [...left.filter(({ kind }) => kind !== 'question'), ...this.#unsent]
    for (const entry of left.filter(({ kind }) => kind === 'question')) {
      const error = new DeviceError('noReply', 'The connection ended before the question arrived')
      this.#settle(entry, () => entry.reject(error))
    }
  }

  /** Done when nothing waits. */
  async empty(): Promise<void> {
    if (this.#inFlight.size + this.#unsent.length === 0) return
    await new Promise<void>((resolve) => {
      this.#onEmpty.push(resolve)
    })
  }

  /** Nothing will be acknowledged any more; everything that waits, and all that comes, fails. */
  close(error: DeviceError): void {
    this.detach()
    this.#end ??= error
    for (const entry of this.#unsent) this.#settle(entry, () => entry.reject(error))
    this.#unsent = []
    this.#tellEmpty()
  }

  #send(): void {
    const connection = this.#connection
    if (connection === undefined) return
    const room = this.#limits.inFlightMessagesMax - this.#inFlight.size
    for (const entry of this.#unsent.splice(0, Math.max(0, room))) {
      const isRepeated = entry.packetId !== undefined
      entry.packetId ??= this.#packetIds.take()
      this.#inFlight.add(entry)
      const { topic, payload, packetId } = entry
      connection.publish({ topic, payload, packetId, isRepeated }, () => this.#acknowledge(entry))
    }
  }

  #acknowledge(entry: Entry): void {
    if (!this.#inFlight.delete(entry)) return
    this.#settle(entry, entry.resolve)
    this.#send()
    if (this.#inFlight.size + this.#unsent.length === 0) this.#tellEmpty()
  }

  #settle(entry: Entry, settle: () => void): void {
    if (entry.packetId !== undefined) this.#packetIds.free(entry.packetId)
    this.#queuedChars -= entry.topic.length + entry.payload.length
    settle()
  }

  #tellEmpty(): void {
    for (const resolve of this.#onEmpty.splice(0)) resolve()
  }
}

export interface OutboxMessage {
  readonly topic: string
  readonly payload: string
  /**
   * - `data` is sent until it is acknowledged
   * - `report` is too, and taken although the outbox is full: there can only be few
   * - `question` is sent once: on another connection nobody would know whose the answer is
   */
  readonly kind: 'data' | 'report' | 'question'
}

interface Entry extends OutboxMessage {
  /** Given when it is first sent. */
  packetId: number | undefined
  readonly resolve: () => void
  readonly reject: (error: DeviceError) => void
}
