import { PlatformError } from '../../platform-error.ts'
import type { StorageFailure } from '../engine.ts'

/** An error as `node:sqlite` throws it; the low byte of `errcode` is the primary result code. */
export interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR'
  readonly errcode: number
  readonly errstr: string
}

export const sqliteBusy = 5
const sqliteInputOutput = 10
const sqliteCorrupt = 11
const sqliteFull = 13
const sqliteNotADatabase = 26

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && 'code' in error
}

/** What an error of SQLite means for the platform (reliability §7). */
export function explainSqliteError(error: unknown, file: string): StorageFailure | undefined {
  if (!isSqliteError(error)) return undefined
  const reason = `${error.message} (SQLite ${error.errcode})`
  const options = { cause: error }
  switch (error.errcode & 0xff) {
    case sqliteFull:
      return { error: new PlatformError('storageFull', { reason }, options), isFinal: false }
    case sqliteInputOutput:
      return { error: new PlatformError('storageFailed', { reason }, options), isFinal: true }
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return {
        error: new PlatformError('databaseCorrupt', { file, reason }, options),
        isFinal: true,
      }
    default:
      return { error: new PlatformError('storageRefused', { reason }, options), isFinal: false }
  }
}
