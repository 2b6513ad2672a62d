import { PlatformError } from '../../platform-error.ts'
import { foldCase } from '../device-likeness.ts'
import { checksumOf, type Migration } from '../migrations/migration.ts'
import { type Connection, pragma } from './connection.ts'

/**
 * Brings the database to the newest schema, each step in a transaction of its own.
 *
 * Forward only: a database that is newer than the program, or that went through a step which the
 * program knows differently, stops the start (reliability ).
 */
export function migrate(connection: Connection, migrations: readonly Migration[]): void {
  const { database } = connection
  // What steps may call that SQLite does not have.
  database.function('fold_case', { deterministic: true }, (text) => foldCase(String(text)))
  const found = Number(pragma(database, 'user_version'))
  const known = migrations.length
  if (found > known) {
    throw new PlatformError('schemaNewer', { found: String(found), known: String(known) })
  }
  database.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT`)
  const steps = connection.query<[version: number, checksum: string]>(
    'SELECT version, checksum FROM schema_migrations ORDER BY version',
  )
  const done = new Map(steps.all())
  for (const migration of migrations) {
    const { version, name, sql } = migration
    const checksum = checksumOf(migration)
    if (version <= found) {
      if (done.get(version) === checksum) continue
      throw new PlatformError('schemaChanged', { version: String(version) })
    }
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(sql)
      connection.command('INSERT INTO schema_migrations VALUES (?, ?, ?)')(version, name, checksum)
      database.exec(`PRAGMA user_version = ${version}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}
