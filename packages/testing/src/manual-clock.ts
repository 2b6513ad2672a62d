import type { Instant, TellsTime } from '@pileus/domain'

/** A clock that stands still until it is moved. */
export class ManualClock implements TellsTime {
  #now: Instant

  constructor(now: Instant = Date.UTC(2031, 1, 10, 7)) {
    this.#now = now
  }

  now(): Instant {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }
}
