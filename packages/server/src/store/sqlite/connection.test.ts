import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { openReader, openWriter, pragma, refuseUnsafeSqlite } from './connection.ts'

const folder = mkdtempSync(join(tmpdir(), 'pileus-connection-'))
after(() => rmSync(folder, { recursive: true }))

test('commits are on the disk, also when the file is opened again', () => {
  const file = join(folder, 'twice.sqlite')
  for (const _time of ['first', 'second']) {
    using writer = openWriter(file)
    assert.equal(pragma(writer.database, 'synchronous'), 2)
    assert.equal(pragma(writer.database, 'journal_mode'), 'wal')
    assert.equal(pragma(writer.database, 'wal_autocheckpoint'), 0)
    assert.equal(pragma(writer.database, 'foreign_keys'), 1)
    assert.equal(pragma(writer.database, 'mmap_size'), 0)
    assert.equal(pragma(writer.database, 'busy_timeout'), 5000)
    assert.equal(pragma(writer.database, 'trusted_schema'), 0)
    writer.database.exec('CREATE TABLE IF NOT EXISTS something (id INTEGER)')
  }
})

test('readers cannot write', () => {
  const file = join(folder, 'read.sqlite')
  using writer = openWriter(file)
  writer.database.exec('CREATE TABLE something (id INTEGER)')
  using reader = openReader(file)
  assert.throws(() => reader.database.exec('INSERT INTO something VALUES (1)'), /readonly/)
})

test('a file that somebody else made is left as it is', () => {
  const file = join(folder, 'foreign.sqlite')
  const foreign = new DatabaseSync(file)
  foreign.exec('CREATE TABLE diary (entry TEXT)')
  foreign.close()
  assert.throws(() => openWriter(file), { code: 'databaseForeign' })
})

for (const version of ['3.51.2', '3.52.0', '3.7.17', '2.8.1', '']) {
  test(`SQLite "${version}" is refused`, () => {
    assert.throws(() => refuseUnsafeSqlite(version), { code: 'sqliteUnsafe' })
  })
}

for (const version of ['3.51.3', '3.52.1', '3.53.4', '4.0.0']) {
  test(`SQLite ${version} is used`, () => refuseUnsafeSqlite(version))
}
