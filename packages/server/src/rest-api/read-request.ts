import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { JsonObject, ProcessingMode } from '@pileus/domain'
import type { PageRequest, QueryPair, Route } from '@pileus/rest-contract'
import { pageSizeMax, parsePageRequest, parseQuery, parseQueryString } from '@pileus/rest-contract'
import type { FastifyRequest } from 'fastify'
import { compileBody } from './body-schema.ts'
import type { HttpLimits } from './http-limits.ts'
import { parseJsonBody } from './json-body.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid } from './rest-result.ts'

const modes: Readonly<Record<string, ProcessingMode>> = {
  PERSISTENT: 'PERSISTENT',
  TRANSIENT: 'TRANSIENT',
  QUIESCENT: 'QUIESCENT',
  CEP: 'CEP',
}

/** Reads `X-Cumulocity-Processing-Mode` (rest-api §1.10). */
export function readMode(request: FastifyRequest): RestResult<ProcessingMode> {
  const header = request.headers['x-cumulocity-processing-mode']
  const text = (Array.isArray(header) ? header[0] : header)?.trim().toUpperCase() ?? ''
  if (text === '') return { ok: true, value: 'PERSISTENT' }
  const mode = Object.hasOwn(modes, text) ? modes[text] : undefined
  return mode === undefined
    ? refuseAsInvalid(`Processing mode '${text}' is unknown.`)
    : { ok: true, value: mode }
}

/** The parameters of a request, those of its row read as their kinds. */
export interface ReadQuery {
  readonly query: Readonly<Record<string, unknown>>
  readonly queryPairs: readonly QueryPair[]
  readonly page: PageRequest
}

export function readQuery(queryString: string, row: Route): RestResult<ReadQuery> {
  const queryPairs = parseQueryString(queryString)
  const parsed = parseQuery(row.query, queryPairs)
  if (!parsed.ok) return refuseAsInvalid(parsed.problem.reason)
  const query: Parameters<typeof parsePageRequest>[0] = parsed.value
  const page = parsePageRequest(query)
  return page === undefined
    ? refuseAsInvalid(`Query parameter 'pageSize' must be 1 to ${pageSizeMax}.`)
    : { ok: true, value: { query: parsed.value, queryPairs, page } }
}

type BodyLimits = Pick<
  HttpLimits,
  | 'jsonDepth'
  | 'jsonNodes'
  | 'jsonKeyCharacters'
  | 'jsonTextCharacters'
  | 'gunzippedBytes'
  | 'gunzipRatio'
>

/** Reads the body as the row describes it; a row without body ignores what came. */
export async function readBody(
  { body: bytes, headers }: FastifyRequest,
  { body: row }: Route,
  limits: BodyLimits,
): Promise<RestResult<JsonObject | string | undefined>> {
  if (row === undefined) return { ok: true, value: undefined }
  if ('isText' in row) return readText(bytes)
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return refuse('bodyMissing')
  const isPacked = headers['content-encoding']?.trim().toLowerCase() === 'gzip'
  const plain = isPacked ? await unpack(bytes, limits) : { ok: true as const, value: bytes }
  if (!plain.ok) return plain
  const json = parseJsonBody(plain.value, limits)
  return json.ok ? compileBody(row.schema)(json.value) : json
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** No body is the empty text. */
function readText(bytes: unknown): RestResult<string> {
  if (!(bytes instanceof Uint8Array)) return { ok: true, value: '' }
  try {
    return { ok: true, value: utf8.decode(bytes) }
  } catch {
    return refuseAsInvalid('The body is not UTF-8.')
  }
}

const gunzipAsync = promisify(gunzip)

/** Bounded before it is unpacked, so that a small body cannot fill the memory. */
async function unpack(
  bytes: Uint8Array,
  { gunzippedBytes, gunzipRatio }: Pick<HttpLimits, 'gunzippedBytes' | 'gunzipRatio'>,
): Promise<RestResult<Uint8Array>> {
  const maxOutputLength = Math.min(gunzippedBytes, bytes.length * gunzipRatio)
  try {
    return { ok: true, value: await gunzipAsync(bytes, { maxOutputLength }) }
  } catch (error) {
    const isTooLarge =
      error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLarge
      ? refuse('bodyTooLarge', { maxBytes: String(maxOutputLength) })
      : refuse('jsonMalformed', { reason: 'it is not valid gzip' })
  }
}
