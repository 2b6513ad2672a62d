import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ManagedObjectId, Store } from '@pileus/domain'
import { all, aMeasurement, change, firstTenant, idsOf, storeObjects } from '@pileus/testing'
import { openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'pileus-index-'))
after(() => rmSync(folder, { recursive: true }))
let stores = 0

/** A store that brings its index up to date when `unindexedMin` measurements have gathered. */
function openStore(unindexedMin: number): Promise<Store> {
  return openSqliteStore({
    dataFolder: join(folder, String(++stores)),
    measurementIndexLimits: { unindexedMin, unindexedMax: unindexedMin },
  })
}

async function append(
  store: Store,
  sourceIds: readonly ManagedObjectId[],
  times: readonly number[],
) {
  await change(store, async (repository) => {
    for (const time of times) {
      for (const sourceId of sourceIds) {
        await repository.insertMeasurement(aMeasurement(sourceId, { time }))
      }
    }
  })
  // The index is extended after the unit was acknowledged, before the next turn.
  await new Promise((resolve) => setImmediate(resolve))
}

test('lists are the same whatever part of the measurements is indexed', async () => {
  const times = [5, 3, 9, 3, 7, 1]
  const lists = []
  for (const unindexedMin of [1, 5, 8, 1000]) {
    await using store = await openStore(unindexedMin)
    const sourceIds = await storeObjects(store, {}, {})
    const [sourceId] = sourceIds
    assert.ok(sourceId)
    for (const time of times) await append(store, sourceIds, [time])
    const reader = store.reader(firstTenant)
    const filters = [{}, { revert: true }, { time: { from: 3, to: 7 } }, { type: 'other' }]
    lists.push(
      await Promise.all(
        filters.map(async (filter) => [
          await reader.listMeasurements({ ...filter, sourceId }, all),
          await reader.listMeasurements({ ...filter, sourceId }, { offset: 1, limit: 2 }),
          await reader.countMeasurements({ ...filter, sourceId }),
        ]),
      ),
    )
  }
  const [first, ...others] = lists
  assert.equal(first?.[0]?.[2], times.length)
  for (const other of others) assert.deepEqual(other, first)
})

test('measurements are deleted on both sides of the end of the index', async () => {
  await using store = await openStore(4)
  const sourceIds = await storeObjects(store, {}, {})
  const [sourceId, other] = sourceIds
  assert.ok(sourceId && other)
  await append(store, sourceIds, [1, 2])
  await append(store, sourceIds, [3])
  const reader = store.reader(firstTenant)
  const [indexed, kept, unindexed] = await reader.listMeasurements({ sourceId }, all)
  assert.ok(indexed && kept && unindexed)
  await change(store, async (repository) => {
    assert.equal(await repository.deleteMeasurement(indexed.id), true)
    assert.equal(await repository.deleteMeasurement(unindexed.id), true)
  })
  assert.deepEqual(idsOf(await reader.listMeasurements({ sourceId }, all)), [kept.id])
  await append(store, sourceIds, [4])
  await change(store, (repository) => repository.deleteManagedObject(sourceId))
  assert.deepEqual(await reader.listMeasurements({ sourceId }, all), [])
  assert.equal(await reader.findMeasurement(kept.id), undefined)
  assert.equal(await reader.countMeasurements({ sourceId: other }), 4)
})

test('the latest of many measurements is found without reading them all', async () => {
  await using store = await openStore(2000)
  const [sourceId] = await storeObjects(store, {})
  assert.ok(sourceId)
  const times = Array.from({ length: 5000 }, (_, time) => time)
  await append(store, [sourceId], times)
  await append(store, [sourceId], [2500])
  const reader = store.reader(firstTenant)
  const page = { offset: 0, limit: 1 }
  const latest = await reader.listMeasurements({ sourceId, revert: true }, page)
  assert.deepEqual(
    latest.map(({ time }) => time),
    [4999],
  )
  assert.equal(await reader.countMeasurements({ sourceId }), 5001)
})
