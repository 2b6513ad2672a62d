import {
  type Eventually,
  parseTenantId,
  type TenantEvent,
  type TenantId,
  type User,
  whenThere,
} from '@pileus/domain'
import type { AuthenticationLimits } from './authentication-limits.ts'
import { hostNameOf, type LoginName, type ResolvedLogin, resolveLogin } from './resolve-login.ts'
import type { SecretHash } from './secret-hash.ts'
import { type Attempt, LoginThrottle, type ThrottleScope } from './throttle.ts'
import { type TokenClaims, tokenIssuersOf, tokenSessionOf } from './token-claims.ts'
import {
  type KnownUser,
  type ReadsUsers,
  type TenantList,
  UserDirectory,
} from './user-directory.ts'
import type { Claim, DummyHashes, SecretVerdict, SecretVerifier } from './verify-secret.ts'
import type { TokenVerdict, TokenVerifier } from './verify-token.ts'

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

/** A token that came over the network. */
export interface TokenLogin {
  readonly token: string
  readonly remoteAddress: string
  /** Host that the client asked for, with or without port. */
  readonly host?: string | undefined
}

/**
 * What a token comes to. Whatever is wrong with it, the client learns the same and asks for another
 * one (401): a refusal of another kind would leave it with the one it has.
 */
export type TokenLoginVerdict =
  | Extract<LoginVerdict, { readonly kind: 'user' | 'wrong' | 'disabled' }>
  /** It was right once: devices notice the end of a token by this. */
  | { readonly kind: 'expired' }

/** A login as metrics and log know it, without its secret. */
export interface DecidedLogin {
  readonly method: 'password' | 'token'
  readonly channel: 'mqtt' | 'rest'
  /** Absent where nobody can tell. */
  readonly tenantId?: string | undefined
  readonly userName?: string | undefined
  readonly remoteAddress: string
}

export interface AuthenticatorParts {
  readonly reads: ReadsUsers
  readonly verifier: SecretVerifier
  readonly tokens: TokenVerifier
  /** Host name of the instance, which tokens carry where their tenant has no domain. */
  readonly publicHost: string
  readonly dummies: DummyHashes
  readonly limits: AuthenticationLimits
  readonly defaultTenant: TenantId | undefined
  /** What counts as one source: the address itself, for IPv6 its /64 network. */
  readonly sourceOf: (remoteAddress: string) => string
  readonly now: () => number
  /** 0 up to 1. */
  readonly random: () => number
  /** Told of every login, for metrics and log. */
  readonly onVerdict?: (login: DecidedLogin, verdict: LoginVerdict | TokenLoginVerdict) => void
}

/** Decides logins of every channel, by name and password or by token. */
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
      const { tenantId, userName, channel, remoteAddress } = login
      const decided = { method: 'password', tenantId, userName, channel, remoteAddress } as const
      this.#parts.onVerdict?.(decided, settled)
      return settled
    })
  }

  /**
   * At once for a token that was seen before and a user that was looked up within 5 s.
   *
   * @see security §7.3
   */
  authenticateToken(login: TokenLogin): Eventually<TokenLoginVerdict> {
    return whenThere(this.#parts.tokens.verify(login.token), (token) =>
      whenThere(this.#judgeToken(login, token), (verdict) => {
        const { sub: userName, ten: tenantId } = token.kind === 'forged' ? nobody : token.claims
        const { remoteAddress } = login
        const decided = {
          method: 'token',
          tenantId,
          userName,
          channel: 'rest',
          remoteAddress,
        } as const
        this.#parts.onVerdict?.(decided, verdict)
        return verdict
      }),
    )
  }

  /** Has the next login see what this event changed. */
  onTenantEvent(event: TenantEvent): void {
    this.#directory.onTenantEvent(event)
  }

  #judgeToken(
    { remoteAddress, host = '' }: TokenLogin,
    token: TokenVerdict,
  ): Eventually<TokenLoginVerdict> {
    if (token.kind === 'forged') return this.#refuseForged(remoteAddress)
    if (token.kind === 'expired') return { kind: 'expired' }
    const { claims } = token
    return whenThere(this.#directory.tenants(), (tenants) => {
      const tenantId = parseTenantId(claims.ten)
      const tenant = tenantId === undefined ? undefined : tenants.byId.get(tenantId)
      const tenantOfHost = tenants.byHost.get(hostNameOf(host))
      const isOfTenant =
        tenant !== undefined &&
        (tenantOfHost ?? tenant.id) === tenant.id &&
        claims.aud === claims.iss &&
        tokenIssuersOf(tenant, this.#parts.publicHost).includes(claims.iss)
      if (!isOfTenant) return revoked
      const found = this.#directory.findUser(tenant.id, claims.sub, tokenUserAgeMaxMs)
      return whenThere(found, (known) => judgeAccess(claims, known, tenant.status === 'ACTIVE'))
    })
  }

  /**
   * Counts as a wrong secret that nobody can guess, and yet is never throttled: a device learns
   * only from 401 that it needs another token (thin-edge §7).
   */
  #refuseForged(remoteAddress: string): TokenLoginVerdict {
    const nowMs = this.#parts.now()
    const attempt = { userKey: '', source: this.#parts.sourceOf(remoteAddress) }
    this.#throttle.failed(attempt, false, nowMs)
    return { kind: 'wrong', answerAfterMs: this.#spreadMs(nowMs) }
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
    return { kind: 'wrong', answerAfterMs: this.#spreadMs(nowMs) }
  }

  #spreadMs(nowMs: number): number {
    const spreadMs = this.#throttle.isFlooded(nowMs) ? floodSpreadMs : 0
    return Math.floor(this.#parts.random() * spreadMs)
  }
}

/** What a CONNECT can carry (security §10.1); REST follows. */
const secretBytesMax = 512
const busySeconds = 5
const throttledAnswerMs = 1000
const floodSpreadMs = 250
/** So soon a change that nobody announces ends the tokens of a user (security S-7.6). */
const tokenUserAgeMaxMs = 5_000

const nobody = { sub: undefined, ten: undefined }
const revoked: TokenLoginVerdict = { kind: 'wrong', answerAfterMs: 0 }

function judgeAccess(
  claims: TokenClaims,
  known: KnownUser | undefined,
  isTenantActive: boolean,
): TokenLoginVerdict {
  if (known === undefined || tokenSessionOf(known.user) !== claims.tci) return revoked
  const { user } = known
  return user.enabled && isTenantActive ? { kind: 'user', user } : { kind: 'disabled' }
}

function throttled(scope: ThrottleScope, retryAfterMs: number): LoginVerdict {
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1000)
  return { kind: 'throttled', scope, retryAfterSeconds, answerAfterMs: throttledAnswerMs }
}
