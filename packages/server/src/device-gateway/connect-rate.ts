import type { Instant } from '@pileus/domain'

/** Connects of one device: so many per second, and at most so many at once (security §10.1). */
export interface ConnectRateLimits {
  readonly perSecond: number
  readonly burst: number
  /** Devices that are remembered; the longest unseen is forgotten first. */
  readonly devicesMax: number
}

interface Bucket {
  tokens: number
  filledAt: Instant
}

/** Counts authenticated connects, so that a stranger cannot use up the budget of a device. */
export class ConnectRate {
  readonly #limits: ConnectRateLimits
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: ConnectRateLimits) {
    this.#limits = limits
  }

  /** Takes one connect of the device's budget; `false` when it is used up. */
  take(key: string, now: Instant): boolean {
    const { perSecond, burst, devicesMax } = this.#limits
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now }
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > devicesMax) {
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
