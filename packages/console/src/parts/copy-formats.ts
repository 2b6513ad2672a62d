export interface CopiedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its values filled in and encoded. */
  readonly path: string
  readonly body?: object
}

export interface Caller {
  readonly origin: string
  readonly tenantId: string
  readonly userName: string
}

/** One command for a shell; the password is a variable of it. */
export function formatCurl(
  { method, path, body }: CopiedRequest,
  { origin, tenantId, userName }: Caller,
): string {
  return [
    'curl',
    // The variable must be expanded, so it stands outside of the quotes.
    `-u ${quoteForShell(`${tenantId}/${userName}:`)}"$PASSWORD"`,
    "-H 'Accept: application/json'",
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json' -d ${quoteForShell(JSON.stringify(body))}`]),
    quoteForShell(`${origin}${path}`),
  ].join(' ')
}

/** As one word of a shell, whatever it contains: ids are chosen by devices. */
export function quoteForShell(text: string): string {
  return /^[\w./:@%=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
