import { setTimeout as delay } from 'node:timers/promises'
import type { Actor, Eventually } from '@pileus/domain'
import { actorOf } from '@pileus/domain'
import type { RestProblem, Route } from '@pileus/rest-contract'
import {
  isJsonMediaType,
  parseMediaType,
  readsUntypedBody,
  restProblem,
} from '@pileus/rest-contract'
import type { FastifyRequest } from 'fastify'
import { parseBasicCredentials } from './basic-credentials.ts'
import { parseBearerToken } from './bearer-token.ts'
import type { HttpLimits } from './http-limits.ts'
import type { AuthenticatesRequests, RestLogin } from './rest-login.ts'
import type { RestResult } from './rest-result.ts'
import { refuse } from './rest-result.ts'

/** Checks that the head of a request is within the bounds (security §10.3). */
export function checkHead(
  { raw }: FastifyRequest,
  limits: Pick<HttpLimits, 'requestLineBytes' | 'headerBytes' | 'headers'>,
): RestProblem | undefined {
  if ((raw.url ?? '').length > limits.requestLineBytes) {
    return restProblem('pathTooLong', { maxBytes: String(limits.requestLineBytes) })
  }
  const { rawHeaders } = raw
  // Two more for `: ` and the end of the line, as sent.
  const headerBytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)
  if (headerBytes > limits.headerBytes || rawHeaders.length / 2 > limits.headers) {
    return restProblem('headersTooLarge', {
      maxHeaders: String(limits.headers),
      maxBytes: String(limits.headerBytes),
    })
  }
  return undefined
}

/** Finds out who asks, by password or token. Cookies come with a later release. */
export async function authenticate(
  request: FastifyRequest,
  remoteAddress: string,
  authenticates: AuthenticatesRequests,
): Promise<RestResult<Actor>> {
  const { authorization } = request.headers
  if (authorization === undefined || authorization === '') return refuse('credentialsMissing')
  const origin = { remoteAddress, host: request.host }
  const login = await logIn(authorization, origin, authenticates)
  switch (login?.kind) {
    case 'user':
      return { ok: true, value: actorOf(login.user) }
    case undefined:
    case 'disabled':
    case 'expired':
      return refuse('credentialsWrong')
    case 'wrong':
      if (login.answerAfterMs > 0) await delay(login.answerAfterMs)
      return refuse('credentialsWrong')
    case 'throttled':
      if (login.answerAfterMs > 0) await delay(login.answerAfterMs)
      return refuse('tooManyRequests', { retryAfterSeconds: String(login.retryAfterSeconds) })
    case 'busy':
      return refuse('unavailable', { retryAfterSeconds: String(login.retryAfterSeconds) })
  }
}

/** `undefined` when the header holds no credentials that we know. */
function logIn(
  authorization: string,
  origin: { readonly remoteAddress: string; readonly host: string },
  authenticates: AuthenticatesRequests,
): Eventually<RestLogin> | undefined {
  const credentials = parseBasicCredentials(authorization)
  if (credentials !== undefined) return authenticates.byPassword({ ...credentials, ...origin })
  const token = parseBearerToken(authorization)
  return token === undefined ? undefined : authenticates.byToken({ token, ...origin })
}

/**
 * Whether the row lets this user in at all; what depends on the object is decided by the handler.
 * The bootstrap user may do the one thing that needs its permission (security S-4.1).
 */
export function mayCall(actor: Actor, { access }: Route): boolean {
  if (access.kind === 'permissions') {
    const holdsAll = access.allOf.every((permission) => actor.permissions.has(permission))
    return holdsAll && actor.kind !== 'bootstrap'
  }
  const holdsOne =
    access.kind !== 'authenticated' &&
    access.anyOf.some((permission) => actor.permissions.has(permission))
  if (actor.kind === 'bootstrap') return access.kind === 'permission' && holdsOne
  return access.kind !== 'permission' || holdsOne
}

/** `plain/text` is how some agents spell it (thin-edge §19.1). */
const textMediaTypes: ReadonlySet<string> = new Set(['', 'text/plain', 'plain/text'])

/** Checks by its headers whether the body is one that the row reads (rest-api §1.2). */
export function checkBodyHeaders(
  { headers }: FastifyRequest,
  { body }: Route,
): RestProblem | undefined {
  if (body === undefined) return undefined
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!hasBody) return undefined
  const mediaType = parseMediaType(headers['content-type'])
  const isRead =
    'isText' in body
      ? textMediaTypes.has(mediaType)
      : isJsonMediaType(mediaType) ||
        readsUntypedBody(mediaType, headers.authorization !== undefined)
  if (!isRead) return restProblem('mediaTypeUnsupported', { mediaType })
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || (encoding === 'gzip' && 'acceptsGzip' in body)) {
    return undefined
  }
  return restProblem('encodingUnsupported', { encoding })
}
