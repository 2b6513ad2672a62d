import type { Permission } from '@pileus/domain'
import type { TSchema } from 'typebox'
import type { ResourceName } from './media-types.ts'
import type { QueryParameter } from './query-parameters.ts'
import type { RestProblemCode } from './rest-problems.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Who may call a route (security §2.4). */
export type RouteAccess =
  /** Every authenticated user. */
  | { readonly kind: 'authenticated' }
  /** Holders of one of the permissions. */
  | { readonly kind: 'permission'; readonly anyOf: readonly Permission[] }
  /** Holders of all of the permissions: it shows what each of them is about. */
  | { readonly kind: 'permissions'; readonly allOf: readonly Permission[] }
  /**
   * Holders of one of the permissions, and otherwise whoever the object admits: its owner, or the
   * owner of the data's source. Lists show such callers their own objects only.
   */
  | { readonly kind: 'permissionOrOwner'; readonly anyOf: readonly Permission[] }

/** What a request carries besides its path and query. */
export type RouteBody = JsonRouteBody | TextRouteBody

export interface JsonRouteBody {
  readonly schema: TSchema
  /** Larger bodies are refused (security §10.3, rest-api §1.1 rule 7). */
  readonly maxBytes: number
  /** Whether it may come compressed: bulk data only. */
  readonly acceptsGzip?: true
}

/** Plain text, which may be empty. */
export interface TextRouteBody {
  readonly isText: true
  readonly maxBytes: number
}

/** What a successful answer carries. */
export type RouteAnswer =
  /** One object: always after GET, after a write as rest-api §1.3 says. */
  | { readonly kind: 'resource'; readonly resource: ResourceName; readonly status: 200 | 201 }
  /** One page of a list. */
  | { readonly kind: 'collection'; readonly resource: ResourceName; readonly status: 200 }
  /** The result of a call, sent whatever the request accepts. */
  | { readonly kind: 'result'; readonly resource: ResourceName; readonly status: 200 | 201 }
  /** Server-sent events without end. */
  | { readonly kind: 'events'; readonly resource: ResourceName; readonly status: 200 }
  /** Plain text, whatever the request accepts. */
  | { readonly kind: 'text'; readonly status: 200 }
  /** A bare integer, as JSON or text. */
  | { readonly kind: 'count'; readonly status: 200 }
  | { readonly kind: 'empty'; readonly status: 200 | 204 }

/** Everything anyone needs to know about one route. */
export interface Route {
  readonly name: string
  readonly method: HttpMethod
  /** `{name}` is one decoded segment; `{name*}`, only as the last one, takes all that is left. */
  readonly path: string
  readonly summary: string
  readonly access: RouteAccess
  readonly query: readonly QueryParameter[]
  readonly body?: RouteBody
  readonly answer: RouteAnswer
  /** The refusals that belong to this route, besides those that every route has. */
  readonly problems: readonly RestProblemCode[]
  /** Where the rule comes from. */
  readonly source: string
}

/** Names of the parameters of a path. */
export type PathParameterNames<Path extends string> =
  Path extends `${string}{${infer Name}}${infer Rest}`
    ? (Name extends `${infer Bare}*` ? Bare : Name) | PathParameterNames<Rest>
    : never

export type PathValues<Path extends string> = {
  readonly [Name in PathParameterNames<Path>]: string
}
