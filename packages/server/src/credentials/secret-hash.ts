/** A stored hash, taken apart (security S-3.1). */
export type SecretHash =
  | {
      /** HMAC-SHA-256 with a key that is not in the database: for secrets that we generated. */
      readonly kind: 'keyed'
      readonly keyId: string
      readonly tag: Uint8Array
    }
  | {
      /** Argon2id: for secrets that people choose. */
      readonly kind: 'memoryHard'
      readonly memoryKib: number
      readonly passes: number
      readonly parallelism: number
      readonly salt: Uint8Array
      readonly tag: Uint8Array
    }

const keyedForm = /^\$hmac-sha256\$k=([0-9a-f]{8})\$([A-Za-z0-9+/]{43})$/
const memoryHardForm =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/

/** Reads `$hmac-sha256$k=<keyId>$<tag>` or `$argon2id$v=19$m=…,t=…,p=…$<salt>$<tag>`. */
export function parseSecretHash(text: string): SecretHash | undefined {
  const [, keyId, keyedTag] = keyedForm.exec(text) ?? []
  if (keyId !== undefined && keyedTag !== undefined) {
    return { kind: 'keyed', keyId, tag: bytesOf(keyedTag) }
  }
  const [, memoryKib, passes, parallelism, salt, tag] = memoryHardForm.exec(text) ?? []
  if (salt === undefined || tag === undefined) return undefined
  return {
    kind: 'memoryHard',
    memoryKib: Number(memoryKib),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: bytesOf(salt),
    tag: bytesOf(tag),
  }
}

export function formatSecretHash(hash: SecretHash): string {
  if (hash.kind === 'keyed') return `$hmac-sha256$k=${hash.keyId}$${textOf(hash.tag)}`
  const { memoryKib, passes, parallelism } = hash
  const parameters = `m=${memoryKib},t=${passes},p=${parallelism}`
  return `$argon2id$v=19$${parameters}$${textOf(hash.salt)}$${textOf(hash.tag)}`
}

/** Base64 without padding, as everywhere in this family of formats. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}
