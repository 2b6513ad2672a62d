import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Eventually } from '@pileus/domain'
import { LruMap } from './lru-map.ts'
import type { PasswordWork } from './password-work.ts'
import type { SecretHash } from './secret-hash.ts'
import { memoryHardParameters, type SecretHashes } from './secret-hashes.ts'

/** One claim to be a user. */
export interface Claim {
  readonly tenantId: string
  readonly userName: string
  readonly secret: string
}

export type SecretVerdict = 'right' | 'wrong' | 'busy'

/**
 * Compares secrets with stored hashes: at once where that is cheap, in the queue where it is not.
 *
 * A memory-hard check that succeeded is remembered as a fingerprint under a key of this process,
 * so that a device which reconnects costs it once a day (security S-3.8).
 */
export class SecretVerifier {
  readonly #hashes: SecretHashes
  readonly #work: PasswordWork
  readonly #now: () => number
  readonly #fingerprintKey = randomBytes(32)
  /** Fingerprint → when it was verified. */
  readonly #verified: LruMap<string, number>
  readonly #inFlight = new Map<string, Promise<SecretVerdict>>()

  constructor(parts: {
    readonly hashes: SecretHashes
    readonly work: PasswordWork
    readonly now: () => number
    readonly verifiedSecretsCached: number
  }) {
    this.#hashes = parts.hashes
    this.#work = parts.work
    this.#now = parts.now
    this.#verified = new LruMap(parts.verifiedSecretsCached)
  }

  /** At once where that is possible, else in the queue. */
  verify(claim: Claim, hash: SecretHash): Eventually<SecretVerdict> {
    const quick = this.verifyQuickly(claim, hash)
    if (quick !== undefined || hash.kind === 'keyed') return quick ?? 'wrong'
    return this.verifySlowly(claim, hash)
  }

  /** `undefined` when only `verifySlowly` can tell. Microseconds. */
  verifyQuickly(claim: Claim, hash: SecretHash): 'right' | 'wrong' | undefined {
    if (hash.kind === 'keyed') {
      const tag = this.#hashes.deviceTag(claim.tenantId, claim.userName, claim.secret)
      const isRight = timingSafeEqual(tag, hash.tag) && hash.keyId === this.#hashes.deviceKeyId
      return isRight ? 'right' : 'wrong'
    }
    const fingerprint = this.#fingerprintOf(claim, hash.tag)
    const verifiedAt = this.#verified.get(fingerprint)
    if (verifiedAt === undefined) return undefined
    const ageMs = this.#now() - verifiedAt
    if (ageMs >= verifiedLifetimeMs) return undefined
    // Renewed early, so that a user whose source is throttled for another one's mistakes never
    // needs a slow check. Should it fail, the next login tries again.
    if (ageMs >= verifiedLifetimeMs / 2) this.verifySlowly(claim, hash).catch(() => 'busy')
    return 'right'
  }

  /** Tens of milliseconds in the queue; identical checks in flight share one computation. */
  verifySlowly(claim: Claim, hash: SecretHash & { kind: 'memoryHard' }): Promise<SecretVerdict> {
    const fingerprint = this.#fingerprintOf(claim, hash.tag)
    const running = this.#inFlight.get(fingerprint)
    if (running !== undefined) return running
    if (this.#work.isFull) return Promise.resolve('busy')
    const check = this.#compare(claim, hash, fingerprint).finally(() => {
      this.#inFlight.delete(fingerprint)
    })
    this.#inFlight.set(fingerprint, check)
    return check
  }

  async #compare(
    claim: Claim,
    hash: SecretHash & { kind: 'memoryHard' },
    fingerprint: string,
  ): Promise<SecretVerdict> {
    const tag = await this.#hashes.memoryHardTag(hash, claim.secret)
    if (!timingSafeEqual(tag, hash.tag)) return 'wrong'
    this.#verified.set(fingerprint, this.#now())
    return 'right'
  }

  /** The tag of the hash makes old fingerprints worthless when the password changes. */
  #fingerprintOf({ tenantId, userName, secret }: Claim, tag: Uint8Array): string {
    return createHmac('sha256', this.#fingerprintKey)
      .update(tag)
      .update(`${tenantId}\0${userName}\0${secret}`)
      .digest('base64')
  }
}

const verifiedLifetimeMs = 24 * 3_600_000

/**
 * Hashes that no secret matches, so that a login of an unknown user costs what one of a known
 * user costs, and repeated probes of a name always look alike.
 *
 * @see security S-3.12
 */
export class DummyHashes {
  readonly #hashes: SecretHashes
  readonly #keyed: SecretHash
  readonly #memoryHard: SecretHash

  constructor(hashes: SecretHashes) {
    this.#hashes = hashes
    this.#keyed = { kind: 'keyed', keyId: hashes.deviceKeyId, tag: randomBytes(32) }
    this.#memoryHard = {
      kind: 'memoryHard',
      ...memoryHardParameters,
      salt: randomBytes(16),
      tag: randomBytes(32),
    }
  }

  /** `memoryHardShare` tells how many of the tenant's device users have such a hash, 0 to 1. */
  dummyFor(tenantId: string, userName: string, memoryHardShare: number): SecretHash {
    if (!userName.startsWith('device_')) return this.#memoryHard
    const isKeyed = this.#hashes.fractionOf(tenantId, userName) >= memoryHardShare
    return isKeyed ? this.#keyed : this.#memoryHard
  }
}
