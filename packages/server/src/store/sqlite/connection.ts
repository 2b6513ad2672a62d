import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { PlatformError } from '../../platform-error.ts'

/** Column values of one row, in the order of the statement. */
export type SqlRow = readonly SQLOutputValue[]
export type SqlParameters = readonly SQLInputValue[]

/** A prepared statement that reads. `Row` states the columns; the statement must keep to it. */
export interface Query<Row extends SqlRow> {
  all(...parameters: SqlParameters): readonly Row[]
  get(...parameters: SqlParameters): Row | undefined
}

/** A prepared statement that writes; gives the number of rows concerned. */
export type Command = (...parameters: SqlParameters) => number

/** Marks the file as ours: "Pile" (reliability §4). */
export const applicationId = 0x50_69_6c_65

/** Bytes the log may keep on disk after a checkpoint, and beyond which it is cut (reliability §4). */
export const logBytesMax = 64 * 1024 * 1024

const commonSettings = {
  foreign_keys: 1,
  mmap_size: 0,
  trusted_schema: 0,
} as const

const writerSettings = {
  ...commonSettings,
  busy_timeout: 5000,
  journal_mode: 'wal',
  // FULL: a commit is on the disk, not merely on its way (reliability §4).
  synchronous: 2,
  // The writer decides when pages move from the log to the file.
  wal_autocheckpoint: 0,
  journal_size_limit: logBytesMax,
  application_id: applicationId,
  // Pages of hot indexes; negative means kibibytes.
  cache_size: -65_536,
  temp_store: 2,
} as const

const readerSettings = { ...commonSettings, busy_timeout: 5000, query_only: 1 } as const

/** One connection with the statements prepared on it, each once. */
export class Connection implements Disposable {
  readonly database: DatabaseSync
  readonly #queries = new Map<string, Query<never>>()
  readonly #commands = new Map<string, Command>()

  constructor(database: DatabaseSync) {
    this.database = database
  }

  query<Row extends SqlRow>(sql: string): Query<Row> {
    let query = this.#queries.get(sql)
    if (query === undefined) {
      const statement = this.database.prepare(sql)
      statement.setReturnArrays(true)
      query = {
        all: (...parameters) => statement.all(...parameters) as never,
        get: (...parameters) => statement.get(...parameters) as never,
      }
      this.#queries.set(sql, query)
    }
    return query as unknown as Query<Row>
  }

  command(sql: string): Command {
    let command = this.#commands.get(sql)
    if (command === undefined) {
      const statement = this.database.prepare(sql)
      command = (...parameters) => Number(statement.run(...parameters).changes)
      this.#commands.set(sql, command)
    }
    return command
  }

  [Symbol.dispose](): void {
    if (this.database.isOpen) this.database.close()
  }
}

/** Opens the connection that writes. Exactly one exists per file (reliability ). */
export function openWriter(file: string): Connection {
  const database = new DatabaseSync(file)
  try {
    refuseForeign(database, file)
    applySettings(database, writerSettings)
    return new Connection(database)
  } catch (error) {
    database.close()
    throw error
  }
}

/** Opens a connection that sees committed data only. */
export function openReader(file: string): Connection {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    applySettings(database, readerSettings)
    return new Connection(database)
  } catch (error) {
    database.close()
    throw error
  }
}

/** Refuses versions that can damage a database in WAL mode (reliability ). */
export function refuseUnsafeSqlite(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const number = (major * 1000 + minor) * 1000 + patch
  if (number < 3_051_003 || number === 3_052_000) {
    throw new PlatformError('sqliteUnsafe', { version })
  }
}

/** A file that somebody else made is left as it is. */
function refuseForeign(database: DatabaseSync, file: string): void {
  const found = pragma(database, 'application_id')
  if (found === applicationId) return
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() ?? {}
  if (found !== 0 || tables !== 0) throw new PlatformError('databaseForeign', { file })
}

/** Sets and reads back: a driver may keep to its own opinion silently (reliability ). */
function applySettings(
  database: DatabaseSync,
  settings: Readonly<Record<string, number | string>>,
): void {
  for (const [setting, wanted] of Object.entries(settings)) {
    database.exec(`PRAGMA ${setting} = ${wanted}`)
    const found = pragma(database, setting)
    if (found !== wanted) {
      throw new PlatformError('databaseSettingRefused', {
        setting,
        wanted: String(wanted),
        found: String(found),
      })
    }
  }
}

export function pragma(database: DatabaseSync, name: string): SQLOutputValue | undefined {
  const statement = database.prepare(`PRAGMA ${name}`)
  statement.setReturnArrays(true)
  return (statement.get() as unknown as SqlRow | undefined)?.[0]
}
