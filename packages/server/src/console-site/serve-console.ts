import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ContentCoding, Site, SiteFile, SiteVariant } from './read-site.ts'
import { assetsPrefix, indexPath } from './read-site.ts'
import { cacheControl, siteHeaders } from './site-headers.ts'

/** Where the console is; every page of it lies below. */
const consolePath = '/console/'

/**
 * What leads to the console: the root, and the address of the device management application, which
 * agents print with a fragment for the console to read. A browser keeps the fragment on the way.
 *
 * @see console §2.2
 */
const redirected = ['/', '/apps/devicemanagement', '/apps/devicemanagement/index.html']

const missingText = `The console has not been built.

  npm start                         builds it when it is missing, and starts the platform
  npm run dev                       starts the platform with a console that follows its sources

The REST API, MQTT and everything else work without it.
`

/** Serves the console below `/console/`; without a site, words that say how to build one. */
export function serveConsole(app: FastifyInstance, site: Site | undefined): void {
  for (const path of redirected) onPath(app, path, (_, reply) => redirect(reply, consolePath))
  for (const path of ['/console', '/console/*']) {
    onPath(app, path, (request, reply) => answer(site, request, reply))
  }
}

/** The router calls the rest of a path `*`. */
interface ConsoleRequest {
  Params: { readonly '*'?: string | undefined }
}

type Answers = (request: FastifyRequest<ConsoleRequest>, reply: FastifyReply) => FastifyReply

/** `HEAD` comes with `GET`; every other method is told so. */
function onPath(app: FastifyInstance, path: string, handler: Answers): void {
  app.get<ConsoleRequest>(path, handler)
  app.route({
    method: app.supportedMethods.filter((method) => method !== 'GET' && method !== 'HEAD'),
    url: path,
    handler: (_, reply) => refuse(reply.header('Allow', 'GET, HEAD'), 405, 'GET or HEAD only.\n'),
  })
}

function answer(
  site: Site | undefined,
  request: FastifyRequest<ConsoleRequest>,
  reply: FastifyReply,
): FastifyReply {
  const asked = request.originalUrl.split('?', 1)[0]
  // Relative links of the page count from its folder, and the slash is gone when routes are found.
  if (asked === '/console') return redirect(reply, consolePath)
  if (site === undefined) return refuse(reply, 503, missingText)
  const file = fileAt(site, request.params['*'] ?? '')
  return file === undefined
    ? refuse(reply, 404, 'There is no such file; reload the page.\n')
    : sendFile(file, request, reply)
}

/** The file itself, else the page, which finds by its own path what to show. */
function fileAt(site: Site, path: string): SiteFile | undefined {
  return site.get(path) ?? (path.startsWith(assetsPrefix) ? undefined : site.get(indexPath))
}

function sendFile(
  file: SiteFile,
  { headers }: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
): FastifyReply {
  const [coding, { bytes, entityTag }] = chooseVariant(file, headers['accept-encoding'])
  reply.headers({
    ...siteHeaders,
    'Cache-Control': cacheControlOf(file),
    ETag: entityTag,
    Vary: 'Accept-Encoding',
  })
  if (isKnown(headers['if-none-match'], entityTag)) return reply.code(304).send()
  if (coding !== 'identity') reply.header('Content-Encoding', coding)
  return reply.type(file.contentType).send(bytes)
}

function cacheControlOf({ isHashed, contentType }: SiteFile): string {
  if (isHashed) return cacheControl.hashed
  return contentType.startsWith('text/html') ? cacheControl.page : cacheControl.named
}

/** The shortest variant that the client takes. */
function chooseVariant(
  { variants }: SiteFile,
  acceptEncoding: string | readonly string[] | undefined,
): readonly [ContentCoding, SiteVariant] {
  const accepted = acceptedCodings(String(acceptEncoding ?? ''))
  for (const coding of ['br', 'gzip'] as const) {
    const variant = variants[coding]
    if (variant !== undefined && accepted.has(coding)) return [coding, variant]
  }
  return ['identity', variants.identity]
}

/** The codings that are named, with any weight but 0. */
function acceptedCodings(header: string): ReadonlySet<string> {
  return new Set(
    header.split(',').flatMap((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? [] : [name]
    }),
  )
}

/** Whether the client has this very variant already. */
function isKnown(ifNoneMatch: string | undefined, entityTag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes(entityTag) || known.includes('*')
}

function redirect(reply: FastifyReply, location: string): FastifyReply {
  return reply
    .headers({ ...siteHeaders, 'Cache-Control': cacheControl.page, Location: location })
    .code(302)
    .send()
}

function refuse(reply: FastifyReply, status: number, words: string): FastifyReply {
  return reply
    .headers({ ...siteHeaders, 'Cache-Control': cacheControl.page })
    .code(status)
    .type('text/plain; charset=utf-8')
    .send(words)
}
