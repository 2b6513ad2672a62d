import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { MeasurementId } from '@pileus/domain'
import { aMeasurement, change, firstTenant, now, storeObject } from '@pileus/testing'
import { storeOver } from '../open-store.ts'
import { pragma } from './connection.ts'
import { openSqliteEngine, openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'pileus-durability-'))
after(() => rmSync(folder, { recursive: true }))

test('what was acknowledged is there after a kill', async (context) => {
  const dataFolder = join(folder, 'killed')
  const acknowledged: string[] = []
  for (let round = 1; round <= 5; round++) {
    acknowledged.push(...(await writeUntilKilled(dataFolder, 200 * round)))
    await using store = await openSqliteStore({ dataFolder })
    const reader = store.reader(firstTenant)
    for (const id of acknowledged) {
      assert.ok(await reader.findMeasurement(id as MeasurementId), `${id} after round ${round}`)
    }
    const stored = await reader.countMeasurements({})
    // Twenty writers have at most one unit each that was stored and not yet acknowledged.
    assert.ok(stored >= acknowledged.length && stored <= acknowledged.length + 20 * round)
  }
  const database = new DatabaseSync(join(dataFolder, 'db', 'pileus.sqlite'))
  assert.equal(pragma(database, 'integrity_check'), 'ok')
  database.close()
  context.diagnostic(`${acknowledged.length} acknowledged`)
})

/** Ids that a child process acknowledged before it was killed, `linesMin` at least. */
async function writeUntilKilled(dataFolder: string, linesMin: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./durability.child.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    [...process.execArgv.filter(isCondition), script, dataFolder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  let isKilled = false
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
    if (isKilled || text.split('\n').length <= linesMin) return
    isKilled = true
    child.kill('SIGKILL')
  })
  const [code, signal] = await once(child, 'close')
  assert.deepEqual([code, signal], [null, 'SIGKILL'])
  // The last line may be half a line.
  return text.split('\n').slice(0, -1)
}

function isCondition(option: string): boolean {
  return option.startsWith('--conditions')
}

test('a full disk refuses what does not fit and takes more once there is room', async () => {
  const dataFolder = join(folder, 'full')
  const failures: string[] = []
  const onFailure = ({ code }: { readonly code: string }) => failures.push(code)
  const engine = await openSqliteEngine({ dataFolder, onFailure })
  await using store = storeOver(engine, { onFailure })
  const { database } = engine.writer
  const sourceId = await storeObject(store)
  const pages = Number(pragma(database, 'page_count'))
  database.exec(`PRAGMA max_page_count = ${pages + 8}`)

  const large = aMeasurement(sourceId, { fragments: { text: 'x'.repeat(10_000) } })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) =>
      store.run(firstTenant, now, (unit) => {
        unit.rememberReceipt(index)
        return unit.repository.insertMeasurement(large)
      }),
    ),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.ok(refused.length > 0 && refused.length < 12)
  for (const { reason } of refused) assert.equal(reason.code, 'storageFull')
  const stored = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  const reader = store.reader(firstTenant)
  assert.equal(await reader.countMeasurements({}), stored.length)
  for (const [index, { status }] of outcomes.entries()) {
    assert.equal(store.hasReceipt(index), status === 'fulfilled')
  }

  database.exec('PRAGMA max_page_count = 100000')
  const { id } = await change(store, (repository) => repository.insertMeasurement(large))
  assert.ok(await reader.findMeasurement(id))
  assert.equal(pragma(database, 'integrity_check'), 'ok')
  assert.deepEqual(failures, [])
})

test('a data folder belongs to one process at a time', async () => {
  const dataFolder = join(folder, 'locked')
  {
    await using _store = await openSqliteStore({ dataFolder })
    await assert.rejects(
      openSqliteStore({ dataFolder }),
      (error: Error & { exitCode?: number }) => {
        assert.ok(error.message.includes(dataFolder))
        assert.equal(error.exitCode, 69)
        return true
      },
    )
  }
  await using _again = await openSqliteStore({ dataFolder })
})

test('a data folder that cannot be made is named', async () => {
  const dataFolder = join(folder, 'killed', 'db', 'pileus.sqlite')
  await assert.rejects(openSqliteStore({ dataFolder }), {
    code: 'dataFolderUnusable',
    exitCode: 78,
  })
})

test('receipts and numbers outlive the process', async () => {
  const dataFolder = join(folder, 'reopened')
  const limits = { receiptsMax: 8 }
  const last = await openAndStore(Array.from({ length: 40 }, (_, index) => index))
  const next = await openAndStore([100])
  assert.ok(Number(next) > Number(last))
  await using store = await openSqliteStore({ dataFolder, limits })
  for (const receipt of [37, 38, 39, 100]) assert.equal(store.hasReceipt(receipt), true)
  assert.equal(store.hasReceipt(0), false)

  async function openAndStore(receipts: readonly number[]): Promise<string> {
    await using reopened = await openSqliteStore({ dataFolder, limits })
    for (const receipt of receipts) {
      await reopened.run(firstTenant, now, (unit) => unit.rememberReceipt(receipt))
    }
    const id = await storeObject(reopened)
    await change(reopened, (repository) => repository.deleteManagedObject(id))
    return id
  }
})

test('an orderly end leaves one file with everything in it', async () => {
  const dataFolder = join(folder, 'closed')
  const opened = await openSqliteStore({ dataFolder })
  await storeObject(opened)
  await opened[Symbol.asyncDispose]()
  const database = new DatabaseSync(join(dataFolder, 'db', 'pileus.sqlite'), { readOnly: true })
  assert.equal(database.prepare('SELECT count(*) AS n FROM managed_objects').get()?.['n'], 1)
  database.close()
})

test('a damaged database stops the start', async () => {
  const dataFolder = join(folder, 'damaged')
  {
    await using store = await openSqliteStore({ dataFolder })
    await storeObject(store)
  }
  const file = join(dataFolder, 'db', 'pileus.sqlite')
  spoilPage(file, 'managed_objects_by_type')
  // A log with something in it is what a crash leaves.
  const child = spawn(process.execPath, ['--eval', crash, file], { stdio: 'inherit' })
  await once(child, 'close')
  await assert.rejects(openSqliteStore({ dataFolder }), { code: 'databaseCorrupt' })
})

test('a file that is no database stops the start', async () => {
  const dataFolder = join(folder, 'no-database')
  mkdirSync(join(dataFolder, 'db'), { recursive: true })
  writeFileSync(join(dataFolder, 'db', 'pileus.sqlite'), 'x'.repeat(10_000))
  await assert.rejects(openSqliteStore({ dataFolder }), { code: 'databaseCorrupt' })
})

/** Fills the first page of a table or index with ones. */
function spoilPage(file: string, name: string): void {
  const database = new DatabaseSync(file)
  const pageBytes = Number(pragma(database, 'page_size'))
  const select = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?')
  const page = Number(select.get(name)?.['rootpage'])
  database.close()
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(pageBytes, 0xff), 0, pageBytes, (page - 1) * pageBytes)
  closeSync(descriptor)
}

/** Writes to the log of the database and dies. */
const crash = `
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(process.argv[1])
  database.exec('PRAGMA wal_autocheckpoint = 0; CREATE TABLE IF NOT EXISTS late (id INTEGER)')
  process.kill(process.pid, 'SIGKILL')
`
