import type { Instant, Store } from '@pileus/domain'
import { authenticationLimits } from './authentication-limits.ts'
import { TokenIssuer } from './issue-tokens.ts'
import { MasterKey } from './master-key.ts'
import { TokenKeys } from './token-keys.ts'
import { TokenVerifier } from './verify-token.ts'

/** What devices of the tests call the platform. */
export const publicHost = 'iot.example'

export interface TokenParts {
  readonly keys: TokenKeys
  readonly issuer: TokenIssuer
  readonly verifier: TokenVerifier
}

/** Everything about tokens over one store. A second one over it is the process after a restart. */
export function buildTokens(
  store: Store,
  now: () => Instant,
  { masterKeyByte = 7, keyDays = 90, lifeSeconds = 3600 } = {},
): TokenParts {
  const sealingKey = new MasterKey(Buffer.alloc(32, masterKeyByte)).subKey('wrap-token-key')
  const keys = new TokenKeys({ store, sealingKey, now, keyDays, lifeSecondsMax: lifeSeconds })
  const { issuedTokensCached, verifiedTokensCached } = authenticationLimits
  return {
    keys,
    issuer: new TokenIssuer({
      reads: store,
      keys,
      now,
      publicHost,
      lifeSeconds,
      issuedTokensCached: issuedTokensCached.default,
    }),
    verifier: new TokenVerifier({ keys, now, verifiedTokensCached: verifiedTokensCached.default }),
  }
}
