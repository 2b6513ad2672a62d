/** A host name or address with an optional port, as it may stand in a link. */
const hostForm = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/**
 * Scheme and host as the client knows them: the configured public URL, else what the request says.
 * Gives `undefined` for a `Host` that could not stand in a link.
 *
 * @see rest-api §1.7
 */
export function findBaseUrl(
  publicUrl: string | undefined,
  protocol: string,
  host: string,
): string | undefined {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '')
  return hostForm.test(host) ? `${protocol}://${host}` : undefined
}
