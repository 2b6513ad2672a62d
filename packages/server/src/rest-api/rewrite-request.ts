const overridden = new Set(['PUT', 'DELETE', 'PATCH'])

/**
 * The method that a request means: `POST` with `X-HTTP-METHOD` stands for another one, for clients
 * behind proxies that let nothing else through (rest-api §1.1 rule 4).
 */
export function effectiveMethod(method: string, override: string | undefined): string {
  const wanted = override?.trim().toUpperCase() ?? ''
  return method === 'POST' && overridden.has(wanted) ? wanted : method
}

/**
 * The URL with doubled slashes and one trailing slash taken out of its path (rest-api §1.1 rule 1).
 * An external id keeps its own: clients send it unencoded, and `urn://x` is not `urn:/x`.
 */
export function normaliseUrl(url: string): string {
  const queryAt = url.indexOf('?')
  const path = (queryAt < 0 ? url : url.slice(0, queryAt)).replace(/^https?:\/\/[^/]*/i, '')
  const query = queryAt < 0 ? '' : url.slice(queryAt)
  const external = /^(\/+identity\/+externalIds\/+[^/]+\/)(.+)$/.exec(path)
  const normal =
    external?.[1] !== undefined && external[2] !== undefined
      ? single(external[1]) + withoutTrailingSlash(external[2])
      : withoutTrailingSlash(single(path))
  return (normal.startsWith('/') ? normal : `/${normal}`) + query
}

function single(path: string): string {
  return path.replace(/\/{2,}/g, '/')
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
