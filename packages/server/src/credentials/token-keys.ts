import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import {
  type FindsTenantOptions,
  type Instant,
  managementTenant,
  type ReadsCommitted,
  type RunsUnits,
} from '@pileus/domain'
import { InternalError, PlatformError } from '../platform-error.ts'
import type { SubKey } from './master-key.ts'
import { openSealedText, sealText } from './sealed-text.ts'
import { leewaySeconds } from './token-claims.ts'

/** A key pair that tokens are signed with. Its algorithm is ES256, whatever a token says. */
export interface TokenKey {
  readonly kid: string
  readonly createdAt: Instant
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The one algorithm of all keys (security S-7.4). */
export const tokenAlgorithm = 'ES256'

/**
 * Where the keys are kept, sealed under the master key: an option of tenant `management`. Deleting
 * it ends every token of the instance.
 */
export const tokenKeysOption = { category: 'platform', key: 'credentials.token-keys' } as const

/** Far more than rotations leave behind; a clock that jumps makes keys too. */
const keysKeptMax = 8
/** How often a key that is not known here may be looked for in the store. */
const lookAgainMs = 5_000

/**
 * The keys of this instance, oldest first. The first token makes the first key; a key signs for its
 * days and is believed for as long as the last token that it signed may live.
 *
 * @see security S-7.4, S-11.5
 */
export class TokenKeys {
  readonly #store: RunsUnits & ReadsCommitted
  readonly #sealingKey: SubKey
  readonly #now: () => Instant
  readonly #signingMs: number
  readonly #overlapMs: number
  #kept: { readonly readAt: Instant; readonly keys: Promise<readonly TokenKey[]> } | undefined
  #making: Promise<TokenKey> | undefined

  constructor(parts: {
    readonly store: RunsUnits & ReadsCommitted
    /** The sub-key `wrap-token-key`. */
    readonly sealingKey: SubKey
    readonly now: () => Instant
    readonly keyDays: number
    readonly lifeSecondsMax: number
  }) {
    this.#store = parts.store
    this.#sealingKey = parts.sealingKey
    this.#now = parts.now
    this.#signingMs = parts.keyDays * 24 * 3_600_000
    this.#overlapMs = (parts.lifeSecondsMax + leewaySeconds) * 1000
  }

  /** The key for new tokens, made when there is none or it has served its time. */
  async signingKey(): Promise<TokenKey> {
    const key = this.#newest(await this.#read(Number.POSITIVE_INFINITY))
    if (key !== undefined) return key
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined
    })
    return this.#making
  }

  /** `undefined` when there is no such key, or no token of it can be alive. */
  async findKey(kid: string): Promise<TokenKey | undefined> {
    const known = findIn(await this.#read(Number.POSITIVE_INFINITY), kid)
    // Another node may have made it.
    const key = known ?? findIn(await this.#read(lookAgainMs), kid)
    return key !== undefined && this.#isBelieved(key) ? key : undefined
  }

  #newest<Key extends { readonly createdAt: Instant }>(keys: readonly Key[]): Key | undefined {
    const now = this.#now()
    // One from the future was made while the clock was wrong.
    return keys.findLast(({ createdAt }) => Math.abs(now - createdAt) < this.#signingMs)
  }

  #isBelieved({ createdAt }: { readonly createdAt: Instant }): boolean {
    return this.#now() < createdAt + this.#signingMs + this.#overlapMs
  }

  #read(ageMaxMs: number): Promise<readonly TokenKey[]> {
    const now = this.#now()
    if (this.#kept !== undefined && now - this.#kept.readAt < ageMaxMs) return this.#kept.keys
    const kept = { readAt: now, keys: this.#readStored() }
    this.#kept = kept
    // Whoever waits for it is told; the next one tries again.
    kept.keys.catch(() => {
      if (this.#kept === kept) this.#kept = undefined
    })
    return kept.keys
  }

  async #readStored(): Promise<readonly TokenKey[]> {
    const stored = await findStored(this.#store.reader(managementTenant))
    return stored.map((each) => this.#open(each))
  }

  async #make(): Promise<TokenKey> {
    const now = this.#now()
    const made = this.#generate(now)
    const kept = await this.#store.run(managementTenant, now, async ({ repository }) => {
      const stored = await findStored(repository)
      // Another node was faster.
      if (this.#newest(stored) !== undefined) return stored
      const all = [...stored.filter((each) => this.#isBelieved(each)), made].slice(-keysKeptMax)
      await repository.saveTenantOption({ ...tokenKeysOption, value: JSON.stringify(all) })
      return all
    })
    const keys = kept.map((each) => this.#open(each))
    this.#kept = { readAt: now, keys: Promise.resolve(keys) }
    const key = this.#newest(keys)
    if (key === undefined) throw new InternalError('A key for tokens that was just made is old')
    return key
  }

  #generate(now: Instant): StoredKey {
    const kid = randomBytes(8).toString('hex')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return { kid, createdAt: now, sealed: sealText(this.#sealingKey, pem, placeOf(kid, now)) }
  }

  #open({ kid, createdAt, sealed }: StoredKey): TokenKey {
    const pem = openSealedText(this.#sealingKey, sealed, placeOf(kid, createdAt))
    if (pem === undefined) throw new PlatformError('keyWrong', { name: 'The master key' })
    const privateKey = createPrivateKey(pem)
    return { kid, createdAt, privateKey, publicKey: createPublicKey(privateKey) }
  }
}

/** A key as it is kept. */
interface StoredKey {
  readonly kid: string
  readonly createdAt: Instant
  /** PKCS #8 in PEM form, sealed for its place. */
  readonly sealed: string
}

function placeOf(kid: string, createdAt: Instant): string {
  const { category, key } = tokenKeysOption
  return [managementTenant, 'tenantOptions', category, key, kid, createdAt].join('\0')
}

function findIn(keys: readonly TokenKey[], kid: string): TokenKey | undefined {
  return keys.find((key) => key.kid === kid)
}

async function findStored(options: FindsTenantOptions): Promise<readonly StoredKey[]> {
  const text = await options.findTenantOption(tokenKeysOption.category, tokenKeysOption.key)
  const keys: unknown = JSON.parse(text ?? '[]')
  if (Array.isArray(keys) && keys.every(isStoredKey)) return keys
  throw new InternalError(`The option ${tokenKeysOption.key} holds no keys`)
}

function isStoredKey(value: unknown): value is StoredKey {
  if (typeof value !== 'object' || value === null) return false
  const { kid, createdAt, sealed }: Partial<Record<keyof StoredKey, unknown>> = value
  return typeof kid === 'string' && typeof sealed === 'string' && Number.isSafeInteger(createdAt)
}
