import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { PlatformError } from '../../platform-error.ts'

/** Kinds of file systems of other machines, as `statfs` numbers them (reliability ). */
const networkFileSystems: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xfe534d42, // SMB 2
  0xff534d42, // CIFS
  0x01021997, // 9P
])

/** Makes the folder of the database inside the data folder, where it is missing, and gives it. */
export function makeDatabaseFolder(dataFolder: string): string {
  const folder = join(dataFolder, 'db')
  try {
    const firstMade = mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (firstMade !== undefined) syncFolders(folder, dirname(firstMade))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PlatformError('dataFolderUnusable', { folder: dataFolder, reason }, { cause })
  }
  if (networkFileSystems.has(statfsSync(folder).type)) {
    throw new PlatformError('networkFileSystem', { folder: dataFolder })
  }
  return folder
}

/** A database that was closed in order leaves no log behind. */
export function wasClosed(file: string): boolean {
  const log = `${file}-wal`
  return !existsSync(log) || statSync(log).size === 0
}

/** A new folder survives a power cut once the folder that names it is on the disk. */
function syncFolders(innermost: string, outermost: string): void {
  for (let folder = dirname(innermost); ; folder = dirname(folder)) {
    const descriptor = openSync(folder, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
    if (folder === outermost || folder === dirname(folder)) return
  }
}
