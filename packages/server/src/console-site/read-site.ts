import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { PlatformError } from '../platform-error.ts'

/** How the bytes of a file are packed for the way. */
export type ContentCoding = 'br' | 'gzip' | 'identity'

export interface SiteFile {
  readonly contentType: string
  /** The build gives a changed file another name, so this one stays as it is for ever. */
  readonly isHashed: boolean
  /** As it is, and packed where that is shorter; the entity tag is different for each. */
  readonly variants: Readonly<Partial<Record<ContentCoding, SiteVariant>>> & {
    readonly identity: SiteVariant
  }
}

export interface SiteVariant {
  readonly bytes: Buffer
  /** Strong, with its quotes. */
  readonly entityTag: string
}

/** The files of a built site by their path in it, such as `assets/index-Bx7.js`. */
export type Site = ReadonlyMap<string, SiteFile>

/** The page itself. */
export const indexPath = 'index.html'
/** Where the build puts what it names by its content. */
export const assetsPrefix = 'assets/'

/** Files that are held in memory, and their bytes before packing. */
const filesMax = 1000
const bytesMax = 64 * 1024 * 1024

/** Shorter files are not packed: they fit into one segment of TCP as they are. */
const packedFromBytes = 1024
/** As good as gzip's best at a fraction of brotli's own best, which takes seconds. */
const brotliQuality = 5

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
}

/**
 * Reads a built site into memory, packed once for all who ask. `undefined` where there is none;
 * rejects with a `PlatformError` when it cannot be read or is too large to be held.
 */
export async function readSite(folder: string): Promise<Site | undefined> {
  const paths = await listFiles(folder)
  if (!paths.includes(indexPath)) return undefined
  if (paths.length > filesMax) throw unusable(folder, `it has more than ${filesMax} files`)
  const site = new Map<string, SiteFile>()
  let bytes = 0
  for (const path of paths) {
    const content = await readFile(join(folder, path)).catch((cause: unknown) => {
      throw unusable(folder, String(cause), cause)
    })
    bytes += content.length
    if (bytes > bytesMax) throw unusable(folder, `it has more than ${bytesMax} bytes`)
    site.set(path, await siteFile(path, content))
  }
  return site
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (cause: NodeJS.ErrnoException): readonly Dirent[] => {
      if (cause.code === 'ENOENT') return []
      throw unusable(folder, String(cause), cause)
    },
  )
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
}

function unusable(folder: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError('consoleUnusable', { folder, reason }, { cause })
}

const pack = { br: promisify(brotliCompress), gzip: promisify(gzip) }

async function siteFile(path: string, content: Buffer): Promise<SiteFile> {
  const contentType = contentTypes[extname(path)] ?? 'application/octet-stream'
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 27)
  const variant = (bytes: Buffer, coding: ContentCoding): SiteVariant => ({
    bytes,
    entityTag: `"${coding === 'identity' ? hash : `${hash}-${coding}`}"`,
  })
  const file = {
    contentType,
    isHashed: path.startsWith(assetsPrefix),
    variants: { identity: variant(content, 'identity') },
  }
  if (content.length < packedFromBytes || !isText(contentType)) return file
  const [br, zipped] = await Promise.all([
    pack.br(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
    pack.gzip(content),
  ])
  return {
    ...file,
    variants: {
      ...file.variants,
      ...(br.length < content.length && { br: variant(br, 'br') }),
      ...(zipped.length < content.length && { gzip: variant(zipped, 'gzip') }),
    },
  }
}

/** What is not packed already. */
function isText(contentType: string): boolean {
  return contentType.includes('charset')
}
