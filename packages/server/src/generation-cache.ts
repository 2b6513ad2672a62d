/**
 * A bounded cache that forgets what was not asked for lately.
 *
 * Two generations: what is used moves to the younger, and when that has reached half of the bound,
 * the older is forgotten and the younger takes its place. Unlike a list by last use, a hit in the
 * younger generation, which is nearly every hit, costs a single look-up and changes nothing.
 *
 * Weights have whatever unit the owner counts in.
 */
export class GenerationCache<K, V> {
  readonly #generationWeightMax: number
  #young = new Map<K, Weighed<V>>()
  #old = new Map<K, Weighed<V>>()
  #youngWeight = 0

  constructor(weightMax: number) {
    this.#generationWeightMax = weightMax / 2
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young.value
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.#old.delete(key)
    this.#add(key, old)
    return old.value
  }

  set(key: K, value: V, weight: number): void {
    this.delete(key)
    this.#add(key, { value, weight })
  }

  delete(key: K): void {
    const young = this.#young.get(key)
    if (young !== undefined) {
      this.#youngWeight -= young.weight
      this.#young.delete(key)
    }
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#youngWeight = 0
  }

  #add(key: K, item: Weighed<V>): void {
    if (item.weight > this.#generationWeightMax) return
    if (this.#youngWeight + item.weight > this.#generationWeightMax) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngWeight = 0
    }
    this.#young.set(key, item)
    this.#youngWeight += item.weight
  }
}

interface Weighed<V> {
  readonly value: V
  readonly weight: number
}
