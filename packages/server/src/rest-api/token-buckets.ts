import type { Instant } from '@pileus/domain'

interface Bucket {
  tokens: number
  filledAt: Instant
}

/**
 * One token bucket per key. A full bucket is worth a minute; keys beyond the bound push out the
 * ones that were not seen for longest, which at worst gives those a full bucket again.
 */
export class TokenBuckets {
  readonly #perMinute: number
  readonly #keysMax: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(perMinute: number, keysMax: number) {
    this.#perMinute = perMinute
    this.#keysMax = keysMax
  }

  /** Takes a token; otherwise gives the seconds until there is one. */
  take(key: string, now: Instant): number | undefined {
    if (this.#perMinute === Number.POSITIVE_INFINITY) return undefined
    const bucket = this.#buckets.get(key) ?? { tokens: this.#perMinute, filledAt: now }
    const perMs = this.#perMinute / 60_000
    const earned = Math.max(0, now - bucket.filledAt) * perMs
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + earned)
    bucket.filledAt = now
    this.#keep(key, bucket)
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs / 1000)
    bucket.tokens -= 1
    return undefined
  }

  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size <= this.#keysMax) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
