import { randomUUID } from 'node:crypto'
import type { Actor, KeepsSecrets, ReadsCommitted, RunsUnits, TellsTime } from '@pileus/domain'
import { completeFirstLogin } from '@pileus/domain'
import type { RestProblem, Route, RouteName } from '@pileus/rest-contract'
import {
  findVendorName,
  parseAccept,
  parseMediaType,
  restProblem,
  wantsStoredRepresentation,
} from '@pileus/rest-contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { authenticate, checkBodyHeaders, checkHead, mayCall } from './admission.ts'
import { findBaseUrl } from './base-url.ts'
import { parseBasicCredentials } from './basic-credentials.ts'
import type { RouteAnswered, RouteCall } from './call-route.ts'
import { callRoute } from './call-route.ts'
import type { FindsTemplatesFault } from './check-templates.ts'
import { explainFailure } from './failures.ts'
import type { HttpLimits } from './http-limits.ts'
import { readBody, readMode, readQuery } from './read-request.ts'
import { RequestCounts } from './request-counts.ts'
import { sendAnswer, sendProblem } from './respond.ts'
import type { AuthenticatesRequests } from './rest-login.ts'
import type {
  AnswersSmartRest1,
  Handler,
  RestPlatform,
  RestRequest,
  WatchesWire,
} from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { TokenBuckets } from './token-buckets.ts'
import type { TriesRows } from './tries-rows.ts'

/** One line for the operator about something that should not happen. */
export interface LogsFailures {
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** One answered request, for metrics and log. */
export interface AnsweredRequest {
  readonly method: string
  /** Path of the row; absent for what is no route. */
  readonly path: string | undefined
  readonly status: number
  readonly durationMs: number
  readonly actor: Actor | undefined
  readonly remoteAddress: string
}

export interface RestPipelineOptions {
  readonly store: RunsUnits & ReadsCommitted
  readonly secrets: KeepsSecrets
  readonly clock: TellsTime
  readonly authenticates: AuthenticatesRequests
  /** Named in the challenge when a user name names no tenant. */
  readonly defaultTenantId: string
  /** Scheme and host of all links; without it, those of each request. */
  readonly publicUrl?: string | undefined
  readonly limits: HttpLimits
  readonly log: LogsFailures
  readonly onAnswered?: (request: AnsweredRequest) => void
  readonly findTemplatesFault: FindsTemplatesFault
  readonly wire: WatchesWire
  readonly dryRun: TriesRows
  readonly smartRest1: AnswersSmartRest1
}

/** What was found out about a request while it was let in. */
interface Admission {
  readonly actor: Actor
  readonly baseUrl: string
}

/**
 * What all routes have in common: who asks, whether it may, what it says, and how the answer of
 * the handler becomes bytes.
 */
export class RestPipeline {
  readonly #options: RestPipelineOptions
  readonly #platform: RestPlatform
  readonly #requestsPerUser: RequestCounts
  readonly #requestsPerTenant: RequestCounts
  readonly #admissions = new WeakMap<FastifyRequest, Admission>()
  /** What is to be done when a request is under way no more. */
  readonly #leaving = new WeakMap<FastifyRequest, () => void>()

  constructor(options: RestPipelineOptions) {
    const { limits, store, secrets, clock, findTemplatesFault, wire, dryRun, smartRest1 } = options
    this.#options = options
    this.#requestsPerUser = new RequestCounts(limits.requestsPerUser)
    this.#requestsPerTenant = new RequestCounts(limits.requestsPerTenant)
    const { credentialPollsPerIdMinute, credentialPollsPerSourceMinute, pollersTracked } = limits
    this.#platform = {
      store,
      secrets,
      clock,
      findTemplatesFault,
      wire,
      dryRun,
      smartRest1,
      credentialPolls: {
        bySource: new TokenBuckets(credentialPollsPerSourceMinute, pollersTracked),
        byDevice: new TokenBuckets(credentialPollsPerIdMinute, pollersTracked),
        answerIntervalMs: 60_000 / credentialPollsPerIdMinute,
      },
    }
  }

