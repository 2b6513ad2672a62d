import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Migration } from '../migrations/migration.ts'
import { sqliteMigrations } from '../migrations/sqlite-migrations.ts'
import { type Connection, openWriter, pragma } from './connection.ts'
import { migrate } from './migrate.ts'

const folder = mkdtempSync(join(tmpdir(), 'pileus-migrate-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0

function openEmpty(): Connection {
  return openWriter(join(folder, `${++files}.sqlite`))
}

const first = { version: 1, name: 'first', sql: 'CREATE TABLE one (id INTEGER)' }
const second = { version: 2, name: 'second', sql: 'CREATE TABLE two (id INTEGER)' }

function tablesOf({ database }: Connection): readonly unknown[] {
  const select = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
  return database
    .prepare(select)
    .all()
    .map(({ name }) => name)
}

test('steps are numbered from 1 without gaps', () => {
  assert.deepEqual(
    sqliteMigrations.map(({ version }) => version),
    sqliteMigrations.map((_, index) => index + 1),
  )
})

test('an empty database gets all steps, once', () => {
  using writer = openEmpty()
  migrate(writer, [first, second])
  migrate(writer, [first, second])
  assert.deepEqual(tablesOf(writer), ['one', 'schema_migrations', 'two'])
  assert.equal(pragma(writer.database, 'user_version'), 2)
})

test('an old database gets the steps that it lacks', () => {
  using writer = openEmpty()
  migrate(writer, [first])
  migrate(writer, [first, second])
  assert.deepEqual(tablesOf(writer), ['one', 'schema_migrations', 'two'])
})

test('a newer database is refused', () => {
  using writer = openEmpty()
  migrate(writer, [first, second])
  assert.throws(() => migrate(writer, [first]), { code: 'schemaNewer', exitCode: 72 })
})

test('a step that was changed afterwards is refused', () => {
  using writer = openEmpty()
  migrate(writer, [first])
  const changed = { ...first, sql: `${first.sql} -- changed` }
  assert.throws(() => migrate(writer, [changed, second]), { code: 'schemaChanged' })
  assert.deepEqual(tablesOf(writer), ['one', 'schema_migrations'])
})

test('a step that fails leaves nothing of itself', () => {
  using writer = openEmpty()
  const broken: Migration = { ...second, sql: `${second.sql}; CREATE TABLE one (id INTEGER)` }
  assert.throws(() => migrate(writer, [first, broken]), /already exists/)
  assert.deepEqual(tablesOf(writer), ['one', 'schema_migrations'])
  assert.equal(pragma(writer.database, 'user_version'), 1)
  migrate(writer, [first, second])
  assert.equal(pragma(writer.database, 'user_version'), 2)
})
