/** A map of bounded size: the least recently used entry makes room for a new one. */
export class LruMap<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #entriesMax: number

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  get size(): number {
    return this.#entries.size
  }

  values(): IterableIterator<Value> {
    return this.#entries.values()
  }

  /** Looking at an entry is using it. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  /** Gives what had to make room, if anything. */
  set(key: Key, value: Value): Value | undefined {
    const isNew = !this.#entries.delete(key)
    this.#entries.set(key, value)
    if (!isNew || this.#entries.size <= this.#entriesMax) return undefined
    for (const [oldest, evicted] of this.#entries) {
      this.#entries.delete(oldest)
      return evicted
    }
    return undefined
  }

  delete(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    this.#entries.delete(key)
    return value
  }
}
