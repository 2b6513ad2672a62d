import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { JsonObject, JsonValue } from '@pileus/domain'
import type { RestProblem, RouteAnswer } from '@pileus/rest-contract'
import {
  errorContentType,
  formatContentType,
  formatErrorBody,
  formatPageLinks,
  formatStatistics,
  resources,
  restProblems,
} from '@pileus/rest-contract'
import type { FastifyReply } from 'fastify'
import { apiHeaders } from './api-headers.ts'
import { type EventStreamLimits, sendEvents } from './event-stream.ts'
import type { RestAnswer, RestRequest } from './rest-request.ts'

/** What of a request shapes its answer. */
type Shape = Pick<RestRequest<never>, 'accept' | 'baseUrl' | 'queryPairs' | 'page'> & {
  /** Path of the request, as in links. */
  readonly path: string
  readonly acceptEncoding: string | undefined
  readonly limits: EventStreamLimits
}

const gzipAsync = promisify(gzip)

/** Smaller answers are sent as they are (rest-api §1.10). */
const gzippedFromBytes = 1024

/** Puts what a handler said into status, headers and bytes. */
export async function sendAnswer(
  reply: FastifyReply,
  row: RouteAnswer,
  answer: RestAnswer,
  shape: Shape,
): Promise<FastifyReply> {
  reply.headers(apiHeaders).code(row.status)
  switch (answer.kind) {
    case 'empty':
      return reply.send()
    case 'events':
      return sendEvents(reply, answer.feed, shape.limits)
    case 'text':
      return reply.type('text/plain;charset=UTF-8').send(answer.text)
    case 'count':
      return sendCount(reply, answer.count, shape.accept)
    case 'document': {
      if (answer.location !== undefined) reply.header('Location', answer.location)
      if (answer.body === undefined) return reply.send()
      const name = answer.mediaTypeName ?? mediaTypeName(row)
      return sendJson(reply.type(formatContentType(shape.accept, name)), answer.body, shape)
    }
    case 'page': {
      const type = formatContentType(shape.accept, mediaTypeName(row))
      return sendJson(reply.type(type), formatPage(row, answer, shape), shape)
    }
  }
}

async function sendJson(
  reply: FastifyReply,
  body: JsonValue | object,
  { acceptEncoding }: Shape,
): Promise<FastifyReply> {
  const text = JSON.stringify(body)
  if (text.length < gzippedFromBytes || !acceptsGzip(acceptEncoding)) return reply.send(text)
  const packed = await gzipAsync(text)
  return reply.header('Content-Encoding', 'gzip').header('Vary', 'Accept-Encoding').send(packed)
}

/** Whether `gzip` is among the encodings, with any weight but 0. */
function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '').split(',').some((encoding) => {
    const [name, ...parameters] = encoding.split(';').map((part) => part.trim().toLowerCase())
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })
}

function sendCount(reply: FastifyReply, count: number, accept: readonly string[]): FastifyReply {
  const wantsText = accept[0] === 'text/plain'
  const type = wantsText ? 'text/plain;charset=UTF-8' : 'application/json;charset=UTF-8'
  return reply.type(type).send(String(count))
}

function mediaTypeName(row: RouteAnswer): string {
  if (!('resource' in row)) return 'json'
  const names = resources[row.resource]
  return row.kind === 'collection' && 'collection' in names ? names.collection : names.name
}

/** A page of a list, with its links. */
export function formatPage(
  row: RouteAnswer,
  { items, total }: Extract<RestAnswer, { readonly kind: 'page' }>,
  {
    baseUrl,
    path,
    queryPairs: query,
    page,
  }: Pick<Shape, 'baseUrl' | 'path' | 'queryPairs' | 'page'>,
): JsonObject {
  const names = 'resource' in row ? resources[row.resource] : undefined
  const member = names !== undefined && 'items' in names ? names.items : 'items'
  const links = formatPageLinks({
    url: baseUrl + path,
    query,
    page,
    itemCount: items.length,
    ...(total === undefined ? {} : { total }),
  })
  return { ...links, [member]: items, statistics: { ...formatStatistics(page, total) } }
}

/** How a refusal is sent; the challenge belongs to 401 (rest-api §1.10). */
export interface RefusalShape {
  readonly baseUrl: string
  readonly challenge: string
  readonly allow?: string
}

/** Puts a refusal into status, headers and bytes, always as JSON. */
export function sendProblem(
  reply: FastifyReply,
  problem: RestProblem,
  { baseUrl, challenge, allow }: RefusalShape,
): FastifyReply {
  const { status } = restProblems[problem.code]
  const { retryAfterSeconds } = problem.details
  reply.headers(apiHeaders).code(status).type(errorContentType)
  if (status === 401) reply.header('WWW-Authenticate', challenge)
  if (retryAfterSeconds !== undefined) reply.header('Retry-After', retryAfterSeconds)
  if (allow !== undefined) reply.header('Allow', allow)
  return reply.send(JSON.stringify(formatErrorBody(problem, baseUrl)))
}
