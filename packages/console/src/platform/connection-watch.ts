import type { FetchAnswer, Fetches } from '@pileus/rest-contract'
import type { Observable } from './observable.ts'
import { buildObservable } from './observable.ts'

/** Whether the platform answers. Times are milliseconds since 1970. */
export type Connection =
  | { readonly kind: 'reachable'; readonly lastAnswerAt: number | undefined }
  | {
      readonly kind: 'unreachable'
      /** When the last answer came; without any, when the first request failed. */
      readonly since: number
      readonly cause: 'browserOffline' | 'noAnswer'
      readonly attempts: number
      /** When the next attempt begins; absent while one is on its way. */
      readonly nextAttemptAt?: number
    }

export interface ConnectionWatch {
  readonly state: Observable<Connection>
  /** The given fetch, observed. */
  readonly fetch: Fetches
  readonly retryNow: () => void
}

export interface ConnectionWatchOptions {
  readonly fetch: Fetches
  /** After an outage: whatever is visible is old. */
  readonly onReconnect: () => void
}

const retryFirstMs = 1_000
const retryLastMs = 15_000

/** A platform that has not begun to answer a question by then does not answer. */
const silentMsMax = 20_000

/** Pause before attempt `attempts` + 1: 1, 2, 4, 8 and then always 15 seconds. */
export function retryDelayMs(attempts: number): number {
  return attempts > 3 ? retryLastMs : retryFirstMs * 2 ** attempts
}

/** What stands in front of the platform says that nothing stands behind it. */
export function isGatewayStatus(status: number): boolean {
  return status >= 502 && status <= 504
}

/**
 * Watches every request. Once one gets no answer, a single small request is repeated with growing
 * pauses until the platform answers again, so that no page has to try by itself.
 */
export function buildConnectionWatch({
  fetch,
  onReconnect,
}: ConnectionWatchOptions): ConnectionWatch {
  const state = buildObservable<Connection>({ kind: 'reachable', lastAnswerAt: undefined })
  let timer: ReturnType<typeof setTimeout> | undefined

  const watched: Fetches = async (url, init) => {
    let answer: FetchAnswer
    try {
      answer = await fetch(url, withDeadline(init))
    } catch (cause) {
      if (init.signal?.aborted !== true) onSilence()
      throw cause
    }
    if (isGatewayStatus(answer.status)) onSilence()
    else onAnswer()
    return answer
  }

  function onAnswer(): void {
    const wasAway = state.get().kind === 'unreachable'
    clearTimeout(timer)
    state.set({ kind: 'reachable', lastAnswerAt: Date.now() })
    if (wasAway) onReconnect()
  }

  function onSilence(): void {
    const present = state.get()
    // The requests that were under way when it went silent are one outage.
    if (present.kind === 'unreachable' && present.nextAttemptAt !== undefined) return
    const attempts = present.kind === 'unreachable' ? present.attempts + 1 : 0
    const delayMs = retryDelayMs(attempts)
    clearTimeout(timer)
    timer = setTimeout(attempt, delayMs)
    state.set({
      kind: 'unreachable',
      since: present.kind === 'unreachable' ? present.since : (present.lastAnswerAt ?? Date.now()),
      cause: navigator.onLine ? 'noAnswer' : 'browserOffline',
      attempts,
      nextAttemptAt: Date.now() + delayMs,
    })
  }

  function attempt(): void {
    clearTimeout(timer)
    const present = state.get()
    if (present.kind !== 'unreachable') return
    const { nextAttemptAt: _, ...underWay } = present
    state.set(underWay)
    // Any answer will do, also that credentials are missing.
    watched('/tenant/currentTenant', {
      method: 'GET',
      headers: { Accept: 'application/json', UseXBasic: 'true' },
      credentials: 'omit',
    }).catch(() => {
      // The watch itself has seen that no answer came.
    })
  }

  /** The network may need a moment, so that the pauses begin anew as well. */
  function onOnline(): void {
    const present = state.get()
    if (present.kind === 'unreachable') state.set({ ...present, attempts: 0 })
    attempt()
  }

  window.addEventListener('online', onOnline)
  window.addEventListener('offline', onSilence)
  return { state, fetch: watched, retryNow: attempt }
}

/**
 * A connection that has died without a word is noticed by the browser after a quarter of an hour.
 * What changes something is waited for: nobody knows whether it was done.
 */
function withDeadline(init: Parameters<Fetches>[1]): Parameters<Fetches>[1] {
  if (init.method !== 'GET') return init
  const deadline = AbortSignal.timeout(silentMsMax)
  const signal = init.signal === undefined ? deadline : AbortSignal.any([init.signal, deadline])
  return { ...init, signal }
}
