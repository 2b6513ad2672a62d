import type { ResourceName, resources } from './media-types.ts'
import type { QueryPair, QueryParameter, QueryParameterKind } from './query-parameters.ts'
import { formatQueryString } from './query-parameters.ts'
import type {
  PageRepresentation,
  Representations,
  ResultRepresentations,
} from './representations.ts'
import type { HttpMethod, PathValues, RouteAnswer } from './route.ts'
import type { AnyRoute } from './routes.ts'

/** What the client needs of the platform's or the browser's `fetch`. */
export type Fetches = (url: string, init: FetchOptions) => Promise<FetchAnswer>

export interface FetchOptions {
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
  /** Cookies and passwords that a browser remembers stay out of it. */
  readonly credentials: 'omit'
}

export interface FetchAnswer {
  readonly status: number
  text(): Promise<string>
}

export interface RestClientOptions {
  /** Where the paths begin, without a slash at the end; empty for the page's own host. */
  readonly baseUrl: string
  readonly fetch: Fetches
  /** Sent with every request, such as `Authorization`; asked for each time. */
  readonly headers: () => Readonly<Record<string, string>>
}

/**
 * The platform refused: status and words are those of its answer. Also what a network answered in
 * the place of the platform, as its page of sign-in with status 200.
 */
export class RestRefusal extends Error {
  override readonly name = 'RestRefusal'
  readonly status: number
  /** `devicecontrol/Not Found`; empty where the answer was not the platform's. */
  readonly error: string

  constructor(status: number, error: string, message: string) {
    super(message)
    this.status = status
    this.error = error
  }
}

/** No answer came: the platform is away, or the network is. */
export class PlatformUnreachable extends Error {
  override readonly name = 'PlatformUnreachable'
}

type RouteOf<Method extends HttpMethod> = Extract<AnyRoute, { readonly method: Method }>
type PathOf<Method extends HttpMethod> = RouteOf<Method>['path']
type RouteAt<Method extends HttpMethod, Path extends string> = Extract<
  RouteOf<Method>,
  { readonly path: Path }
>

/** The values of the path, all of them, if it has any. */
type PathOption<Path extends string> = [keyof PathValues<Path>] extends [never]
  ? { readonly path?: never }
  : { readonly path: PathValues<Path> }

interface GivenOfKind {
  readonly text: string
  readonly boolean: boolean
  readonly integer: number
  readonly list: readonly string[]
  readonly date: Date
}

type GivenValue = GivenOfKind[QueryParameterKind]

/** What a caller may give for the query parameters of a route. */
type GivenQuery<Parameters extends readonly QueryParameter[]> = {
  readonly [P in Parameters[number] as P['name']]?: GivenOfKind[P['kind'] & QueryParameterKind]
}

/** What goes with one request. `body` is sent as JSON. */
export type RequestOptions<Row extends AnyRoute> = PathOption<Row['path']> & {
  readonly query?: GivenQuery<Row['query']>
  readonly signal?: AbortSignal
} & (Row extends { readonly body: unknown } ? { readonly body: object } : { readonly body?: never })

type Arguments<Row extends AnyRoute> =
  Record<never, never> extends RequestOptions<Row>
    ? [options?: RequestOptions<Row>]
    : [options: RequestOptions<Row>]

type ItemsOf<Name extends ResourceName> = (typeof resources)[Name] extends {
  readonly items: infer Items extends string
}
  ? Items
  : 'items'

type BodyOf<Answer extends RouteAnswer> = Answer extends {
  readonly kind: 'collection'
  readonly resource: infer Name extends ResourceName
}
  ? PageRepresentation<ItemsOf<Name>, Name>
  : Answer extends { readonly resource: infer Name extends ResourceName }
    ? Representations[Name]
    : Answer extends { readonly kind: 'count' }
      ? number
      : undefined

