import {
  acknowledgementBytes,
  writePubackAt,
  writePubcompAt,
  writePubrecAt,
  writePubrelAt,
} from '@pileus/mqtt-wire'
import type { Carrier } from './carrier.ts'

/** Room for 500 acknowledgements: what one turn has to say to one device nearly always fits. */
const chunkBytes = 2048
const spareChunksMax = 1024

/** Memory and how much of it is filled. */
interface Chunk {
  readonly memory: Buffer
  used: number
}

/** Chunks that are lent for the length of a turn, so that a silent connection owns none. */
export class ChunkPool {
  readonly #spare: Chunk[] = []

  lend(bytesMin: number): Chunk {
    if (bytesMin > chunkBytes) return { memory: Buffer.allocUnsafeSlow(bytesMin), used: 0 }
    return this.#spare.pop() ?? { memory: Buffer.allocUnsafeSlow(chunkBytes), used: 0 }
  }

  giveBack(chunk: Chunk): void {
    if (chunk.memory.length !== chunkBytes || this.#spare.length === spareChunksMax) return
    chunk.used = 0
    this.#spare.push(chunk)
  }
}

const writeAcknowledgementAt = {
  puback: writePubackAt,
  pubrec: writePubrecAt,
  pubrel: writePubrelAt,
  pubcomp: writePubcompAt,
} as const

/**
 * What one connection has to say: collected until `flush`, then written chunk by chunk.
 *
 * One chunk at a time is with the carrier, so that progress shows in steps of a few KiB and
 * everything else is counted in `bytes`.
 */
export class Output {
  readonly #carrier: Carrier
  readonly #pool: ChunkPool
  /** Being filled. */
  #filling: Chunk | undefined
  /** Full, in order. Absent unless the carrier is slower than we are. */
  #waiting: Chunk[] | undefined
  /** With the carrier, which has not taken it yet. */
  #writing: Chunk | undefined
  #bytes = 0
  #bytesEver = 0

  constructor(carrier: Carrier, pool: ChunkPool) {
    this.#carrier = carrier
    this.#pool = pool
  }

  /** Collected and not yet taken by the operating system. */
  get bytes(): number {
    return this.#bytes
  }

  /** Collected since the beginning. */
  get bytesEver(): number {
    return this.#bytesEver
  }

  /** Whether the carrier still has to take something. */
  get isBlocked(): boolean {
    return this.#writing !== undefined
  }

  addAcknowledgement(kind: keyof typeof writeAcknowledgementAt, packetId: number): void {
    const chunk = this.#chunkFor(acknowledgementBytes)
    chunk.used = writeAcknowledgementAt[kind](chunk.memory, chunk.used, packetId)
    this.#count(acknowledgementBytes)
  }

  addPacket(packet: Uint8Array): void {
    const chunk = this.#chunkFor(packet.length)
    chunk.memory.set(packet, chunk.used)
    chunk.used += packet.length
    this.#count(packet.length)
  }

  /** Writes as much as the carrier takes; `onWritten` goes on. */
  flush(): void {
    while (this.#writing === undefined) {
      const chunk = this.#takeChunk()
      if (chunk === undefined) return
      if (this.#carrier.write(chunk.memory.subarray(0, chunk.used))) this.#release(chunk)
      else this.#writing = chunk
    }
  }

  onWritten(): void {
    if (this.#writing === undefined) return
    this.#release(this.#writing)
    this.#writing = undefined
    this.flush()
  }

  /** Forgets everything; what is with the carrier stays with it. */
  discard(): void {
    this.#filling = undefined
    this.#waiting = undefined
    this.#writing = undefined
    this.#bytes = 0
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    this.#bytesEver += bytes
  }

  #chunkFor(bytes: number): Chunk {
    const filling = this.#filling
    if (filling !== undefined) {
      if (filling.used + bytes <= filling.memory.length) return filling
      this.#waiting ??= []
      this.#waiting.push(filling)
    }
    this.#filling = this.#pool.lend(bytes)
    return this.#filling
  }

  #takeChunk(): Chunk | undefined {
    const waiting = this.#waiting?.shift()
    if (waiting !== undefined) return waiting
    const filling = this.#filling
    this.#waiting = undefined
    this.#filling = undefined
    return filling
  }

  #release(chunk: Chunk): void {
    this.#bytes -= chunk.used
    this.#pool.giveBack(chunk)
  }
}
