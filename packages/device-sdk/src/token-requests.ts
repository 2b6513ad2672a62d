import { deferred } from './deferred.ts'
import { DeviceError } from './device-error.ts'

/** Servers answer one session so often, and ignore what comes in between (security §7.1). */
const answersEveryMs = 10_000

/**
 * Asks for tokens: one question for all who want one, and none while the last answer is as good as
 * the next one could be. Unlike other questions some are never answered, so an answer belongs to
 * whoever waits.
 */
export class TokenRequests {
  readonly #timeoutMs: number
  readonly #now: () => number
  #asked: Asked | undefined
  #last: { readonly token: string; readonly at: number } | undefined

  /** `now` is a time in ms that never goes back. */
  constructor(timeoutMs: number, now: () => number) {
    this.#timeoutMs = timeoutMs
    this.#now = now
  }

  /** `ask` is done when the question has arrived. Throws `noReply`, and what `ask` throws. */
  request(ask: () => Promise<void>): Promise<string> {
    if (this.#last !== undefined && this.#now() - this.#last.at < answersEveryMs) {
      return Promise.resolve(this.#last.token)
    }
    this.#asked ??= this.#ask(ask)
    return this.#asked.answer
  }

  #ask(ask: () => Promise<void>): Asked {
    const { promise, resolve, reject } = deferred<string>()
    const timer = setTimeout(() => {
      reject(new DeviceError('noReply', `No token in ${this.#timeoutMs} ms`))
    }, this.#timeoutMs)
    const answer = promise.finally(() => {
      clearTimeout(timer)
      this.#asked = undefined
    })
    const asked: Asked = { hasArrived: false, answer, resolve, reject }
    ask().then(() => {
      asked.hasArrived = true
    }, reject)
    return asked
  }

  /** True if the row was an answer that somebody has asked for. */
  receive([messageId, token = '']: readonly string[]): boolean {
    if (messageId !== '71' || this.#asked === undefined) return false
    this.#last = { token, at: this.#now() }
    this.#asked.resolve(token)
    return true
  }

  /** The connection is over: a question that has arrived will not be answered. */
  forget(reason: string): void {
    // The next session may ask at once.
    this.#last = undefined
    if (this.#asked?.hasArrived === true) this.#asked.reject(new DeviceError('noReply', reason))
  }
}

interface Asked {
  hasArrived: boolean
  readonly answer: Promise<string>
  readonly resolve: (token: string) => void
  readonly reject: (error: unknown) => void
}
