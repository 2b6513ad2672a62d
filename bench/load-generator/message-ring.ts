import { encodePublish } from '@pileus/mqtt-wire'
import type { Workload } from '../workloads.ts'

/** Messages of a ring, and so the packet ids of a connection, which come round again. */
export const ringSlots = 1024

/**
 * Messages that are encoded before the measurement begins, with packet ids 1 to `ringSlots`.
 *
 * All connections send from the same bytes: message `n` of a connection is slot `n % ringSlots`.
 * The bytes of any `ringSlots` messages in a row are one view, since the ring is laid out twice.
 */
export class MessageRing {
  readonly #bytes: Uint8Array
  readonly #offsets: Uint32Array

  constructor({ topic, payload }: Workload) {
    const encoder = new TextEncoder()
    const packets = Array.from({ length: ringSlots }, (_, index) =>
      encodePublish({
        topic,
        qos: 1,
        packetId: index + 1,
        payload: encoder.encode(payload(index)),
      }),
    )
    const twice = [...packets, ...packets]
    this.#offsets = new Uint32Array(twice.length + 1)
    for (const [index, packet] of twice.entries()) {
      this.#offsets[index + 1] = (this.#offsets[index] ?? 0) + packet.length
    }
    this.#bytes = Buffer.concat(twice)
  }

  /** The bytes of `count` messages from the message of this number on. */
  messages(first: number, count: number): Uint8Array {
    const slot = first % ringSlots
    return this.#bytes.subarray(this.#offsets[slot], this.#offsets[slot + count])
  }
}
