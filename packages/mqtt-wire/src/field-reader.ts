import type { MalformedPacket } from './packet-problems.ts'
import { parseUtf8 } from './utf8.ts'

type Code = MalformedPacket['code']

/**
 * Reads the fields of one packet body from left to right.
 *
 * The first problem stays: from then on every read gives an empty value, so that a packet is
 * read as a straight list of fields and asked once, at its end, through `problem`.
 */
export class FieldReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #position: number
  #problem: Code | undefined

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#position = start
    this.#end = end
  }

  /** The first thing that went wrong. */
  get problem(): Code | undefined {
    return this.#problem
  }

  /** The same at the end of a packet, where nothing may be left. */
  get finalProblem(): Code | undefined {
    return this.#problem ?? (this.hasMore ? 'bytesLeftOver' : undefined)
  }

  /** Whether bytes are left; `false` after a problem, so that loops end. */
  get hasMore(): boolean {
    return this.#problem === undefined && this.#position < this.#end
  }

  refuse(problem: Code): void {
    this.#problem ??= problem
  }

  uint8(): number {
    const start = this.#take(1)
    return start === undefined ? 0 : (this.#bytes[start] ?? 0)
  }

  uint16(): number {
    const high = this.uint8()
    return (high << 8) | this.uint8()
  }

  packetId(): number {
    const id = this.uint16()
    if (id === 0) this.refuse('packetIdZero')
    return id
  }

  /** @see MQTT 3.1.1 §1.5.3 */
  text(): string {
    const size = this.uint16()
    const start = this.#take(size)
    if (start === undefined) return ''
    const text = parseUtf8(this.#bytes, start, start + size)
    if (text === undefined) this.refuse('textNotUtf8')
    else if (text.includes('\0')) this.refuse('textHasNul')
    return text ?? ''
  }

  /** A copy, since these fields outlive the chunk that they came in. */
  binary(): Uint8Array {
    const size = this.uint16()
    const start = this.#take(size)
    const copy = new Uint8Array(start === undefined ? 0 : size)
    if (start !== undefined) copy.set(this.#bytes.subarray(start, start + size))
    return copy
  }

  /** Where a field of that many bytes starts, or `undefined` where the packet is too short. */
  #take(size: number): number | undefined {
    if (this.#problem !== undefined) return undefined
    const start = this.#position
    if (start + size > this.#end) {
      this.#problem = 'fieldIncomplete'
      return undefined
    }
    this.#position = start + size
    return start
  }
}
