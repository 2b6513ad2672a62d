import { randomBytes, randomUUID } from 'node:crypto'
import type {
  FindsTenantOptions,
  FindsTenants,
  FindsUsers,
  Instant,
  TenantId,
} from '@pileus/domain'
import { CompactSign } from 'jose'
import { LruMap } from './lru-map.ts'
import {
  formatTokenClaims,
  type TokenClaims,
  tokenIssuersOf,
  tokenSessionOf,
} from './token-claims.ts'
import { type TokenKeys, tokenAlgorithm } from './token-keys.ts'

/** No token lives shorter, whatever is configured (security §7.3). */
export const tokenLifeSecondsMin = 300

/** Where a tenant shortens the life of its devices' tokens (security §7.3). */
const lifeOption = {
  category: 'oauth.internal',
  key: 'device-token.lifespan.seconds',
} as const

export interface TokenIssuerParts {
  readonly reads: {
    reader(tenantId: TenantId): FindsUsers & FindsTenantOptions
    readonly instanceReader: FindsTenants
  }
  readonly keys: TokenKeys
  readonly now: () => Instant
  /** Host name of the instance, for tenants without a domain of their own. */
  readonly publicHost: string
  readonly lifeSeconds: number
  readonly issuedTokensCached: number
}

/** Gives device users the tokens that stand for them over HTTP. */
export class TokenIssuer {
  readonly #parts: TokenIssuerParts
  /** By tenant and user, what was handed out last. */
  readonly #issued: LruMap<string, IssuedToken>

  constructor(parts: TokenIssuerParts) {
    this.#parts = parts
    this.#issued = new LruMap(parts.issuedTokensCached)
  }

  /**
   * A token of this user: the one that it has, until half of its life is over. `undefined` when the
   * user is gone or disabled, or its tenant is suspended.
   *
   * @see security §7.1
   */
  async issueToken(tenantId: TenantId, userName: string): Promise<string | undefined> {
    const { reads, publicHost, now } = this.#parts
    const reader = reads.reader(tenantId)
    const user = await reader.findUser(userName)
    const tenant = await reads.instanceReader.findTenant(tenantId)
    if (user?.enabled !== true || tenant?.status !== 'ACTIVE') return undefined
    const [iss = publicHost] = tokenIssuersOf(tenant, publicHost)
    const tci = tokenSessionOf(user)
    const nowSeconds = Math.floor(now() / 1000)
    const userKey = `${tenantId}/${userName}`
    const issued = this.#issued.get(userKey)
    if (issued?.claims.tci === tci && issued.claims.iss === iss && isYoung(issued, nowSeconds)) {
      return issued.token
    }
    const claims: TokenClaims = {
      iss,
      aud: iss,
      sub: userName,
      ten: tenantId,
      jti: randomUUID(),
      tci,
      iat: nowSeconds,
      nbf: nowSeconds,
      exp: nowSeconds + (await this.#lifeSeconds(reader)),
      tfa: false,
      xsrfToken: randomBytes(xsrfTokenBytes).toString('hex'),
    }
    const token = await this.#sign(claims)
    this.#issued.set(userKey, { token, claims })
    return token
  }

  /** A tenant may shorten the life, not lengthen it (security, conventions). */
  async #lifeSeconds(options: FindsTenantOptions): Promise<number> {
    const { lifeSeconds } = this.#parts
    const wanted = await options.findTenantOption(lifeOption.category, lifeOption.key)
    if (wanted === undefined || !/^\d{1,9}$/.test(wanted)) return lifeSeconds
    return Math.min(lifeSeconds, Math.max(tokenLifeSecondsMin, Number(wanted)))
  }

  async #sign(claims: TokenClaims): Promise<string> {
    const { kid, privateKey } = await this.#parts.keys.signingKey()
    return new CompactSign(new TextEncoder().encode(formatTokenClaims(claims)))
      .setProtectedHeader({ alg: tokenAlgorithm, kid, typ: 'JWT' })
      .sign(privateKey)
  }
}

interface IssuedToken {
  readonly token: string
  readonly claims: TokenClaims
}

const xsrfTokenBytes = 16

/** In the first half of its life; a token from the future was made while the clock was wrong. */
function isYoung({ claims: { iat, exp } }: IssuedToken, nowSeconds: number): boolean {
  return iat <= nowSeconds && nowSeconds < iat + (exp - iat) / 2
}
