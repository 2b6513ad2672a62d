/**
 * Keeps the order of messages while one of them does what takes several transactions: those behind
 * it begin when it is done. Costs nothing while nobody waits.
 *
 * How many wait is bounded by the carrier, which takes only so many messages at once.
 */
export class Turnstile {
  #last: Promise<unknown> | undefined

  /** Whether somebody has to wait. */
  get isClosed(): boolean {
    return this.#last !== undefined
  }

  /** Lets nobody pass until the work, which begins after all before it, is done. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#enter(work, true)
  }

  /** Begins the work after all before it; others follow as soon as it has begun. */
  pass<T>(work: () => Promise<T>): Promise<T> {
    return this.#enter(work, false)
  }

  #enter<T>(work: () => Promise<T>, holds: boolean): Promise<T> {
    const begun = (this.#last ?? Promise.resolve()).then(() => ({ result: work() }))
    const result = begun.then((entered) => entered.result)
    const last: Promise<unknown> = (holds ? result : begun)
      // Who waits behind a failure goes on: it is for the one who failed to deal with.
      .catch(() => undefined)
      .then(() => {
        if (this.#last === last) this.#last = undefined
      })
    this.#last = last
    return result
  }
}
