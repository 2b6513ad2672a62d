import {
  argon2,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { DeviceIdentifier, KeepsSecrets, TenantId } from '@pileus/domain'
import type { MasterKey, SubKey } from './master-key.ts'
import type { PasswordWork } from './password-work.ts'
import { formatSecretHash, parseSecretHash, type SecretHash } from './secret-hash.ts'

type MemoryHardHash = SecretHash & { readonly kind: 'memoryHard' }

/** Draws and hashes secrets with the keys of this instance (security §3.1). */
export class SecretHashes implements KeepsSecrets {
  readonly #deviceKey: KeyObject
  readonly #tokenKey: KeyObject
  readonly #tokenKeyId: string
  readonly #work: PasswordWork
  /** Of the key that device secrets are hashed with. */
  readonly deviceKeyId: string

  constructor(masterKey: MasterKey, work: PasswordWork) {
    const deviceKey = masterKey.subKey('device-hmac')
    const tokenKey = masterKey.subKey('otp-hmac')
    this.#deviceKey = keyObjectOf(deviceKey)
    this.deviceKeyId = deviceKey.id
    this.#tokenKey = keyObjectOf(tokenKey)
    this.#tokenKeyId = tokenKey.id
    this.#work = work
  }

  drawSecret(characters = 32): string {
    let secret = ''
    while (secret.length < characters) {
      for (const byte of randomBytes(characters)) {
        // The last 8 values would make some letters likelier than others.
        if (byte < unbiasedBelow && secret.length < characters) {
          secret += alphabet[byte % alphabet.length]
        }
      }
    }
    return secret
  }

  hashDeviceSecret(tenantId: TenantId, userName: string, secret: string): string {
    const tag = this.deviceTag(tenantId, userName, secret)
    return formatSecretHash({ kind: 'keyed', keyId: this.deviceKeyId, tag })
  }

  hashToken(deviceIdentifier: DeviceIdentifier, token: string): string {
    const tag = this.#tokenTag(deviceIdentifier, token)
    return formatSecretHash({ kind: 'keyed', keyId: this.#tokenKeyId, tag })
  }

  verifyToken(deviceIdentifier: DeviceIdentifier, token: string, hash: string): boolean {
    const stored = parseSecretHash(hash)
    if (stored?.kind !== 'keyed' || stored.keyId !== this.#tokenKeyId) return false
    return timingSafeEqual(stored.tag, this.#tokenTag(deviceIdentifier, token))
  }

  /** Rejects with `passwordWorkBusy` when too many wait. */
  async hashPassword(password: string): Promise<string> {
    const parameters = { ...memoryHardParameters, salt: randomBytes(16) }
    const tag = await this.memoryHardTag(parameters, password)
    return formatSecretHash({ kind: 'memoryHard', ...parameters, tag })
  }

  /** Bound to tenant and user, so that a tag cannot be moved to another user (S-3.1). */
  deviceTag(tenantId: string, userName: string, secret: string): Uint8Array {
    return createHmac('sha256', this.#deviceKey)
      .update(`dev-secret-v1\0${tenantId}\0${userName}\0${secret}`)
      .digest()
  }

  memoryHardTag(
    parameters: Omit<MemoryHardHash, 'kind' | 'tag'>,
    password: string,
  ): Promise<Uint8Array> {
    return this.#work.run(() =>
      runArgon2('argon2id', {
        message: password,
        nonce: parameters.salt,
        memory: parameters.memoryKib,
        passes: parameters.passes,
        parallelism: parameters.parallelism,
        tagLength: 32,
      }),
    )
  }

  #tokenTag(deviceIdentifier: DeviceIdentifier, token: string): Uint8Array {
    return createHmac('sha256', this.#tokenKey)
      .update(`security-token-v1\0${deviceIdentifier}\0${token}`)
      .digest()
  }

  /** Always the same for one name, evenly spread over names: 0 to 1. */
  fractionOf(tenantId: string, userName: string): number {
    const tag = createHmac('sha256', this.#deviceKey)
      .update(`unknown-user-v1\0${tenantId}\0${userName}`)
      .digest()
    return tag.readUInt32BE(0) / 2 ** 32
  }
}

/** What new hashes are made with (security §3.1). */
export const memoryHardParameters = { memoryKib: 19_456, passes: 2, parallelism: 1 } as const

/** Nothing that needs quoting in CSV, URLs or shells (S-3.2). */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const unbiasedBelow = 256 - (256 % alphabet.length)

const runArgon2 = promisify(argon2)

function keyObjectOf(key: SubKey): KeyObject {
  return createSecretKey(key.bytes)
}
