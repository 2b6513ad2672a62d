/** A name and a password as sent; the name may begin with a tenant and `/`. */
export interface BasicCredentials {
  readonly userName: string
  readonly password: string
}

/**
 * Reads `Basic` credentials in UTF-8, split at the first `:`. Gives `undefined` for every other
 * scheme and for garbage.
 *
 * @see rest-api §2.1
 */
export function parseBasicCredentials(authorization: string): BasicCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization)?.[1]
  if (encoded === undefined) return undefined
  const text = decodeUtf8(Buffer.from(encoded, 'base64'))
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 0) return undefined
  return { userName: text.slice(0, colon), password: text.slice(colon + 1) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
