/**
 * A rate with a burst: holds up to `burst` tokens and gains `perSecond` of them each second.
 *
 * Takers may go into debt, since what has arrived cannot be unread; they wait it out afterwards.
 */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #countedMs: number

  constructor(rate: { readonly perSecond: number; readonly burst: number }, nowMs: number) {
    this.#perSecond = rate.perSecond
    this.#burst = rate.burst
    this.#tokens = rate.burst
    this.#countedMs = nowMs
  }

  take(tokens: number, nowMs: number): void {
    this.#refill(nowMs)
    this.#tokens -= tokens
  }

  /** How long until a whole token is there, in ms; 0 when there is one. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs)
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#perSecond) * 1000
  }

  isFull(nowMs: number): boolean {
    this.#refill(nowMs)
    return this.#tokens >= this.#burst
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#countedMs) return
    const gained = ((nowMs - this.#countedMs) / 1000) * this.#perSecond
    this.#tokens = Math.min(this.#burst, this.#tokens + gained)
    this.#countedMs = nowMs
  }
}
