import type { Actor, JsonObject, JsonValue, ProcessingMode } from '@pileus/domain'
import type { HttpMethod, RestProblem, Route, RouteName } from '@pileus/rest-contract'
import {
  findVendorName,
  formatErrorBody,
  isJsonMediaType,
  parseAccept,
  parseMediaType,
  restProblem,
  restProblems,
  routes,
  wantsStoredRepresentation,
} from '@pileus/rest-contract'
import { mayCall } from './admission.ts'
import { compileBody } from './body-schema.ts'
import { handlers } from './handlers.ts'
import type { HttpLimits } from './http-limits.ts'
import { parseJsonBody } from './json-body.ts'
import { readQuery } from './read-request.ts'
import { formatPage } from './respond.ts'
import type { Handler, RestAnswer, RestPlatform, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse } from './rest-result.ts'
import { normaliseUrl } from './rewrite-request.ts'

/** A request that comes from within the platform, for somebody who is known already. */
export interface RouteCall {
  readonly method: HttpMethod
  /** Path and query. */
  readonly url: string
  /** Header `Content-Type`; empty where there is none. */
  readonly contentType: string
  /** Header `Accept`; empty where there is none. */
  readonly accept: string
  readonly body: string | undefined
  readonly mode: ProcessingMode
}

/** What a client would have been answered. */
export interface RouteAnswered {
  readonly status: number
  /** The document; undefined where the answer has no body, or no JSON. */
  readonly body: JsonValue | undefined
  /** Why it was refused, for people; undefined where it was not. */
  readonly message: string | undefined
}

interface Surroundings {
  readonly platform: RestPlatform
  readonly limits: HttpLimits
  /** Where links begin. Without it they begin with their path: nobody said how we are called. */
  readonly publicUrl: string | undefined
}

/**
 * Calls a route of the contract as a client would, with the rights of the actor: the same rows,
 * checks and handlers, but no socket. Routes that answer no JSON are not offered, which keeps
 * `POST /s` from calling itself. Rejects when the storage fails.
 */
export async function callRoute(
  around: Surroundings,
  actor: Actor,
  call: RouteCall,
): Promise<RouteAnswered> {
  const baseUrl = around.publicUrl?.replace(/\/+$/, '') ?? ''
  const answered = await answer(around, actor, call, baseUrl)
  if (answered.ok) return answered.value
  const { problem } = answered
  const { status } = restProblems[problem.code]
  return { status, body: undefined, message: formatErrorBody(problem, baseUrl).message }
}

async function answer(
  { platform, limits }: Surroundings,
  actor: Actor,
  call: RouteCall,
  baseUrl: string,
): Promise<RestResult<RouteAnswered>> {
  if (call.url.length > limits.requestLineBytes) {
    return refuse('pathTooLong', { maxBytes: String(limits.requestLineBytes) })
  }
  const [path = '', ...query] = normaliseUrl(call.url).split('?')
  const found = findRoute(call.method, path)
  if (!found.ok) return found
  const { row, params } = found.value
  if (!mayCall(actor, row)) return refuse('accessDenied')
  const read = readQuery(query.join('?'), row)
  if (!read.ok) return read
  const body = readJson(call, row, limits)
  if (!body.ok) return body
  const accept = parseAccept(call.accept)
  const request = {
    actor,
    baseUrl,
    ...read.value,
    params,
    body: body.value,
    bodyName: findVendorName(parseMediaType(call.contentType)),
    mode: call.mode,
    accept,
    wantsBody: wantsStoredRepresentation(accept),
    isApplication: false,
    remoteAddress: '',
    lastEventId: undefined,
    xId: undefined,
    receivedAt: platform.clock.now(),
  }
  // The row has the name of its handler, and made what the handler is typed for.
  const handler = handlers[row.name as RouteName] as Handler<RouteName>
  const result = await handler(request as RestRequest<RouteName>, platform)
  if (!result.ok) return result
  const shape = { ...request, path }
  return {
    ok: true,
    value: {
      status: row.answer.status,
      body: documentOf(row, result.value, shape),
      message: undefined,
    },
  }
}

/** As a client reads it: what JSON cannot say is not there. */
function documentOf(
  row: Route,
  answer: RestAnswer,
  shape: Parameters<typeof formatPage>[2],
): JsonValue | undefined {
  switch (answer.kind) {
    case 'document':
      return answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body))
    case 'page':
      return JSON.parse(JSON.stringify(formatPage(row.answer, answer, shape)))
    case 'count':
      return answer.count
    case 'text':
    case 'events':
    case 'empty':
      return undefined
  }
}

function readJson(
  { body: text = '', contentType }: RouteCall,
  { body: row }: Route,
  limits: HttpLimits,
): RestResult<JsonObject | undefined> {
  if (row === undefined || 'isText' in row) return { ok: true, value: undefined }
  const mediaType = parseMediaType(contentType)
  if (!isJsonMediaType(mediaType)) return refuse('mediaTypeUnsupported', { mediaType })
  const bytes = Buffer.from(text)
  if (bytes.length === 0) return refuse('bodyMissing')
  if (bytes.length > row.maxBytes) return refuse('bodyTooLarge', { maxBytes: String(row.maxBytes) })
  const json = parseJsonBody(bytes, limits)
  return json.ok ? compileBody(row.schema)(json.value) : json
}

interface FoundRoute {
  readonly row: Route
  readonly params: Readonly<Record<string, string>>
}

function findRoute(method: HttpMethod, path: string): RestResult<FoundRoute> {
  let isKnown = false
  for (const { pattern, row } of patterns) {
    const match = pattern.exec(path)
    const params = match && decode(match.groups ?? {})
    if (params == null) continue
    if (row.method === method) return { ok: true, value: { row, params } }
    isKnown = true
  }
  const problem: RestProblem = isKnown
    ? restProblem('methodNotAllowed', { method, path })
    : restProblem('pathUnknown', { path })
  return { ok: false, problem }
}

/** Undefined where something is not encoded as URLs are. */
function decode(
  groups: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** Rows with fewer parameters first, so that `…/count` is not taken for an id. */
const patterns = (routes as readonly Route[])
  .filter(({ answer: { kind } }) => kind !== 'text' && kind !== 'events')
  .map((row) => ({ row, pattern: patternOf(row.path) }))
  .sort((left, right) => parametersOf(left.row) - parametersOf(right.row))

function patternOf(path: string): RegExp {
  const source = path.replace(/\{(\w+)(\*?)\}/g, (_, name: string, rest: string) =>
    rest === '' ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`,
  )
  return new RegExp(`^${source}$`, 's')
}

function parametersOf({ path }: Route): number {
  return path.split('{').length
}
