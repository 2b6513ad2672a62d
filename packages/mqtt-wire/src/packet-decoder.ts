import { decodePacket } from './decode-packet.ts'
import { measurePacket } from './packet-header.ts'
import type { MalformedPacket, PacketProblem } from './packet-problems.ts'
import { kindByCode } from './packet-types.ts'
import type { Packet, ProtocolLevel } from './packets.ts'

const noBytes = new Uint8Array(0)

/** The longest header: the first byte and four bytes of length. */
const headerBytesMax = 5

/** The least memory for a packet whose end has not arrived yet, in bytes. */
const heldBytesMin = 256

/** Longer topics are decoded each time rather than kept between packets. */
const previousTopicLengthMax = 512

/**
 * Turns the bytes of one connection into packets, in either direction.
 *
 * ```ts
 * decoder.push(chunk)
 * for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
 *   if (packet.kind === 'problem') return close(packet)
 *   perform(packet)
 * }
 * ```
 *
 * How the bytes are split over chunks makes no difference. The first problem is the last word:
 * `next` gives it again and again, and further chunks are ignored.
 *
 * Chunks are not copied. A decoder refers to a chunk until `next` has given `undefined`; then it
 * keeps a copy of at most one incomplete packet, in memory that is at most twice what has
 * arrived of it and never more than `packetBytesMax`. Between packets it owns about 120 bytes
 * and, by reference, the topic of the last PUBLISH.
 */
export class PacketDecoder {
  readonly #packetBytesMax: number
  /** MQTT 3.1 is a little more lenient; a server learns of it from CONNECT. */
  #level: ProtocolLevel = 4
  #previousTopic = ''
  #problem: PacketProblem | undefined

  /** Pushed and not yet read: `#chunk` from `#position` on. */
  #chunk: Uint8Array = noBytes
  #position = 0

  /** The beginning of a packet that goes on in `#chunk`: the first `#heldBytes` of `#held`. */
  #held: Uint8Array = noBytes
  #heldBytes = 0

  /** `packetBytesMax` counts whole packets, header included. */
  constructor(options: { readonly packetBytesMax: number }) {
    this.#packetBytesMax = options.packetBytesMax
  }

  /** Bytes that were pushed and have not come out as a packet yet. */
  get pendingBytes(): number {
    return this.#heldBytes + this.#chunk.length - this.#position
  }

  /**
   * Takes the next bytes of the connection.
   *
   * Normally `next` has given `undefined` before. Where it has not, since the reader paused in
   * the middle, the rest and the new chunk are joined; the caller bounds `pendingBytes`.
   */
  push(chunk: Uint8Array): void {
    if (this.#problem !== undefined) return
    if (this.#position === this.#chunk.length) {
      this.#chunk = chunk
    } else {
      const rest = this.#chunk.subarray(this.#position)
      const joined = new Uint8Array(rest.length + chunk.length)
      joined.set(rest)
      joined.set(chunk, rest.length)
      this.#chunk = joined
    }
    this.#position = 0
  }

  /** The next packet, a problem, or `undefined` when more bytes are needed. */
  next(): Packet | PacketProblem | undefined {
    if (this.#problem !== undefined) return this.#problem
    if (this.#heldBytes > 0) return this.#nextFromHeld()

    const start = this.#position
    const chunkEnd = this.#chunk.length
    const size = measurePacket(this.#chunk, start, chunkEnd, this.#packetBytesMax, this.#level)
    if (typeof size === 'string') return this.#refuse(size, this.#chunk[start])
    const end = start + size
    if (size === 0 || end > chunkEnd) {
      this.#holdRest(size)
      return undefined
    }
    this.#position = end
    // walk: uplink 2
    return this.#decode(this.#chunk, start, end)
  }

  /** Goes on with a packet whose beginning came in earlier chunks. */
  #nextFromHeld(): Packet | PacketProblem | undefined {
    let size = this.#measureHeld()
    while (size === 0 && this.#position < this.#chunk.length) {
      this.#moveToHeld(1, headerBytesMax)
      size = this.#measureHeld()
    }
    if (typeof size === 'string') return this.#refuse(size, this.#held[0])
    if (size > 0) {
      const pending = this.#chunk.length - this.#position
      this.#moveToHeld(Math.min(size - this.#heldBytes, pending), size)
    }
    if (size === 0 || this.#heldBytes < size) {
      this.#releaseChunk()
      return undefined
    }
    const packet = this.#held
    this.#held = noBytes
    this.#heldBytes = 0
    return this.#decode(packet, 0, size)
  }

  #measureHeld(): number | MalformedPacket['code'] {
    return measurePacket(this.#held, 0, this.#heldBytes, this.#packetBytesMax, this.#level)
  }

  /** Keeps the beginning of a packet of `size` bytes (0: not known yet) and lets the chunk go. */
  #holdRest(size: number): void {
    const rest = this.#chunk.length - this.#position
    if (rest > 0) this.#moveToHeld(rest, size === 0 ? headerBytesMax : size)
    this.#releaseChunk()
  }

  /** Grows by doubling, so that an announced size alone does not cost memory. */
  #moveToHeld(count: number, size: number): void {
    const heldBytes = this.#heldBytes + count
    if (heldBytes > this.#held.length) {
      const grown = new Uint8Array(Math.min(size, Math.max(heldBytesMin, 2 * heldBytes)))
      grown.set(this.#held.subarray(0, this.#heldBytes))
      this.#held = grown
    }
    const end = this.#position + count
    this.#held.set(this.#chunk.subarray(this.#position, end), this.#heldBytes)
    this.#heldBytes = heldBytes
    this.#position = end
  }

  #releaseChunk(): void {
    this.#chunk = noBytes
    this.#position = 0
  }

  #decode(bytes: Uint8Array, start: number, end: number): Packet | PacketProblem {
    const packet = decodePacket(bytes, start, end, this.#previousTopic)
    if (typeof packet === 'string') return this.#refuse(packet, bytes[start])
    switch (packet.kind) {
      case 'publish':
        if (packet.topic.length <= previousTopicLengthMax) this.#previousTopic = packet.topic
        return packet
      case 'connect':
        this.#level = packet.protocolLevel
        return packet
      case 'problem':
        return this.#end(packet)
      default:
        return packet
    }
  }

  #refuse(code: MalformedPacket['code'], first = 0): PacketProblem {
    const packetKind = kindByCode[first >> 4]
    return this.#end({ kind: 'problem', code, ...(packetKind && { packetKind }) })
  }

  #end(problem: PacketProblem): PacketProblem {
    this.#problem = problem
    this.#held = noBytes
    this.#heldBytes = 0
    this.#releaseChunk()
    return problem
  }
}
