import { createHmac, randomBytes } from 'node:crypto'
import type { AuthenticationLimits } from './authentication-limits.ts'
import { LruMap } from './lru-map.ts'

/** Whose budget is exhausted. */
export type ThrottleScope = 'source' | 'userFromSource' | 'userFromUnknownSources'

/** One attempt to log in. */
export interface Attempt {
  /** Tenant and user name as one key; a name that does not exist counts like any other. */
  readonly userKey: string
  /** The address, or the /64 network of an IPv6 address. */
  readonly source: string
}

export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly scope: ThrottleScope; readonly retryAfterMs: number }

/**
 * Budgets for wrong passwords, in memory, so that guessing is slow and nobody is locked out.
 *
 * A source from which a user has logged in (its usual address) is refused for nobody else's
 * mistakes: neither those of the same address with other users, nor those of other addresses with
 * the same user. Losing this state only resets budgets.
 *
 * @see security S-3.10
 */
export class LoginThrottle {
  readonly #limits: AuthenticationLimits
  readonly #sources: LruMap<string, SourceBudget>
  readonly #pairs: LruMap<string, PairBudget>
  readonly #users: LruMap<string, UserBudget>
  /** By user, the hashed sources of its logins with the time of the last one, oldest first. */
  readonly #usualSources: LruMap<string, Map<string, number>>
  readonly #hashKey = randomBytes(32)
  #failures = { second: 0, count: 0 }

  constructor(limits: AuthenticationLimits) {
    this.#limits = limits
    this.#sources = new LruMap(limits.sourcesTracked)
    this.#pairs = new LruMap(limits.sourcesTracked)
    this.#users = new LruMap(limits.sourcesTracked)
    this.#usualSources = new LruMap(limits.usersCached)
  }

