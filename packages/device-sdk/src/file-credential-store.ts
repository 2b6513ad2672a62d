import type { CredentialStore, DeviceCredentials } from './credentials.ts'
import { DeviceError } from './device-error.ts'

/**
 * Keeps credentials as JSON in a file that only its owner can read. A crash while saving leaves the
 * old file or the new one, never half of one.
 *
 * Throws `unsafeCredentials` when others can read the file, or when it holds something else.
 */
export function fileCredentialStore(path: string): CredentialStore {
  return {
    load: () => load(path),
    save: (credentials) => save(path, credentials),
  }
}

// The module is loaded where it is used, so that the rest of the package works without it.
const fileSystem = () => import('node:fs/promises')

async function load(path: string): Promise<DeviceCredentials | undefined> {
  const { open } = await fileSystem()
  try {
    await using file = await open(path, 'r')
    const stat = await file.stat()
    if (!stat.isFile()) throw new DeviceError('unsafeCredentials', `${path} is no file`)
    // Elsewhere the mode says nothing about who can read.
    if (!isWindows() && (stat.mode & 0o077) !== 0) {
      const text = `Others can read ${path}: make it private with chmod 600, and get new credentials`
      throw new DeviceError('unsafeCredentials', text)
    }
    return parseCredentials(path, await file.readFile('utf8'))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function save(path: string, credentials: DeviceCredentials): Promise<void> {
  const { open, rename, rm } = await fileSystem()
  const { tenant, user, password } = credentials
  // Its own, since another process may be saving too.
  const draft = `${path}.${globalThis.crypto.randomUUID()}.new`
  try {
    {
      await using file = await open(draft, 'wx', 0o600)
      await file.writeFile(`${JSON.stringify({ tenant, user, password }, null, 2)}\n`)
      await file.sync()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  if (isWindows()) return
  // The new name is on disk when the folder is.
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}

function dirname(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '.' : path.slice(0, slash + 1)
}

function isWindows(): boolean {
  return process.platform === 'win32'
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function parseCredentials(path: string, text: string): DeviceCredentials {
  const parsed = parseJson(text)
  if (typeof parsed === 'object' && parsed !== null) {
    const { tenant, user, password } = parsed as Record<string, unknown>
    if (typeof tenant === 'string' && typeof user === 'string' && typeof password === 'string') {
      return { tenant, user, password }
    }
  }
  throw new DeviceError('unsafeCredentials', `${path} holds no credentials of a device`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
