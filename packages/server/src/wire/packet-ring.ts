import { sizeOfEntry, type WireEntry } from './wire-entry.ts'

/** The last entries, as many as fit by number and by weight; the last one always does. */
export class PacketRing {
  readonly #packetsMax: number
  readonly #bytesMax: number
  readonly #entries: WireEntry[] = []
  readonly #sizes: number[] = []
  #bytes = 0
  #dropped = 0
  #droppedUpTo = 0

  constructor(limits: { readonly packetsMax: number; readonly bytesMax: number }) {
    this.#packetsMax = limits.packetsMax
    this.#bytesMax = limits.bytesMax
  }

  /** In the order of their `seq`. */
  get entries(): readonly WireEntry[] {
    return this.#entries
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How many had to make room so far, and the last of them; 0 for none. */
  get dropped(): number {
    return this.#dropped
  }

  get droppedUpTo(): number {
    return this.#droppedUpTo
  }

  push(entry: WireEntry): void {
    const size = sizeOfEntry(entry)
    this.#entries.push(entry)
    this.#sizes.push(size)
    this.#bytes += size
    this.#makeRoom()
  }

  /** The entry has become heavier; nothing changes if it has gone by now. */
  grow(entry: WireEntry, bytes: number): void {
    const index = this.#entries.lastIndexOf(entry)
    if (index < 0 || bytes === 0) return
    this.#sizes[index] = (this.#sizes[index] ?? 0) + bytes
    this.#bytes += bytes
    this.#makeRoom()
  }

  #makeRoom(): void {
    while (
      this.#entries.length > this.#packetsMax ||
      (this.#bytes > this.#bytesMax && this.#entries.length > 1)
    ) {
      this.#droppedUpTo = this.#entries.shift()?.seq ?? this.#droppedUpTo
      this.#bytes -= this.#sizes.shift() ?? 0
      this.#dropped++
    }
  }

  /** Those behind the position, in order. */
  after(seq: number): readonly WireEntry[] {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.seq ?? 0) > seq) high = middle
      else low = middle + 1
    }
    return this.#entries.slice(low)
  }
}