  /** For every request, whatever it is for. */
  async watch(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#reportWhenAnswered(request, reply)
    const problem = checkHead(request, this.#options.limits)
    if (problem !== undefined) await this.#refuse(problem, request, reply)
  }

  /** Lets a request in by its head alone: nothing is read for strangers. */
  async admit(row: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const admitted = await this.#admit(row, request, reply)
    if (admitted.ok) this.#admissions.set(request, admitted.value)
    else await this.#refuse(admitted.problem, request, reply)
  }

  async #admit(
    row: Route,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<RestResult<Admission>> {
    const baseUrl = this.#findBaseUrl(request)
    if (baseUrl === undefined) return refuseHost
    const { authenticates } = this.#options
    const login = await authenticate(request, remoteAddressOf(request), authenticates)
    if (!login.ok) return login
    const actor = login.value
    await completeFirstLogin(this.#platform.store, actor, this.#platform.clock.now())
    if (!this.#enter(actor, request, reply)) return refuseCrowd
    if (!mayCall(actor, row)) return { ok: false, problem: restProblem('accessDenied') }
    const problem = checkBodyHeaders(request, row)
    return problem === undefined ? { ok: true, value: { actor, baseUrl } } : { ok: false, problem }
  }

  /** Counts the request while it is under way; `false` when its user or tenant has enough. */
  #enter({ tenantId, userName }: Actor, request: FastifyRequest, reply: FastifyReply): boolean {
    const user = `${tenantId}/${userName}`
    if (!this.#requestsPerTenant.enter(tenantId)) return false
    if (!this.#requestsPerUser.enter(user)) {
      this.#requestsPerTenant.leave(tenantId)
      return false
    }
    this.#leaving.set(request, () => {
      this.#requestsPerUser.leave(user)
      this.#requestsPerTenant.leave(tenantId)
    })
    reply.raw.once('close', () => this.#leave(request))
    return true
  }

  /** Once for each request that has entered. */
  #leave(request: FastifyRequest): void {
    this.#leaving.get(request)?.()
    this.#leaving.delete(request)
  }

  /** Reads an admitted request, lets the handler act, and sends what it says. */
  async answer(
    row: Route,
    handler: Handler<RouteName>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const read = await this.#read(row, request)
    if (!read.ok) return this.#refuse(read.problem, request, reply)
    const answer = await handler(read.value, this.#platform)
    if (!answer.ok) return this.#refuse(answer.problem, request, reply)
    // A stream has bounds of its own, and would keep others out for as long as it lasts.
    if (answer.value.kind === 'events') this.#leave(request)
    try {
      return await sendAnswer(reply, row.answer, answer.value, {
        ...read.value,
        path: pathOf(request),
        limits: this.#options.limits,
        acceptEncoding: headerText(request.headers['accept-encoding']),
      })
    } catch (error) {
      if (answer.value.kind !== 'events') throw error
      // Nothing more can be said to its reader, who notices by the end of the stream.
      this.#logFailure(error, request)
      return reply
    }
  }

  async #read(row: Route, request: FastifyRequest): Promise<RestResult<RestRequest<RouteName>>> {
    const admission = this.#admissions.get(request)
    if (admission === undefined) throw new Error(`${row.name} was reached without admission`)
    const { headers } = request
    const query = readQuery(queryStringOf(request), row)
    if (!query.ok) return query
    const mode = readMode(request)
    if (!mode.ok) return mode
    const body = await readBody(request, row, this.#options.limits)
    if (!body.ok) return body
    const accept = parseAccept(headers.accept)
    const value = {
      ...admission,
      ...query.value,
      params: paramsOf(row, request),
      body: body.value,
      bodyName: findVendorName(parseMediaType(headers['content-type'])),
      mode: mode.value,
      accept,
      wantsBody: wantsStoredRepresentation(accept),
      isApplication: headers['x-cumulocity-application-key'] !== undefined,
      remoteAddress: remoteAddressOf(request),
      lastEventId: headerText(headers['last-event-id']),
      xId: headerText(headers['x-id']),
      receivedAt: this.#options.clock.now(),
    }
    // Parameters, query and body were read by this row, which the types of its handler are made of.
    return { ok: true, value: value as RestRequest<RouteName> }
  }

  /** A request from within, for somebody who is known already. */
  call(actor: Actor, call: RouteCall): Promise<RouteAnswered> {
    const { limits, publicUrl } = this.#options
    return callRoute({ platform: this.#platform, limits, publicUrl }, actor, call)
  }

  refuseUnknownPath(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.#refuse(restProblem('pathUnknown', { path: pathOf(request) }), request, reply)
  }

  refuseMethod(allow: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const details = { method: request.method, path: pathOf(request) }
    return this.#refuse(restProblem('methodNotAllowed', details), request, reply, allow)
  }

  /** The one catch of a request: what nobody expected is told by a number only, and logged. */
  answerFailure(
    error: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const explained = explainFailure(error, request.routeOptions.bodyLimit)
    if (explained !== undefined) {
      // Closing on a client that is still writing a large body would cost it this answer: what
      // is left of the body is read and dropped instead, as long as a request may take.
      reply.removeHeader('connection')
      return this.#refuse(explained, request, reply)
    }
    const correlationId = this.#logFailure(error, request)
    return this.#refuse(restProblem('internalError', { correlationId }), request, reply)
  }

  /** Gives the number under which it is found in the log. */
  #logFailure(error: unknown, request: FastifyRequest): string {
    const correlationId = randomUUID()
    const { method } = request
    const path = request.routeOptions.url
    const fields = { event: 'rest.failed', correlationId, method, path, err: error }
    this.#options.log.error(fields, 'A request failed.')
    return correlationId
  }

  async #refuse(
    problem: RestProblem,
    request: FastifyRequest,
    reply: FastifyReply,
    allow?: string,
  ): Promise<FastifyReply> {
    return sendProblem(reply, problem, {
      baseUrl: this.#findBaseUrl(request) ?? 'http://localhost',
      challenge: this.#challenge(request),
      ...(allow === undefined ? {} : { allow }),
    })
  }

  /** `XBasic` keeps browsers from asking by themselves (rest-api §1.10). */
  #challenge({ headers }: FastifyRequest): string {
    const isSilent = String(headers.usexbasic ?? '').toLowerCase() === 'true'
    const userName = parseBasicCredentials(headers.authorization ?? '')?.userName ?? ''
    const named = /^([a-z][a-z0-9_-]{1,63})\//.exec(userName)?.[1]
    return `${isSilent ? 'XBasic' : 'Basic'} realm="${named ?? this.#options.defaultTenantId}"`
  }

  #findBaseUrl(request: FastifyRequest): string | undefined {
    return findBaseUrl(this.#options.publicUrl, request.protocol, request.host)
  }

  #reportWhenAnswered(request: FastifyRequest, reply: FastifyReply): void {
    const { onAnswered } = this.#options
    if (onAnswered === undefined) return
    const startedAt = performance.now()
    reply.raw.once('close', () => {
      onAnswered({
        method: request.method,
        path: request.routeOptions.url,
        status: reply.raw.statusCode,
        durationMs: performance.now() - startedAt,
        actor: this.#admissions.get(request)?.actor,
        remoteAddress: remoteAddressOf(request),
      })
    })
  }
}

const refuseHost = {
  ok: false,
  problem: restProblem('requestMalformed', { reason: 'the header Host is no host.' }),
} as const
const refuseCrowd = {
  ok: false,
  problem: restProblem('tooManyRequests', { retryAfterSeconds: '1' }),
} as const

function headerText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',')
}

/** IPv4 addresses in IPv6 clothes are IPv4. */
function remoteAddressOf({ ip }: FastifyRequest): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '')
}

function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '').split('?', 1)[0] ?? ''
}

function queryStringOf({ raw }: FastifyRequest): string {
  const url = raw.url ?? ''
  const queryAt = url.indexOf('?')
  return queryAt < 0 ? '' : url.slice(queryAt + 1)
}

/** The router calls the rest of a path `*`; its row calls it by name. */
function paramsOf({ path }: Route, { params }: FastifyRequest): Record<string, string> {
  const { '*': rest, ...named } = params as Record<string, string>
  const restName = /\{(\w+)\*\}$/.exec(path)?.[1]
  return restName === undefined || rest === undefined ? named : { ...named, [restName]: rest }
}
