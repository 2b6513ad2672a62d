import { deferred } from './deferred.ts'
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
   * Done when all are acknowledged. Throws `queueFull` for all of them; `closed` when they never
   * will be; and `noReply` where it is a question and the connection ends first.
   */
  async add(messages: readonly OutboxMessage[]): Promise<void> {
    if (this.#end !== undefined) throw this.#end
    const { queuedMessagesMax, queuedCharsMax } = this.#limits
    const count = this.#inFlight.size + this.#unsent.length
    const chars = messages.reduce((sum, message) => sum + charsOf(message), this.#queuedChars)
    const isFull = count + messages.length > queuedMessagesMax || chars > queuedCharsMax
    if (isFull && messages.some(({ kind }) => kind !== 'report')) {
      const text = `${count} messages of ${this.#queuedChars} characters wait to be acknowledged`
      throw new DeviceError('queueFull', text)
    }
    const acknowledged = messages.map((message) => {
      const { promise, resolve, reject } = deferred<void>()
      this.#unsent.push({ ...message, packetId: undefined, resolve, reject })
      return promise
    })
    this.#queuedChars = chars
    this.#send()
    await Promise.all(acknowledged)
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
    this.#settle(entry, () => entry.resolve(undefined))
    this.#send()
    if (this.#inFlight.size + this.#unsent.length === 0) this.#tellEmpty()
  }

  #settle(entry: Entry, settle: () => void): void {
    if (entry.packetId !== undefined) this.#packetIds.free(entry.packetId)
    this.#queuedChars -= charsOf(entry)
    settle()
  }

  #tellEmpty(): void {
    for (const resolve of this.#onEmpty.splice(0)) resolve()
  }
}

function charsOf({ topic, payload }: OutboxMessage): number {
  return topic.length + payload.length
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
  readonly resolve: (acknowledged: undefined) => void
  readonly reject: (error: DeviceError) => void
}
