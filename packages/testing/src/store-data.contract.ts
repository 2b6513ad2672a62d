import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AlarmFilter, EventFilter, MeasurementFilter } from '@pileus/domain'
import {
  all,
  aMeasurement,
  anAlarm,
  anEvent,
  change,
  firstTenant,
  idsOf,
  type OpenStore,
  storeObject,
  storeObjects,
} from './store-samples.ts'

/** What every store promises about measurements, events and alarms. */
export function storeDataContract(open: OpenStore): void {
  describe('measurements', () => {
    test('come back as they were stored and can be deleted once', async () => {
      await using store = await open(() => {})
      const sourceId = await storeObject(store)
      const fragments = { odd: 'text', pump_Flow: { F: { value: 1e-300 }, G: { value: '3' } } }
      const unnumbered = aMeasurement(sourceId, { time: -1, fragments })
      const inserted = await change(store, async (repository) => {
        const measurement = await repository.insertMeasurement(unnumbered)
        assert.deepEqual(await repository.findMeasurement(measurement.id), measurement)
        return measurement
      })
      assert.deepEqual(inserted, { id: inserted.id, ...unnumbered })
      assert.ok(Number(inserted.id) > 1000)
      assert.deepEqual(await store.reader(firstTenant).findMeasurement(inserted.id), inserted)
      await change(store, async (repository) => {
        assert.equal(await repository.deleteMeasurement(inserted.id), true)
        assert.equal(await repository.deleteMeasurement(inserted.id), false)
        assert.equal(await repository.findMeasurement(inserted.id), undefined)
      })
      const next = await change(store, (repository) => repository.insertMeasurement(unnumbered))
      assert.ok(Number(next.id) > Number(inserted.id))
    })

    const filters: readonly [name: string, MeasurementFilter, expected: readonly number[]][] = [
      ['nothing: by time, then id', {}, [2, 0, 1, 3]],
      ['nothing, reverted', { revert: true }, [3, 1, 0, 2]],
      ['type', { type: 'flow' }, [1, 3]],
      ['times, both ends included', { time: { from: 10, to: 20 } }, [0, 1]],
      ['a beginning', { time: { from: 20 } }, [1, 3]],
      ['an end, reverted', { time: { to: 10 }, revert: true }, [0, 2]],
      ['fragment', { valueFragmentType: 'pump' }, [0, 1, 3]],
      ['no series as a fragment', { valueFragmentType: 'F' }, []],
      ['series in any fragment', { valueFragmentSeries: 'F' }, [2, 0]],
      ['series in a fragment', { valueFragmentType: 'pump', valueFragmentSeries: 'F' }, [0]],
      ['no text as a value', { valueFragmentType: 'pump', valueFragmentSeries: 'T' }, []],
      ['what a user owns', { visibleTo: 'otto' }, [3]],
    ]
    for (const [name, filter, expected] of filters) {
      test(`are listed by ${name}`, async () => {
        await using store = await open(() => {})
        const [first, second] = await storeObjects(store, {}, { owner: 'otto' })
        assert.ok(first && second)
        const F = { value: 1 }
        const stored = await change(store, async (repository) => [
          await repository.insertMeasurement(
            aMeasurement(first, { time: 10, type: 'temp', fragments: { pump: { F } } }),
          ),
          await repository.insertMeasurement(
            aMeasurement(first, {
              time: 20,
              type: 'flow',
              fragments: { pump: { T: { value: '1' } } },
            }),
          ),
          await repository.insertMeasurement(
            aMeasurement(first, { time: 5, type: 'temp', fragments: { valve: { F }, F: 1 } }),
          ),
          await repository.insertMeasurement(
            aMeasurement(second, { time: 30, type: 'flow', fragments: { pump: 'F' } }),
          ),
        ])
        // The fragment that is called like a series is asked for in a filter of its own.
        const reader = store.reader(firstTenant)
        const listed = await reader.listMeasurements(filter, all)
        const wanted = filter.valueFragmentType === 'F' ? [2] : expected
        assert.deepEqual(
          idsOf(listed),
          wanted.map((index) => stored[index]?.id),
        )
        assert.equal(await reader.countMeasurements(filter), wanted.length)
      })
    }

    test('are paged, and numbers decide between equal times', async () => {
      await using store = await open(() => {})
      const [sourceId, other] = await storeObjects(store, {}, {})
      assert.ok(sourceId && other)
      const stored = await change(store, async (repository) => {
        const measurements = []
        for (let index = 0; index < 25; index++) {
          measurements.push(await repository.insertMeasurement(aMeasurement(sourceId, { time: 7 })))
          await repository.insertMeasurement(aMeasurement(other, { time: 7 }))
        }
        return measurements
      })
      const reader = store.reader(firstTenant)
      const page = (offset: number, revert: boolean) =>
        reader.listMeasurements({ sourceId, revert }, { offset, limit: 10 })
      const ids = idsOf(stored)
      assert.deepEqual(idsOf(await page(10, false)), ids.slice(10, 20))
      assert.deepEqual(idsOf(await page(20, true)), ids.toReversed().slice(20))
      assert.deepEqual(await page(30, false), [])
    })
  })

  describe('events', () => {
    test('come back as they were stored, are replaced and deleted', async () => {
      await using store = await open(() => {})
      const sourceId = await storeObject(store)
      const unnumbered = anEvent(sourceId, { time: 3, fragments: { a: [1] } })
      const inserted = await change(store, (repository) => repository.insertEvent(unnumbered))
      assert.deepEqual(inserted, { id: inserted.id, ...unnumbered })
      const reader = store.reader(firstTenant)
      assert.deepEqual(await reader.findEvent(inserted.id), inserted)
      const saved = { ...inserted, text: 'changed', lastUpdated: 9, fragments: { b: 2 } }
      await change(store, (repository) => repository.saveEvent(saved))
      assert.deepEqual(await reader.findEvent(inserted.id), saved)
      await change(store, async (repository) => {
        assert.equal(await repository.deleteEvent(inserted.id), true)
        assert.equal(await repository.deleteEvent(inserted.id), false)
        await assert.rejects(async () => repository.saveEvent(saved))
      })
      assert.equal(await reader.findEvent(inserted.id), undefined)
    })

    test('have a latest one: by time, then by id', async () => {
      await using store = await open(() => {})
      const [sourceId, other] = await storeObjects(store, {}, {})
      assert.ok(sourceId && other)
      await change(store, async (repository) => {
        assert.equal(await repository.findLatestEvent(sourceId, 'a'), undefined)
        await repository.insertEvent(anEvent(sourceId, { type: 'a', time: 20 }))
        const latest = await repository.insertEvent(anEvent(sourceId, { type: 'a', time: 20 }))
        await repository.insertEvent(anEvent(sourceId, { type: 'a', time: 10 }))
        await repository.insertEvent(anEvent(sourceId, { type: 'b', time: 30 }))
        await repository.insertEvent(anEvent(other, { type: 'a', time: 30 }))
        assert.deepEqual(await repository.findLatestEvent(sourceId, 'a'), latest)
      })
    })

    const filters: readonly [name: string, EventFilter, expected: readonly number[]][] = [
      ['nothing: latest first', {}, [2, 1, 0]],
      ['nothing, reverted', { revert: true }, [0, 1, 2]],
      ['type', { type: 'b' }, [2, 1]],
      ['fragment', { fragmentType: '$.x' }, [1]],
      ['times, both ends included', { time: { from: 10, to: 20 } }, [1, 0]],
      ['creation, without the upper end', { created: { from: 100, to: 200 } }, [0]],
      ['update, without the upper end', { lastUpdated: { from: 1000, to: 3000 } }, [1, 0]],
      ['what a user owns', { visibleTo: 'otto' }, [2]],
    ]
    for (const [name, filter, expected] of filters) {
      test(`are listed by ${name}`, async () => {
        await using store = await open(() => {})
        const [first, second] = await storeObjects(store, {}, { owner: 'otto' })
        assert.ok(first && second)
        const at = (number: number) => ({
          time: number * 10,
          creationTime: number * 100,
          lastUpdated: number * 1000,
        })
        const stored = await change(store, async (repository) => [
          await repository.insertEvent(anEvent(first, { ...at(1), type: 'a' })),
          await repository.insertEvent(
            anEvent(first, { ...at(2), type: 'b', fragments: { '$.x': null } }),
          ),
          await repository.insertEvent(anEvent(second, { ...at(3), type: 'b' })),
        ])
        const reader = store.reader(firstTenant)
        const wanted = expected.map((index) => stored[index]?.id)
        assert.deepEqual(idsOf(await reader.listEvents(filter, all)), wanted)
        assert.equal(await reader.countEvents(filter), wanted.length)
        const page = await reader.listEvents(filter, { offset: 1, limit: 1 })
        assert.deepEqual(idsOf(page), wanted.slice(1, 2))
      })
    }
  })

  describe('alarms', () => {
    test('come back as they were stored and are replaced', async () => {
      await using store = await open(() => {})
      const sourceId = await storeObject(store)
      const unnumbered = anAlarm(sourceId, { fragments: { a: 1 } })
      const inserted = await change(store, (repository) => repository.insertAlarm(unnumbered))
      assert.deepEqual(inserted, { id: inserted.id, ...unnumbered })
      const reader = store.reader(firstTenant)
      assert.deepEqual(await reader.findAlarm(inserted.id), inserted)
      const saved = {
        ...inserted,
        status: 'strange',
        count: 2,
        time: 5,
        severity: 'MINOR',
      } as const
      await change(store, (repository) => repository.saveAlarm(saved))
      assert.deepEqual(await reader.findAlarm(inserted.id), saved)
      const missing = { ...saved, id: `${saved.id}0` as typeof saved.id }
      await assert.rejects(change(store, (repository) => repository.saveAlarm(missing)))
    })

    test('are found while unresolved, latest first', async () => {
      await using store = await open(() => {})
      const [sourceId, other] = await storeObjects(store, {}, {})
      assert.ok(sourceId && other)
      await change(store, async (repository) => {
        const insert = (members: object, source = sourceId) =>
          repository.insertAlarm(anAlarm(source, { type: 'hot', ...members }))
        const early = await insert({ time: 1 })
        const twin = await insert({ time: 5, status: 'ACKNOWLEDGED' })
        const late = await insert({ time: 5, status: 'odd' })
        await insert({ status: 'CLEARED' })
        await insert({ type: 'cold' })
        await insert({}, other)
        assert.deepEqual(await repository.listUnresolvedAlarms(sourceId, 'hot'), [
          late,
          twin,
          early,
        ])
        await repository.saveAlarm({ ...twin, status: 'CLEARED' })
        assert.deepEqual(await repository.listUnresolvedAlarms(sourceId, 'hot'), [late, early])
      })
    })

    const filters: readonly [name: string, AlarmFilter, expected: readonly number[]][] = [
      ['nothing: latest first', {}, [2, 1, 0]],
      ['nothing, reverted', { revert: true }, [0, 1, 2]],
      ['types', { types: ['hot', 'wet', "'"] }, [1, 0]],
      ['statuses', { statuses: ['ACTIVE', 'odd'] }, [2, 0]],
      ['severities', { severities: ['MAJOR', 'CRITICAL'] }, [2, 0]],
      ['resolved', { resolved: true }, [1]],
      ['unresolved, whatever statuses say', { resolved: false, statuses: ['CLEARED'] }, [2, 0]],
      ['times, both ends included', { time: { from: 10, to: 20 } }, [1, 0]],
      ['creation, without the upper end', { created: { from: 100, to: 200 } }, [0]],
      ['update, without the upper end', { lastUpdated: { to: 3000 } }, [1, 0]],
      ['what a user owns', { visibleTo: 'otto' }, [2]],
      ['no types at all', { types: [] }, []],
    ]
    for (const [name, filter, expected] of filters) {
      test(`are listed by ${name}`, async () => {
        await using store = await open(() => {})
        const [first, second] = await storeObjects(store, {}, { owner: 'otto' })
        assert.ok(first && second)
        const at = (number: number) => ({
          time: number * 10,
          creationTime: number * 100,
          lastUpdated: number * 1000,
        })
        const stored = await change(store, async (repository) => [
          await repository.insertAlarm(anAlarm(first, { ...at(1), type: 'hot' })),
          await repository.insertAlarm(
            anAlarm(first, { ...at(2), type: 'wet', status: 'CLEARED', severity: 'MINOR' }),
          ),
          await repository.insertAlarm(anAlarm(second, { ...at(3), type: 'dry', status: 'odd' })),
        ])
        const reader = store.reader(firstTenant)
        const wanted = expected.map((index) => stored[index]?.id)
        assert.deepEqual(idsOf(await reader.listAlarms(filter, all)), wanted)
        assert.equal(await reader.countAlarms(filter), wanted.length)
      })
    }
  })
}
