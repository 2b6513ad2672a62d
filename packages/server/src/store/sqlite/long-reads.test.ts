import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openWriter } from './connection.ts'
import { LongReads } from './long-reads.ts'

const folder = mkdtempSync(join(tmpdir(), 'pileus-reads-'))
after(() => rmSync(folder, { recursive: true }))

const endless = `WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers)
  SELECT count(*) FROM numbers WHERE within_time(n)`

test('a statement that takes too long is ended, and the next one is answered', async () => {
  const file = join(folder, 'slow.sqlite')
  using _writer = openWriter(file)
  await using reads = new LongReads(file, 20)
  await assert.rejects(reads.read(endless, []), { code: 'readTookTooLong' })
  assert.deepEqual(await reads.read('SELECT 7, ?', ['seven']), [[7, 'seven']])
})

test('a statement that is wrong is refused alone', async () => {
  const file = join(folder, 'wrong.sqlite')
  using _writer = openWriter(file)
  await using reads = new LongReads(file)
  const wrong = reads.read('SELECT nothing', [])
  const right = reads.read('SELECT 1', [])
  await assert.rejects(wrong, { code: 'readFailed' })
  assert.deepEqual(await right, [[1]])
})

test('a thread that dies rejects what it was asked, and another takes its place', async () => {
  const file = join(folder, 'missing.sqlite')
  await using reads = new LongReads(file)
  const refused = [reads.read('SELECT 1', []), reads.read('SELECT 2', [])]
  for (const answer of refused) await assert.rejects(answer, { code: 'readFailed' })
  using _writer = openWriter(file)
  assert.deepEqual(await reads.read('SELECT 3', []), [[3]])
})

test('closing rejects what is still waiting', async () => {
  const file = join(folder, 'closed.sqlite')
  using _writer = openWriter(file)
  const reads = new LongReads(file)
  const refused = assert.rejects(reads.read(endless, []), { code: 'storageClosed' })
  await reads[Symbol.asyncDispose]()
  await refused
  await assert.rejects(reads.read('SELECT 1', []), { code: 'storageClosed' })
})
