import { createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { PlatformError } from '../platform-error.ts'
import { readPrivateFile } from './private-file.ts'
import type { Secret } from './secret.ts'

const keyBytes = 32

/** The purposes for which keys are derived from the master key (security S-11.4). */
export type SubKeyLabel =
  | 'device-hmac'
  | 'otp-hmac'
  | 'wrap-ca'
  | 'wrap-option'
  | 'wrap-token-key'
  | 'cursor'

/** A derived key. `id` is written beside everything made with it, so that keys can be rotated. */
export interface SubKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** Where the check value of the master key is kept: an option of tenant `management`. */
export const masterKeyCheckOption = { category: 'platform', key: 'master-key.check' } as const

/** The 256-bit key at the root of every keyed hash and encryption of this instance. */
export class MasterKey {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyBytes) throw new RangeError(`a master key has ${keyBytes} bytes`)
    this.#bytes = bytes
  }

  subKey(label: SubKeyLabel): SubKey {
    const bytes = this.#derive(label, keyBytes)
    const id = createHash('sha256').update('key-id\0').update(bytes).digest('hex').slice(0, 8)
    return { id, bytes }
  }

  /** Kept in the store: it recognises the key and reveals nothing of it. */
  checkValue(): string {
    return Buffer.from(this.#derive('check', 16)).toString('hex')
  }

  matches(checkValue: string): boolean {
    const own = Buffer.from(this.checkValue())
    const other = Buffer.from(checkValue)
    return own.length === other.length && timingSafeEqual(own, other)
  }

  #derive(label: string, bytes: number): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#bytes, '', `pileus ${label}`, bytes))
  }
}

export interface OpenedMasterKey {
  readonly masterKey: MasterKey
  /** Just made: the operator must hear that a backup of the data is useless without it. */
  readonly isGenerated: boolean
}

/**
 * Gives the master key: the configured one, else that of `master.key` in `keysDir`, else, at the
 * first start only, a new one written there with mode 0600.
 *
 * `storedCheck` is the check value that the store keeps, `undefined` at the first start; with one,
 * a missing or different key is refused and nothing is written. A crash between the first write
 * of the file and the first commit of the store is harmless: the next first start reads the file.
 * Throws `PlatformError` `keyWrong`, `keyMissing`, `keyMalformed` or `keyTooOpen`.
 *
 * @see security §11.2
 */
export function openMasterKey(from: {
  readonly keysDir: string
  readonly configured?: Secret | undefined
  readonly storedCheck?: string | undefined
  readonly allowInsecurePermissions?: boolean
}): OpenedMasterKey {
  const { keysDir, configured, storedCheck, allowInsecurePermissions = false } = from
  const file = join(keysDir, 'master.key')
  const name = configured === undefined ? file : 'The configured master key'
  const bytes =
    configured === undefined
      ? readKeyFile(file, allowInsecurePermissions)
      : parseKeyOf(name, configured.reveal())
  if (bytes === undefined) {
    if (storedCheck !== undefined) throw new PlatformError('keyMissing', { name })
    return { masterKey: new MasterKey(writeNewKeyFile(keysDir)), isGenerated: true }
  }
  const masterKey = new MasterKey(bytes)
  if (storedCheck !== undefined && !masterKey.matches(storedCheck)) {
    throw new PlatformError('keyWrong', { name })
  }
  return { masterKey, isGenerated: false }
}

export const masterKeyForm = '256 bits, as 64 hexadecimal digits or as base64'

/** Reads a master key as text: hexadecimal or base64, `undefined` when it is not 256 bits. */
export function parseMasterKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, 'hex'))
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, 'base64'))
  return undefined
}

function parseKeyOf(name: string, text: string): Uint8Array {
  const bytes = parseMasterKey(text)
  if (bytes === undefined)
    throw new PlatformError('keyMalformed', { name, expected: masterKeyForm })
  return bytes
}

function readKeyFile(file: string, allowInsecurePermissions: boolean): Uint8Array | undefined {
  const found = readPrivateFile(file)
  if (found === undefined) return undefined
  if (!found.isPrivate && !allowInsecurePermissions) {
    throw new PlatformError('keyTooOpen', { name: file })
  }
  return parseKeyOf(file, found.text)
}

/** Written through to the disk: what is hashed with a lost key is lost with it. */
function writeNewKeyFile(keysDir: string): Uint8Array {
  const bytes = new Uint8Array(randomBytes(keyBytes))
  mkdirSync(keysDir, { recursive: true, mode: 0o700 })
  const file = openSync(join(keysDir, 'master.key'), 'wx', 0o600)
  try {
    writeSync(file, `${Buffer.from(bytes).toString('hex')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  const directory = openSync(keysDir, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
  return bytes
}
