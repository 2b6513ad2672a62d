import { join } from 'node:path'
import type { PlatformError } from '../../platform-error.ts'
import { sqliteMigrations } from '../migrations/sqlite-migrations.ts'
import type { ObservableStore, StoreOptions } from '../open-store.ts'
import { storeOver } from '../open-store.ts'
import { defaultReceiptLimits } from '../publish-receipts.ts'
import { openReader, openWriter, refuseUnsafeSqlite } from './connection.ts'
import { makeDatabaseFolder, wasClosed } from './data-folder.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { explainSqliteError } from './failures.ts'
import { checkBriefly } from './integrity-check.ts'
import { LongReads } from './long-reads.ts'
import { defaultMeasurementIndexLimits, type MeasurementIndexLimits } from './measurement-index.ts'
import { migrate } from './migrate.ts'
import { SqliteEngine } from './sqlite-engine.ts'

export interface SqliteStoreOptions extends StoreOptions {
  /** Everything the platform keeps; the database is `db/pileus.sqlite` in it. */
  readonly dataFolder: string
  readonly measurementIndexLimits?: MeasurementIndexLimits
}

/** How long the start waits for the check of a database that was not closed (reliability ). */
const checkLimitMs = 1000

/**
 * Opens the store in the data folder, which it makes where there is none.
 *
 * Rejects with a `PlatformError` when the folder is in use, or the database is damaged, foreign,
 * newer than this program, or does not keep the settings on which durability rests.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<ObservableStore> {
  const onFailure = once(options.onFailure ?? rethrow)
  const engine = await openSqliteEngine({ ...options, onFailure })
  return storeOver(engine, { ...options, onFailure })
}

interface SqliteEngineOptions extends SqliteStoreOptions {
  readonly onFailure: (error: PlatformError) => void
}

/** The engine alone, for tests that reach below the store. */
export async function openSqliteEngine(options: SqliteEngineOptions): Promise<SqliteEngine> {
  refuseUnsafeSqlite(process.versions['sqlite'] ?? '')
  const file = join(makeDatabaseFolder(options.dataFolder), 'pileus.sqlite')
  try {
    return await openFile(file, options)
  } catch (error) {
    throw explainSqliteError(error, file)?.error ?? error
  }
}

async function openFile(file: string, options: SqliteEngineOptions): Promise<SqliteEngine> {
  const { dataFolder, onFailure, measurementIndexLimits = defaultMeasurementIndexLimits } = options
  await using resources = new AsyncDisposableStack()
  const lock = resources.use(lockDataFolder(dataFolder))
  const isClean = wasClosed(file)
  const writer = resources.use(openWriter(file))
  migrate(writer, sqliteMigrations)
  const reader = resources.use(openReader(file))
  const reads = resources.use(new LongReads(file))
  const receiptLimits = { ...defaultReceiptLimits, ...options.limits }
  const engine = new SqliteEngine({
    file,
    lock,
    writer,
    reader,
    reads,
    receiptLimits,
    measurementIndexLimits,
    onFailure,
  })
  if (!isClean) await checkBriefly(file, checkLimitMs, (damage) => engine.fail(damage))
  // From here on the engine closes what it holds.
  resources.move()
  return engine
}

/** The storage may fail in several places at once; the process ends once. */
function once(listener: (error: PlatformError) => void): (error: PlatformError) => void {
  let isTold = false
  return (error) => {
    if (isTold) return
    isTold = true
    listener(error)
  }
}

function rethrow(error: PlatformError): never {
  throw error
}
