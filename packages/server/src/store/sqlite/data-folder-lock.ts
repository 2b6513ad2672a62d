import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '../../platform-error.ts'
import { isSqliteError, sqliteBusy } from './failures.ts'

/**
 * Takes the data folder for this process until the lock is disposed of.
 *
 * The lock is an exclusive transaction on a small database of its own, so the system releases it
 * when the process dies and no stale file can keep the next one out (reliability ).
 */
export function lockDataFolder(folder: string): Disposable {
  const database = new DatabaseSync(join(folder, 'db', 'lock.sqlite'), { timeout: 0 })
  try {
    // Nothing is ever written, so there is nothing to keep a journal of.
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (isSqliteError(cause) && cause.errcode === sqliteBusy) {
      throw new PlatformError('dataFolderInUse', { folder }, { cause })
    }
    throw cause
  }
  return { [Symbol.dispose]: () => database.close() }
}
