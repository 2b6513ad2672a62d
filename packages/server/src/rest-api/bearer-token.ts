/**
 * Reads the token of `Bearer` credentials. Gives `undefined` for every other scheme and for what
 * can be no token.
 *
 * @see rest-api §2.1
 */
export function parseBearerToken(authorization: string): string | undefined {
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)?.[1]
}
