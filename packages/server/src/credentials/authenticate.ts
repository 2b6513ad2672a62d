import {
  type Eventually,
  type TenantEvent,
  type TenantId,
  type User,
  whenThere,
} from '@pileus/domain'
import type { AuthenticationLimits } from './authentication-limits.ts'
import { type LoginName, type ResolvedLogin, resolveLogin } from './resolve-login.ts'
import type { SecretHash } from './secret-hash.ts'
import { type Attempt, LoginThrottle, type ThrottleScope } from './throttle.ts'
import {
  type KnownUser,
  type ReadsUsers,
  type TenantList,
  UserDirectory,
} from './user-directory.ts'
import type { Claim, DummyHashes, SecretVerdict, SecretVerifier } from './verify-secret.ts'

/** A user name and a password that came over the network. */
export interface Login extends LoginName {
  readonly password: string
  readonly remoteAddress: string
}

/**
 * What a login comes to. `answerAfterMs` is how long the answer is to be held back.
 *
 * | kind | REST | MQTT |
 * |---|---|---|
 * | `wrong`: secret, user or tenant, nobody learns which | 401 | CONNACK 4 |
 * | `disabled`: right secret, user disabled or tenant suspended | 401 | CONNACK 5 |
 * | `throttled` | 429 | CONNACK 3 |
 * | `busy` | 503 | CONNACK 3 |
 *
 * @see security §3.4
 */
export type LoginVerdict =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'wrong'; readonly answerAfterMs: number }
  | { readonly kind: 'disabled' }
  | {
      readonly kind: 'throttled'
      readonly scope: ThrottleScope
      readonly retryAfterSeconds: number
      readonly answerAfterMs: number
    }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }

export interface AuthenticatorParts {
  readonly reads: ReadsUsers
  readonly verifier: SecretVerifier
  readonly dummies: DummyHashes
  readonly limits: AuthenticationLimits
  readonly defaultTenant: TenantId | undefined
  /** What counts as one source: the address itself, for IPv6 its /64 network. */
  readonly sourceOf: (remoteAddress: string) => string
  readonly now: () => number
  /** 0 up to 1. */
  readonly random: () => number
  /** Told of every login, for metrics and log. */
  readonly onVerdict?: (login: Login, verdict: LoginVerdict) => void
}

/** Decides logins of every channel by name and password. */
export class Authenticator {
  readonly #parts: AuthenticatorParts
  readonly #directory: UserDirectory
  readonly #throttle: LoginThrottle

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
    this.#directory = new UserDirectory(parts)
    this.#throttle = new LoginThrottle(parts.limits)
  }

  /** At once for a known user with a keyed hash, later when something is to be read or computed. */
  authenticate(login: Login): Eventually<LoginVerdict> {
    const verdict = whenThere(this.#directory.tenants(), (tenants) => {
      const resolved = resolveLogin(login, {
        tenantOfHost: (host) => tenants.byHost.get(host),
        defaultTenant: this.#parts.defaultTenant,
      })
      return whenThere(this.#find(resolved, tenants), (known) =>
        this.#judge(login, resolved, known, tenants),
      )
    })
    return whenThere(verdict, (settled) => {
      this.#parts.onVerdict?.(login, settled)
      return settled
    })
  }

  /** Has the next login see what this event changed. */
  onTenantEvent(event: TenantEvent): void {
    this.#directory.onTenantEvent(event)
  }

  #find(resolved: ResolvedLogin, tenants: TenantList): Eventually<KnownUser | undefined> {
    const { tenantId, userName } = resolved
    if (tenantId === undefined || !tenants.byId.has(tenantId)) return undefined
    return this.#directory.findUser(tenantId, userName)
  }

  /**
   * A keyed hash is compared first and throttled afterwards, since a right secret that nobody can
   * guess is never refused. A memory-hard one is admitted first, unless its secret was verified
   * before: then it is right, however many wrong ones came in between.
   */
  #judge(
    login: Login,
    resolved: ResolvedLogin,
    known: KnownUser | undefined,
    tenants: TenantList,
  ): Eventually<LoginVerdict> {
    const { verifier, sourceOf, now } = this.#parts
    const { userName } = resolved
    const tenantId = resolved.tenantId ?? ''
    const hash = known?.hash ?? this.#dummyFor(tenantId, userName)
    const claim: Claim = { tenantId, userName, secret: login.password }
    const attempt: Attempt = {
      userKey: `${tenantId}/${userName}`,
      source: sourceOf(login.remoteAddress),
    }
    const settle = (verdict: SecretVerdict) => this.#settle(verdict, hash, attempt, known, tenants)
    if (Buffer.byteLength(login.password) > secretBytesMax) return settle('wrong')
    const quick = verifier.verifyQuickly(claim, hash)
    if (quick !== undefined || hash.kind === 'keyed') return settle(quick ?? 'wrong')
    const admission = this.#throttle.admit(attempt, now())
    if (admission.kind === 'refused') return throttled(admission.scope, admission.retryAfterMs)
    return verifier.verifySlowly(claim, hash).then(settle)
  }

  #dummyFor(tenantId: string, userName: string): SecretHash {
    const share = this.#directory.memoryHardShare(tenantId)
    return this.#parts.dummies.dummyFor(tenantId, userName, share)
  }

  #settle(
    verdict: SecretVerdict,
    hash: SecretHash,
    attempt: Attempt,
    known: KnownUser | undefined,
    tenants: TenantList,
  ): LoginVerdict {
    if (verdict === 'busy') return { kind: 'busy', retryAfterSeconds: busySeconds }
    const nowMs = this.#parts.now()
    const isGuessable = hash.kind === 'memoryHard'
    if (verdict === 'right' && known !== undefined) {
      this.#throttle.succeeded(attempt, isGuessable, nowMs)
      const { user } = known
      const isActive = tenants.byId.get(user.tenantId)?.status === 'ACTIVE'
      return user.enabled && isActive ? { kind: 'user', user } : { kind: 'disabled' }
    }
    const sourceWaitMs = isGuessable ? 0 : this.#throttle.sourceWaitMs(attempt.source, nowMs)
    this.#throttle.failed(attempt, isGuessable, nowMs)
    if (sourceWaitMs > 0) return throttled('source', sourceWaitMs)
    const spreadMs = this.#throttle.isFlooded(nowMs) ? floodSpreadMs : 0
    return { kind: 'wrong', answerAfterMs: Math.floor(this.#parts.random() * spreadMs) }
  }
}

/** What a CONNECT can carry (security §10.1); REST follows. */
const secretBytesMax = 512
const busySeconds = 5
const throttledAnswerMs = 1000
const floodSpreadMs = 250

function throttled(scope: ThrottleScope, retryAfterMs: number): LoginVerdict {
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1000)
  return { kind: 'throttled', scope, retryAfterSeconds, answerAfterMs: throttledAnswerMs }
}