  /** Whether a check that costs time may begin. An admitted one from an unknown source is counted. */
  admit(attempt: Attempt, nowMs: number): Admission {
    const pairWaitMs = (this.#pairs.get(pairKeyOf(attempt))?.refusedUntil ?? 0) - nowMs
    if (pairWaitMs > 0) return refused('userFromSource', pairWaitMs)
    if (this.#isUsual(attempt, nowMs)) return admitted
    const sourceWaitMs = this.sourceWaitMs(attempt.source, nowMs)
    if (sourceWaitMs > 0) return refused('source', sourceWaitMs)
    const user = this.#users.get(attempt.userKey)
    if (user === undefined || nowMs >= user.windowEnd) return admitted
    if (user.failures < this.#limits.userFailuresPerHour) return admitted
    if (nowMs < user.nextAttempt) {
      return refused('userFromUnknownSources', user.nextAttempt - nowMs)
    }
    user.nextAttempt = nowMs + unknownSourcePauseMs
    return admitted
  }

  /** How long this source is refused still, in ms; 0 when it is not. */
  sourceWaitMs(source: string, nowMs: number): number {
    return Math.max(0, (this.#sources.get(source)?.refusedUntil ?? 0) - nowMs)
  }

  /** A wrong secret. Secrets that cannot be guessed are not counted for their user. */
  failed(attempt: Attempt, isGuessable: boolean, nowMs: number): void {
    this.#countForInstance(nowMs)
    this.#countForSource(attempt.source, nowMs)
    if (!isGuessable) return
    this.#countForPair(attempt, nowMs)
    if (!this.#isUsual(attempt, nowMs)) this.#countForUser(attempt.userKey, nowMs)
  }

  /** A right secret. */
  succeeded(attempt: Attempt, isGuessable: boolean, nowMs: number): void {
    const source = this.#sourceBudget(attempt.source, nowMs)
    source.logins++
    source.tokens += this.#limits.sourceFailuresPerLogin
    if (!isGuessable) return
    this.#pairs.delete(pairKeyOf(attempt))
    const usual = this.#usualSources.get(attempt.userKey) ?? new Map<string, number>()
    const hashed = this.#hashedSource(attempt)
    usual.delete(hashed)
    usual.set(hashed, nowMs)
    for (const oldest of usual.keys()) {
      if (usual.size <= usualSourcesMax) break
      usual.delete(oldest)
    }
    this.#usualSources.set(attempt.userKey, usual)
  }

  /** Whether wrong passwords arrive from everywhere, faster than the instance expects. */
  isFlooded(nowMs: number): boolean {
    const isCurrent = this.#failures.second === Math.floor(nowMs / 1000)
    return isCurrent && this.#failures.count > this.#limits.instanceFailuresPerSecond
  }

  #isUsual(attempt: Attempt, nowMs: number): boolean {
    const usual = this.#usualSources.get(attempt.userKey)
    if (usual === undefined) return false
    const lastLogin = usual.get(this.#hashedSource(attempt))
    return lastLogin !== undefined && nowMs - lastLogin < usualLifetimeMs
  }

  #hashedSource({ userKey, source }: Attempt): string {
    return createHmac('sha256', this.#hashKey)
      .update(`${userKey}\0${source}`)
      .digest('base64')
      .slice(0, 16)
  }

  #countForInstance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    if (this.#failures.second === second) this.#failures.count++
    else this.#failures = { second, count: 1 }
  }

  #countForSource(source: string, nowMs: number): void {
    const budget = this.#sourceBudget(source, nowMs)
    budget.tokens = Math.max(0, budget.tokens - 1)
    if (budget.tokens >= 1 || nowMs < budget.refusedUntil) return
    const pauseMs = Math.min(sourcePauseMaxMs, sourcePauseMs * 2 ** budget.refusals)
    budget.refusals++
    budget.refusedUntil = nowMs + pauseMs
  }

  #sourceBudget(source: string, nowMs: number): SourceBudget {
    const { sourceFailuresBurst, sourceFailuresPerMinute, sourceFailuresPerLogin } = this.#limits
    const hour = Math.floor(nowMs / hourMs)
    const budget = this.#sources.get(source)
    if (budget === undefined) {
      const fresh: SourceBudget = {
        tokens: sourceFailuresBurst,
        countedMs: nowMs,
        refusedUntil: 0,
        refusals: 0,
        hour,
        logins: 0,
        loginsBefore: 0,
      }
      this.#sources.set(source, fresh)
      return fresh
    }
    if (hour !== budget.hour) {
      budget.loginsBefore = hour === budget.hour + 1 ? budget.logins : 0
      budget.logins = 0
      budget.hour = hour
    }
    const most =
      sourceFailuresBurst + sourceFailuresPerLogin * (budget.logins + budget.loginsBefore)
    const earned = (Math.max(0, nowMs - budget.countedMs) / 60_000) * sourceFailuresPerMinute
    budget.tokens = Math.min(most, budget.tokens + earned)
    budget.countedMs = nowMs
    if (nowMs - budget.refusedUntil >= sourcePauseMemoryMs) budget.refusals = 0
    return budget
  }

  #countForPair(attempt: Attempt, nowMs: number): void {
    const key = pairKeyOf(attempt)
    const known = this.#pairs.get(key)
    const isStale = known !== undefined && nowMs - known.failedAt > pairMemoryMs
    const failures = (known === undefined || isStale ? 0 : known.failures) + 1
    const excess = failures - this.#limits.userSourceFailures
    const pauseMs = excess < 0 ? 0 : Math.min(pairPauseMaxMs, 1000 * 2 ** excess)
    this.#pairs.set(key, { failures, failedAt: nowMs, refusedUntil: nowMs + pauseMs })
  }

  #countForUser(userKey: string, nowMs: number): void {
    const known = this.#users.get(userKey)
    const isCurrent = known !== undefined && nowMs < known.windowEnd
    const user = isCurrent ? known : { failures: 0, windowEnd: nowMs + hourMs, nextAttempt: 0 }
    user.failures++
    if (user.failures === this.#limits.userFailuresPerHour) {
      user.nextAttempt = nowMs + unknownSourcePauseMs
    }
    if (!isCurrent) this.#users.set(userKey, user)
  }
}

interface SourceBudget {
  /** Wrong passwords that are still free. */
  tokens: number
  countedMs: number
  refusedUntil: number
  /** How often it was refused in a row; each time is twice as long. */
  refusals: number
  hour: number
  /** Logins in this hour of the clock and in the one before: at least those of the last hour. */
  logins: number
  loginsBefore: number
}

interface PairBudget {
  readonly failures: number
  readonly failedAt: number
  readonly refusedUntil: number
}

interface UserBudget {
  failures: number
  readonly windowEnd: number
  nextAttempt: number
}

const hourMs = 3_600_000
const sourcePauseMs = 60_000
const sourcePauseMaxMs = 15 * 60_000
/** So long after a refusal the pauses begin anew. */
const sourcePauseMemoryMs = hourMs
const pairPauseMaxMs = 300_000
/** After so long without a mistake the pauses begin anew. */
const pairMemoryMs = hourMs
const unknownSourcePauseMs = 60_000
const usualSourcesMax = 16
const usualLifetimeMs = 30 * 24 * hourMs

const admitted: Admission = { kind: 'admitted' }

function refused(scope: ThrottleScope, retryAfterMs: number): Admission {
  return { kind: 'refused', scope, retryAfterMs }
}

function pairKeyOf({ userKey, source }: Attempt): string {
  return `${userKey}\0${source}`
}