/** What a route answers when it succeeds. */
export type AnswerOf<Row extends AnyRoute> = Row['name'] extends keyof ResultRepresentations
  ? ResultRepresentations[Row['name']]
  : BodyOf<Row['answer']>

type Call<Method extends HttpMethod> = <Path extends PathOf<Method>>(
  path: Path,
  ...options: Arguments<RouteAt<Method, Path>>
) => Promise<AnswerOf<RouteAt<Method, Path>>>

/**
 * Calls the routes of the contract: paths, their values, query parameters and answers are those of
 * the rows, checked by the compiler. The rows themselves are not needed to run, so that a browser
 * does not load them.
 *
 * Rejects with `RestRefusal`, `PlatformUnreachable`, or the reason of the signal.
 */
export interface RestClient {
  readonly get: Call<'GET'>
  readonly post: Call<'POST'>
  readonly put: Call<'PUT'>
  readonly delete: Call<'DELETE'>
}

export function buildRestClient(options: RestClientOptions): RestClient {
  const call = (method: HttpMethod) => (path: string, request?: AnyRequest) =>
    send(options, method, path, request ?? {})
  // The rows that type a call are gone at run time, where every call is the same one.
  return {
    get: call('GET') as Call<'GET'>,
    post: call('POST') as Call<'POST'>,
    put: call('PUT') as Call<'PUT'>,
    delete: call('DELETE') as Call<'DELETE'>,
  }
}

interface AnyRequest {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, GivenValue | undefined>>
  readonly body?: object
  readonly signal?: AbortSignal
}

async function send(
  { baseUrl, fetch, headers }: RestClientOptions,
  method: HttpMethod,
  path: string,
  { path: values = {}, query = {}, body, signal }: AnyRequest,
): Promise<unknown> {
  const queryString = formatQueryString(Object.entries(query).flatMap(formatParameter))
  const url = `${baseUrl}${fillPath(path, values)}${queryString === '' ? '' : `?${queryString}`}`
  const { status, text } = await attempt(fetch, url, {
    method,
    headers: {
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      // Without it a browser that is refused asks for a password by itself (rest-api §1.10).
      UseXBasic: 'true',
      ...headers(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
    credentials: 'omit',
  })
  const content = parseContent(text)
  if (status < 200 || status >= 300) throw toRefusal(status, content)
  if (content === undefined && text !== '') {
    throw new RestRefusal(status, '', 'Something else than the platform has answered in its place.')
  }
  return content
}

async function attempt(
  fetch: Fetches,
  url: string,
  init: FetchOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(url, init)
    return { status: answer.status, text: await answer.text() }
  } catch (cause) {
    if (init.signal?.aborted === true) throw init.signal.reason
    throw new PlatformUnreachable('The platform does not answer.', { cause })
  }
}

/** The content, or undefined if there is none or it is not JSON, as a proxy's page of errors. */
function parseContent(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toRefusal(status: number, content: unknown): RestRefusal {
  const { error, message } = (content ?? {}) as { readonly error?: unknown; message?: unknown }
  return new RestRefusal(
    status,
    typeof error === 'string' ? error : '',
    typeof message === 'string' ? message : `The answer was HTTP ${status}.`,
  )
}

/**
 * `{name}` is one segment; `{name*}` may be several, which are kept apart. Whoever reads a URL takes
 * segments of dots away, however they are written: such a request would go to another route.
 */
function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\*?\}/g, (_, name: string) => {
    const value = values[name] ?? ''
    if (/^\.{0,2}$/.test(value)) {
      throw new RestRefusal(404, '', `There is no address for the ${name} "${value}".`)
    }
    return encodeURIComponent(value.toWellFormed())
  })
}

function formatParameter([name, value]: [string, GivenValue | undefined]): readonly QueryPair[] {
  if (value === undefined) return []
  if (typeof value !== 'object') return [[name, String(value)]]
  if (value instanceof Date) return [[name, value.toISOString()]]
  return value.length === 0 ? [] : [[name, value.join(',')]]
}
