import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { RestProblem, Route, RouteName } from '@pileus/rest-contract'
import {
  errorContentType,
  formatErrorBody,
  methodsByPath,
  restProblem,
  restProblems,
  routes,
} from '@pileus/rest-contract'
import type { FastifyInstance } from 'fastify'
import { fastify } from 'fastify'
import { handlers } from './handlers.ts'
import type { RestPipelineOptions } from './rest-pipeline.ts'
import { RestPipeline } from './rest-pipeline.ts'
import type { Handler } from './rest-request.ts'
import { effectiveMethod, normaliseUrl } from './rewrite-request.ts'

export interface RestApiOptions extends RestPipelineOptions {
  /** Addresses whose forwarding headers are believed. */
  readonly trustedProxies?: readonly string[]
}

/** How often connections are looked at for their time limits. */
const connectionsCheckedMs = 5_000

/**
 * Builds the HTTP server with every route of the contract. It does not listen yet, so that other
 * parts can add what they serve: health, metrics, the console. Whoever calls routes from within
 * gives the pipeline, to share it.
 */
export function buildRestApi(
  options: RestApiOptions,
  pipeline = new RestPipeline(options),
): FastifyInstance {
  const { limits, trustedProxies = [] } = options
  const app = fastify({
    logger: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      maxHeaderSize: limits.requestLineBytes + limits.headerBytes,
      connectionsCheckingInterval: connectionsCheckedMs,
    },
    routerOptions: {
      // Parameters are external ids too, and those may be long.
      maxParamLength: limits.requestLineBytes,
      // Query strings are read by the rows of the contract.
      querystringParser: () => ({}),
    },
    rewriteUrl: (raw) => rewrite(raw as IncomingMessage),
    frameworkErrors: (_, request, reply) => {
      void pipeline.refuseUnknownPath(request, reply)
    },
    clientErrorHandler: (error, socket) => answerClientError(error.code, socket, options),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, bytes, done) => done(null, bytes))
  app.addHook('onRequest', (request, reply) => pipeline.watch(request, reply))
  app.setNotFoundHandler((request, reply) => pipeline.refuseUnknownPath(request, reply))
  app.setErrorHandler((error, request, reply) => pipeline.answerFailure(error, request, reply))
  for (const row of routes) registerRoute(app, pipeline, row)
  for (const [path, methods] of methodsByPath()) registerOtherMethods(app, pipeline, path, methods)
  return app
}

/** Before routing: the path as the rows know it, and the method that is meant. */
function rewrite(raw: IncomingMessage): string {
  const override = raw.headers['x-http-method']
  raw.method = effectiveMethod(
    raw.method ?? 'GET',
    Array.isArray(override) ? override[0] : override,
  )
  return normaliseUrl(raw.url ?? '/')
}

/** Bodies on routes that read none are taken in and forgotten, up to this size. */
const ignoredBodyMaxBytes = 1024 * 1024

function registerRoute(app: FastifyInstance, pipeline: RestPipeline, row: Route): void {
  // The rows and the handlers have the same names; the row itself makes the request that its
  // handler is typed for.
  const handler = handlers[row.name as RouteName] as Handler<RouteName>
  app.route({
    method: row.method,
    url: routerPath(row.path),
    bodyLimit: row.body?.maxBytes ?? ignoredBodyMaxBytes,
    onRequest: (request, reply) => pipeline.admit(row, request, reply),
    handler: (request, reply) => pipeline.answer(row, handler, request, reply),
  })
}

/** A known path answers every method: 204 to OPTIONS, 405 to the rest (rest-api §1.1). */
function registerOtherMethods(
  app: FastifyInstance,
  pipeline: RestPipeline,
  path: string,
  methods: readonly string[],
): void {
  const known = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])]
  const allow = [...known, 'OPTIONS'].join(', ')
  app.route({
    method: 'OPTIONS',
    url: routerPath(path),
    handler: (_, reply) => reply.code(204).header('Allow', allow).send(),
  })
  app.route({
    method: app.supportedMethods.filter(
      (method) => !known.includes(method) && method !== 'OPTIONS',
    ),
    url: routerPath(path),
    bodyLimit: ignoredBodyMaxBytes,
    onRequest: (request, reply) => pipeline.refuseMethod(allow, request, reply),
    handler: (request, reply) => pipeline.refuseMethod(allow, request, reply),
  })
}

/** `{name}` becomes a parameter; `{name*}` the rest of the path, which the router calls `*`. */
function routerPath(path: string): string {
  return path.replace(/\{\w+\*\}/, '*').replace(/\{(\w+)\}/g, ':$1')
}

/** Before there is a request: heads that are too large, too slow or not HTTP. */
function answerClientError(
  code: string,
  socket: Socket,
  { limits, publicUrl }: RestPipelineOptions,
): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = explainClientError(code, limits)
  const { status } = restProblems[problem.code]
  const body = JSON.stringify(formatErrorBody(problem, publicUrl ?? 'http://localhost'))
  const head = [
    `HTTP/1.1 ${status} ${problem.code}`,
    `Content-Type: ${errorContentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function explainClientError(code: string, limits: RestPipelineOptions['limits']): RestProblem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return restProblem('headersTooLarge', {
        maxHeaders: String(limits.headers),
        maxBytes: String(limits.headerBytes),
      })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return restProblem('requestTimeout')
    default:
      return restProblem('requestMalformed', { reason: code })
  }
}
