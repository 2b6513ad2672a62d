/** What a unit of work, or a reader of committed data, may ask of a table. */
export interface TableView<K, V> {
  get(key: K): V | undefined
  values(): Iterable<V>
}

/** The maps that a transaction has changed. */
export type Transaction = Set<{ commit(): void; rollback(): void }>

/**
 * A map whose changes become visible to others by `commit` only: they lie in an overlay until
 * then. `committed` is the view of everybody else.
 */
export class StagedMap<K, V> implements TableView<K, V> {
  readonly #committed = new Map<K, V>()
  /** `undefined` for a key that was deleted. */
  readonly #staged = new Map<K, V | undefined>()
  readonly #transaction: Transaction

  constructor(transaction: Transaction) {
    this.#transaction = transaction
  }

  get committed(): TableView<K, V> {
    return this.#committed
  }

  get(key: K): V | undefined {
    return this.#staged.has(key) ? this.#staged.get(key) : this.#committed.get(key)
  }

  *values(): Iterable<V> {
    for (const [key, value] of this.#committed) if (!this.#staged.has(key)) yield value
    for (const value of this.#staged.values()) if (value !== undefined) yield value
  }

  set(key: K, value: V): void {
    this.#transaction.add(this)
    this.#staged.set(key, value)
  }

  /** `false` when there was none. */
  delete(key: K): boolean {
    if (this.get(key) === undefined) return false
    this.#transaction.add(this)
    this.#staged.set(key, undefined)
    return true
  }

  deleteWhere(matches: (value: V) => boolean, keyOf: (value: V) => K): void {
    for (const value of this.values()) if (matches(value)) this.delete(keyOf(value))
  }

  commit(): void {
    for (const [key, value] of this.#staged) {
      if (value === undefined) this.#committed.delete(key)
      else this.#committed.set(key, value)
    }
    this.#staged.clear()
  }

  rollback(): void {
    this.#staged.clear()
  }
}
