import type {
  Actor,
  Instant,
  JsonObject,
  JsonValue,
  KeepsSecrets,
  ProcessingMode,
  ReadsCommitted,
  RunsUnits,
  TellsTime,
  TenantId,
} from '@pileus/domain'
import type {
  DryRunRepresentation,
  DryRunResponsesRepresentation,
  PageRequest,
  PathValues,
  QueryPair,
  QueryValues,
  RouteName,
  RouteNamed,
  WireRepresentation,
} from '@pileus/rest-contract'
import type { Static, TSchema } from 'typebox'
import type { FindsTemplatesFault } from './check-templates.ts'
import type { EventFeed } from './event-stream.ts'
import type { RestResult } from './rest-result.ts'
import type { TokenBuckets } from './token-buckets.ts'
import type { TriesRows } from './tries-rows.ts'

/** What the handlers act on. */
export interface RestPlatform {
  readonly store: RunsUnits & ReadsCommitted
  readonly secrets: KeepsSecrets
  readonly clock: TellsTime
  readonly credentialPolls: CredentialPolls
  readonly findTemplatesFault: FindsTemplatesFault
  readonly wire: WatchesWire
  readonly dryRun: TriesRows
  readonly smartRest1: AnswersSmartRest1
}

/** Keeps the collections of SmartREST 1.0 (thin-edge §19.1). */
export interface AnswersSmartRest1 {
  /** The row that answers the text of a request, refusals too. */
  answerSmartRest1(actor: Actor, xId: string, text: string): Promise<string>
}

/** Shows what devices say and hear (console §5.21). */
export interface WatchesWire {
  /** `full`: as many devices are watched as may be. */
  read(request: WireRequest): Promise<WireRepresentation | 'full'>
  /** `full`: that, or there are as many streams as there may be. */
  open(request: WireRequest): EventFeed | 'full'
}

export interface WireRequest {
  readonly tenantId: TenantId
  readonly userName: string
  /** The ClientId or the identifier of a device; all of the tenant unless given. */
  readonly clientId: string | undefined
  readonly errorsOnly: boolean
  /** `seq` of the last packet that is known already. */
  readonly since: number | undefined
}

/** How often a device may ask for its credentials (security S-4.3). */
export interface CredentialPolls {
  readonly bySource: TokenBuckets
  readonly byDevice: TokenBuckets
  /** Least time between two answers with credentials. */
  readonly answerIntervalMs: number
}

type BodyOf<Route> = Route extends { readonly body: { readonly schema: infer Schema } }
  ? Schema extends TSchema
    ? Static<Schema> & JsonObject
    : never
  : Route extends { readonly body: { readonly isText: true } }
    ? string
    : undefined

/** A request that has passed everything that all routes have in common. */
export interface RestRequest<Name extends RouteName> {
  readonly actor: Actor
  readonly params: PathValues<RouteNamed<Name>['path']>
  readonly query: QueryValues<RouteNamed<Name>['query']>
  /** All parameters in their order, for the links of a list. */
  readonly queryPairs: readonly QueryPair[]
  /** The page asked for, where the route is a list. */
  readonly page: PageRequest
  readonly body: BodyOf<RouteNamed<Name>>
  /** Name among the vendor's types of the body, in lower case. */
  readonly bodyName: string | undefined
  readonly mode: ProcessingMode
  /** Scheme and host as the client knows them. */
  readonly baseUrl: string
  /** Media types of `Accept` in their order. */
  readonly accept: readonly string[]
  /** Whether a write has to answer with what it stored. */
  readonly wantsBody: boolean
  /** Traffic of an application, which is no sign of life of a device (rest-api §1.10). */
  readonly isApplication: boolean
  readonly remoteAddress: string
  /** Header `Last-Event-ID`: the last event that the reader of a stream has seen. */
  readonly lastEventId: string | undefined
  /** Header `X-Id`: the collection that a request of SmartREST 1.0 is about. */
  readonly xId: string | undefined
  readonly receivedAt: Instant
}

/** What other parts of the platform put together for the console; JSON too. */
type ConsoleDocument = WireRepresentation | DryRunRepresentation | DryRunResponsesRepresentation

/** What a handler has to say; the pipeline puts it into status, headers and bytes. */
export type RestAnswer =
  | {
      readonly kind: 'document'
      /** Absent where the request wants none. */
      readonly body: JsonValue | ConsoleDocument | undefined
      readonly location?: string
      /** Media type name, where it is not that of the row. */
      readonly mediaTypeName?: string
    }
  | { readonly kind: 'page'; readonly items: readonly JsonObject[]; readonly total?: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'count'; readonly count: number }
  /** Sent as they come, until somebody ends it. */
  | { readonly kind: 'events'; readonly feed: EventFeed }
  | { readonly kind: 'empty' }

export type Handler<Name extends RouteName> = (
  request: RestRequest<Name>,
  platform: RestPlatform,
) => Promise<RestResult<RestAnswer>>

/** One handler for each route: a missing one does not compile. */
export type Handlers<Name extends RouteName = RouteName> = {
  readonly [Each in Name]: Handler<Each>
}
