import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { SubKey } from './master-key.ts'

const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts a text that is kept in the store: `$aes-256-gcm$k=<keyId>$<nonce>$<ciphertext and tag>`.
 *
 * `place` says where it is kept (tenant, table, row). It is authenticated with the text, so that
 * what was sealed for one place opens at no other.
 *
 * @see security S-11.4
 */
export function sealText(key: SubKey, text: string, place: string): string {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key.bytes, nonce).setAAD(Buffer.from(place))
  const sealed = [sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()]
  const encoded = Buffer.concat(sealed).toString('base64url')
  return `$${cipher}$k=${key.id}$${nonce.toString('base64url')}$${encoded}`
}

/** `undefined` when it was sealed with another key or for another place, or was changed. */
export function openSealedText(key: SubKey, sealedText: string, place: string): string | undefined {
  const [, keyId, nonce = '', encoded = ''] = form.exec(sealedText) ?? []
  if (keyId !== key.id) return undefined
  const sealed = Buffer.from(encoded, 'base64url')
  const opening = createDecipheriv(cipher, key.bytes, Buffer.from(nonce, 'base64url'))
    .setAAD(Buffer.from(place))
    .setAuthTag(sealed.subarray(-tagBytes))
  const text = opening.update(sealed.subarray(0, -tagBytes))
  try {
    return Buffer.concat([text, opening.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** 16 characters of nonce are its 12 bytes, 22 of ciphertext at least the tag. */
const form = /^\$aes-256-gcm\$k=([0-9a-f]{8})\$([\w-]{16})\$([\w-]{22,})$/
