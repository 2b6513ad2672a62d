import { createHash } from 'node:crypto'
import type { Instant, Tenant, User } from '@pileus/domain'

/**
 * What a token says. `iss` and `aud` are the host name by which its tenant is called, `sub` the
 * user without tenant; `iat`, `nbf` and `exp` are seconds since 1970.
 *
 * @see security §7.3
 */
export interface TokenClaims {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly ten: string
  readonly jti: string
  /** The access that the token stands for, see `tokenSessionOf`. */
  readonly tci: string
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  readonly tfa: boolean
  readonly xsrfToken: string
}

/** How far clocks may differ (security S-7.4). */
export const leewaySeconds = 60

/**
 * JSON whose base64url form has neither `-` nor `_`: a deployed client reads it with the standard
 * alphabet. Of ASCII only the last of three bytes can lead to one of them, and only if its low bits
 * are 11111x: `>`, `?`, `~` and DEL. These are escaped, and everything beyond ASCII is.
 *
 * @see security S-7.5
 */
export function formatTokenClaims(claims: TokenClaims): string {
  return JSON.stringify(claims).replace(
    /[>?~\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `undefined` when the text holds anything else. */
export function parseTokenClaims(text: string): TokenClaims | undefined {
  let claims: unknown
  try {
    claims = JSON.parse(text)
  } catch {
    return undefined
  }
  return isTokenClaims(claims) ? claims : undefined
}

/** Whether the token has begun and not ended. */
export function isTimely({ iat, nbf, exp }: TokenClaims, now: Instant): boolean {
  const seconds = now / 1000
  const hasBegun = Math.max(iat, nbf) - leewaySeconds <= seconds
  return hasBegun && seconds < exp + leewaySeconds
}

/**
 * Names the access that a user has now: another one after its secret has changed, and after it was
 * deleted and created again. A token of an access that is gone is worth nothing (security S-7.6).
 */
export function tokenSessionOf(user: User): string {
  const { tenantId, userName, creationTime, lastPasswordChange, secretHash } = user
  // The hash has at least 128 bits that nobody can guess, so nothing can be tried out on this.
  const access = [tenantId, userName, creationTime, lastPasswordChange, secretHash].join('\0')
  return `dev-${createHash('sha256').update(access).digest('hex').slice(0, 24)}`
}

/** The host names by which a tenant is called, the one that new tokens carry first (S-7.3). */
export function tokenIssuersOf({ domain }: Tenant, publicHost: string): readonly string[] {
  return domain === undefined ? [publicHost] : [domain.toLowerCase(), publicHost]
}

const textClaims = ['iss', 'aud', 'sub', 'ten', 'jti', 'tci', 'xsrfToken'] as const
const secondClaims = ['iat', 'nbf', 'exp'] as const

function isTokenClaims(value: unknown): value is TokenClaims {
  if (typeof value !== 'object' || value === null) return false
  const claims: Readonly<Record<string, unknown>> = { ...value }
  return (
    textClaims.every((name) => typeof claims[name] === 'string') &&
    secondClaims.every((name) => Number.isSafeInteger(claims[name])) &&
    typeof claims.tfa === 'boolean'
  )
}
