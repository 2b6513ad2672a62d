import type { Instant } from '@pileus/domain'

/** So many per second on the average, and at most so many at once. */
export interface RateByKeyLimits {
  readonly perSecond: number
  readonly burst: number
  /** Keys that are remembered; the longest unseen is forgotten first. */
  readonly keysMax: number
}

interface Bucket {
  tokens: number
  filledAt: Instant
}

/** One token bucket per key, say a device or an address. */
export class RateByKey {
  readonly #limits: RateByKeyLimits
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: RateByKeyLimits) {
    this.#limits = limits
  }

  /** Takes one from the budget of the key; `false` when it is used up. */
  take(key: string, now: Instant): boolean {
    const { perSecond, burst, keysMax } = this.#limits
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now }
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > keysMax) {
      const [oldest] = this.#buckets.keys()
      if (oldest !== undefined) this.#buckets.delete(oldest)
    }
    const elapsedMs = Math.max(0, now - bucket.filledAt)
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs / 1000) * perSecond)
    bucket.filledAt = now
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
