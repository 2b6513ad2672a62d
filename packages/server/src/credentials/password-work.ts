import { PlatformError } from '../platform-error.ts'

/**
 * A queue for work that costs tens of milliseconds and megabytes: few at a time, some waiting,
 * the rest refused, so that a storm of logins takes neither all cores nor all memory.
 *
 * @see security S-3.5
 */
export class PasswordWork {
  readonly #runningMax: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(bounds: { readonly runningMax: number; readonly waitingMax: number }) {
    this.#runningMax = bounds.runningMax
    this.#waitingMax = bounds.waitingMax
  }

  /** Whether `run` would refuse. */
  get isFull(): boolean {
    return this.#running >= this.#runningMax && this.#waiting.length >= this.#waitingMax
  }

  /** First come, first served. Rejects with `passwordWorkBusy` when the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isFull) throw new PlatformError('passwordWorkBusy')
    if (this.#running < this.#runningMax) this.#running++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place is handed on as it is, so that nobody slips in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

/** One core stays free for everything else. */
export function passwordWorkersFor(cores: number): number {
  return Math.max(1, cores - 1)
}
