import { createHash } from 'node:crypto'
import type { Eventually, Instant } from '@pileus/domain'
import { compactVerify, errors } from 'jose'
import { LruMap } from './lru-map.ts'
import { isTimely, parseTokenClaims, type TokenClaims } from './token-claims.ts'
import { type TokenKeys, tokenAlgorithm } from './token-keys.ts'

/** What can be said of a token without knowing anybody. */
export type TokenVerdict =
  | { readonly kind: 'genuine'; readonly claims: TokenClaims }
  /** Signed by us; its time is over or has not begun. */
  | { readonly kind: 'expired'; readonly claims: TokenClaims }
  /** Not signed by us. */
  | { readonly kind: 'forged' }

/** Ours have some 700; everything longer is not looked at. */
const tokenCharactersMax = 4096

/** Checks signatures, and remembers those that were right. */
export class TokenVerifier {
  readonly #keys: TokenKeys
  readonly #now: () => Instant
  /** By digest, so that no token lies in the memory. */
  readonly #verified: LruMap<string, TokenClaims>

  constructor(parts: {
    readonly keys: TokenKeys
    readonly now: () => Instant
    readonly verifiedTokensCached: number
  }) {
    this.#keys = parts.keys
    this.#now = parts.now
    this.#verified = new LruMap(parts.verifiedTokensCached)
  }

  /** At once for a token that was verified before. */
  verify(token: string): Eventually<TokenVerdict> {
    if (token.length > tokenCharactersMax) return forged
    const digest = createHash('sha256').update(token).digest('base64')
    const claims = this.#verified.get(digest)
    return claims === undefined ? this.#check(token, digest) : this.#judge(claims)
  }

  async #check(token: string, digest: string): Promise<TokenVerdict> {
    const claims = await this.#read(token)
    if (claims === undefined) return forged
    this.#verified.set(digest, claims)
    return this.#judge(claims)
  }

  #judge(claims: TokenClaims): TokenVerdict {
    return { kind: isTimely(claims, this.#now()) ? 'genuine' : 'expired', claims }
  }

  /** The algorithm is that of the key: what the header says must be the same (security S-7.4). */
  async #read(token: string): Promise<TokenClaims | undefined> {
    try {
      const { payload } = await compactVerify(
        token,
        async ({ kid }) => {
          const key = typeof kid === 'string' ? await this.#keys.findKey(kid) : undefined
          if (key === undefined) throw new errors.JWKSNoMatchingKey()
          return key.publicKey
        },
        { algorithms: [tokenAlgorithm] },
      )
      return parseTokenClaims(new TextDecoder().decode(payload))
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
}

const forged: TokenVerdict = { kind: 'forged' }
