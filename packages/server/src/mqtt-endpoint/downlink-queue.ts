/** A message that waits for room. */
export interface QueuedMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
}

/**
 * Replies and error lines that a device is too slow for: first in, first out, bounded.
 *
 * When it is full the oldest QoS 0 message gives way, else the oldest one.
 *
 * @see security S-10.1
 */
export class DownlinkQueue {
  readonly #messagesMax: number
  readonly #bytesMax: number
  readonly #messages: QueuedMessage[] = []
  #bytes = 0

  constructor(limits: { readonly queuedMessages: number; readonly queuedBytes: number }) {
    this.#messagesMax = limits.queuedMessages
    this.#bytesMax = limits.queuedBytes
  }

  get size(): number {
    return this.#messages.length
  }

  /** Topics and payloads. */
  get bytes(): number {
    return this.#bytes
  }

  get first(): QueuedMessage | undefined {
    return this.#messages[0]
  }

  /** Gives what had to give way, which may be the message itself. */
  push(message: QueuedMessage): readonly QueuedMessage[] {
    this.#messages.push(message)
    this.#bytes += sizeOf(message)
    const dropped: QueuedMessage[] = []
    while (this.#messages.length > this.#messagesMax || this.#bytes > this.#bytesMax) {
      dropped.push(this.#dropOne())
    }
    return dropped
  }

  shift(): QueuedMessage | undefined {
    const message = this.#messages.shift()
    if (message !== undefined) this.#bytes -= sizeOf(message)
    return message
  }

  #dropOne(): QueuedMessage {
    const index = Math.max(
      0,
      this.#messages.findIndex(({ qos }) => qos === 0),
    )
    const [message] = this.#messages.splice(index, 1) as [QueuedMessage]
    this.#bytes -= sizeOf(message)
    return message
  }
}

function sizeOf({ topic, payload }: QueuedMessage): number {
  return topic.length + payload.length
}
