import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TenantEvent, Unit } from '@pileus/domain'
import {
  all,
  aManagedObject,
  aMeasurement,
  change,
  firstTenant,
  idsOf,
  now,
  type OpenStore,
  secondTenant,
  storeObject,
} from './store-samples.ts'

/** What every store promises about units of work. */
export function storeUnitsContract(open: OpenStore): void {
  describe('units of work', () => {
    test('give the result of the work, whether it comes at once or later', async () => {
      await using store = await open(() => {})
      assert.equal(await store.run(firstTenant, now, () => 'at once'), 'at once')
      assert.equal(await store.run(firstTenant, now, async () => 'later'), 'later')
    })

    test('know their tenant and their time', async () => {
      await using store = await open(() => {})
      const seen = await store.run(secondTenant, 42, (unit) => [unit.tenantId, unit.now])
      assert.deepEqual(seen, [secondTenant, 42])
    })

    test('see their own changes, which nobody else sees before the commit', async () => {
      await using store = await open(() => {})
      const id = await change(store, async (repository) => {
        const inserted = await repository.insertManagedObject(aManagedObject({ name: 'Pump' }))
        assert.deepEqual(await repository.findManagedObject(inserted.id), inserted)
        assert.equal(await store.reader(firstTenant).findManagedObject(inserted.id), undefined)
        return inserted.id
      })
      assert.equal((await store.reader(firstTenant).findManagedObject(id))?.name, 'Pump')
    })

    test('are seen by lists as soon as they are acknowledged', async () => {
      await using store = await open(() => {})
      const reader = store.reader(firstTenant)
      for (let count = 1; count <= 5; count++) {
        const id = await storeObject(store)
        assert.equal((await reader.listManagedObjects({}, all)).at(-1)?.id, id)
        assert.equal(await reader.countManagedObjects({}), count)
      }
    })

    test('are carried out in the order in which they are handed in', async () => {
      await using store = await open(() => {})
      const ran: number[] = []
      const settled: number[] = []
      const numbers = Array.from({ length: 50 }, (_, number) => number)
      await Promise.all(
        numbers.map(async (number) => {
          const tenant = number % 2 === 0 ? firstTenant : secondTenant
          const wait = number % 3 === 0 ? async () => {} : () => {}
          await store.run(tenant, now, () => {
            ran.push(number)
            return wait()
          })
          settled.push(number)
        }),
      )
      assert.deepEqual(ran, numbers)
      assert.deepEqual(settled, numbers)
    })

    test('reject alone when their work throws, and leave nothing behind', async () => {
      await using store = await open(() => {})
      const sourceId = await storeObject(store)
      const poison = new Set([0, 7, 8, 29])
      const outcomes = await Promise.allSettled(
        Array.from({ length: 30 }, (_, time) =>
          change(store, async (repository) => {
            await repository.insertMeasurement(aMeasurement(sourceId, { time }))
            if (poison.has(time)) throw new RangeError(`poison ${time}`)
            return time
          }),
        ),
      )
      for (const [time, outcome] of outcomes.entries()) {
        if (!poison.has(time)) assert.deepEqual(outcome, { status: 'fulfilled', value: time })
        else {
          assert.equal(outcome.status, 'rejected')
          assert.equal(
            outcome.status === 'rejected' && String(outcome.reason),
            `RangeError: poison ${time}`,
          )
        }
      }
      const stored = await store.reader(firstTenant).listMeasurements({}, all)
      const healthy = Array.from({ length: 30 }, (_, time) => time).filter(
        (time) => !poison.has(time),
      )
      assert.deepEqual(
        stored.map(({ time }) => time),
        healthy,
      )
      assert.deepEqual(idsOf(stored), idsOf(stored).toSorted())
    })

    test('undo what they did to what was there', async () => {
      await using store = await open(() => {})
      const externalId = { type: 'c8y_Serial', value: 'pump7' }
      const [id, childId] = [await storeObject(store, { name: 'before' }), await storeObject(store)]
      await change(store, (repository) => repository.insertExternalId(externalId, id))
      const failing = change(store, async (repository) => {
        const present = await repository.findManagedObject(id)
        assert.ok(present)
        await repository.saveManagedObject({ ...present, name: 'after' })
        await repository.insertChild(id, 'childDevices', childId)
        await repository.deleteExternalId(externalId)
        await repository.deleteManagedObject(id)
        assert.equal(await repository.findManagedObject(id), undefined)
        throw new RangeError('undo')
      })
      await assert.rejects(failing, RangeError)
      await change(store, async (repository) => {
        assert.equal((await repository.findManagedObject(id))?.name, 'before')
        assert.equal(await repository.findByExternalId(externalId), id)
        assert.deepEqual(await repository.listChildren(id, 'childDevices'), [])
      })
    })

    test('may change the data of another tenant, all or nothing', async () => {
      await using store = await open(() => {})
      const both = (fails: boolean) =>
        store.run(firstTenant, now, async (unit) => {
          await unit.repository.insertManagedObject(aManagedObject({ name: 'here' }))
          await unit.tenant(secondTenant).insertManagedObject(aManagedObject({ name: 'there' }))
          if (fails) throw new RangeError('neither')
        })
      await assert.rejects(both(true), RangeError)
      assert.equal(await store.reader(secondTenant).countManagedObjects({}), 0)
      await both(false)
      const names = async (tenant: typeof firstTenant) =>
        (await store.reader(tenant).listManagedObjects({}, all)).map(({ name }) => name)
      assert.deepEqual(await names(firstTenant), ['here'])
      assert.deepEqual(await names(secondTenant), ['there'])
    })

    test('keep tenants apart, even where ids are known', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store, { fragments: { c8y_Global: {} } })
      const { id: measurementId } = await change(store, (repository) =>
        repository.insertMeasurement(aMeasurement(id)),
      )
      const reader = store.reader(secondTenant)
      assert.equal(await reader.findManagedObject(id), undefined)
      assert.equal(await reader.findMeasurement(measurementId), undefined)
      assert.deepEqual(await reader.listMeasurements({ sourceId: id }, all), [])
      assert.deepEqual(await reader.listManagedObjects({ ids: [id] }, all), [])
      await store.run(secondTenant, now, async ({ repository }) => {
        assert.equal(await repository.findManagedObject(id), undefined)
        assert.equal(await repository.deleteMeasurement(measurementId), false)
        await repository.deleteManagedObject(id)
      })
      assert.ok(await store.reader(firstTenant).findManagedObject(id))
      assert.ok(await store.reader(firstTenant).findMeasurement(measurementId))
    })

    test('hand in more units while they are settled', async () => {
      await using store = await open(() => {})
      const first = storeObject(store)
      const second = first.then(() => storeObject(store))
      assert.ok(Number(await first) < Number(await second))
    })

    test('are finished before the store is closed, and refused afterwards', async () => {
      const store = await open(() => {})
      const last = store.run(firstTenant, now, () => 'last')
      const closed = store[Symbol.asyncDispose]()
      assert.equal(await last, 'last')
      await closed
      await assert.rejects(store.run(firstTenant, now, () => 'late'))
    })
  })

  describe('what units announce', () => {
    test('is told after the commit, in order, with its tenant', async () => {
      const told: TenantEvent[] = []
      await using store = await open((events) => told.push(...events))
      const first = await storeObject(store)
      assert.deepEqual(told, [])
      const heartbeat = { kind: 'heartbeat', managedObjectId: first } as const
      const { promise, resolve } = Promise.withResolvers<number>()
      const units = [1, 2, 3].map((number) =>
        store
          .run(firstTenant, now, (unit) => {
            unit.announce(heartbeat)
            if (number === 2) unit.announce(heartbeat, secondTenant)
            // What was told when the promise of this unit was served.
          })
          .then(() => number === 3 && resolve(told.length)),
      )
      await Promise.all(units)
      assert.equal(await promise, 0)
      await nextTurn()
      assert.deepEqual(
        told.map(({ tenantId }) => tenantId),
        [firstTenant, firstTenant, secondTenant, firstTenant],
      )
    })

    test('is forgotten with a unit that fails', async () => {
      const told: TenantEvent[] = []
      await using store = await open((events) => told.push(...events))
      const id = await storeObject(store)
      const announce = (fails: boolean) =>
        change(store, (_, unit) => {
          unit.announce({ kind: 'heartbeat', managedObjectId: id })
          if (fails) throw new RangeError('no')
        })
      await Promise.allSettled([announce(false), announce(true), announce(false)])
      await nextTurn()
      assert.equal(told.length, 2)
    })
  })

  describe('receipts of publishes', () => {
    test('are known once their unit is committed', async () => {
      await using store = await open(() => {})
      assert.equal(store.hasReceipt(7), false)
      await store.run(firstTenant, now, (unit) => {
        assert.equal(unit.hasReceipt(7), false)
        unit.rememberReceipt(7)
        assert.equal(store.hasReceipt(7), false)
      })
      assert.equal(store.hasReceipt(7), true)
      assert.equal(store.hasReceipt(8), false)
    })

    test('are known to the units after them in the same group', async () => {
      await using store = await open(() => {})
      const mark = Number.MAX_SAFE_INTEGER
      const ask = (unit: Unit) => {
        const isKnown = unit.hasReceipt(mark)
        unit.rememberReceipt(mark)
        return isKnown
      }
      const seen = [store.run(firstTenant, now, ask), store.run(firstTenant, now, ask)]
      assert.deepEqual(await Promise.all(seen), [false, true])
    })

    test('are forgotten with a unit that fails', async () => {
      await using store = await open(() => {})
      const outcomes = [1, 2, 3].map((mark) =>
        store.run(firstTenant, now, (unit) => {
          unit.rememberReceipt(mark)
          if (mark === 2) throw new RangeError('no')
        }),
      )
      await Promise.allSettled(outcomes)
      assert.deepEqual(
        [1, 2, 3].map((mark) => store.hasReceipt(mark)),
        [true, false, true],
      )
    })

    test('may be any number below 2^53', async () => {
      await using store = await open(() => {})
      const marks = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1]
      await store.run(firstTenant, now, (unit) =>
        marks.forEach((mark) => unit.rememberReceipt(mark)),
      )
      for (const mark of marks) assert.equal(store.hasReceipt(mark), true, String(mark))
      assert.equal(store.hasReceipt(2), false)
    })
  })

  describe('batches', () => {
    test('perform their messages in order, between the units around them', async () => {
      await using store = await open(() => {})
      const order: string[] = []
      const before = store.run(firstTenant, now, () => order.push('before'))
      const batch = store.openBatch<string>(firstTenant, now, (_, message) => {
        order.push(message)
      })
      const after = store.run(firstTenant, now, () => order.push('after'))
      assert.equal(batch.add('first'), true)
      assert.equal(batch.add('second'), true)
      await Promise.all([before, batch.committed, after])
      assert.deepEqual(order, ['before', 'first', 'second', 'after'])
      assert.equal(batch.add('late'), false)
    })

    test('wait for a message that takes its time', async () => {
      await using store = await open(() => {})
      const order: number[] = []
      const batch = store.openBatch<number>(firstTenant, now, async (_, message) => {
        await nextTurn()
        order.push(message)
      })
      for (const message of [1, 2, 3]) batch.add(message)
      await batch.committed
      assert.deepEqual(order, [1, 2, 3])
    })

    test('keep the good messages beside one that fails, and report it', async () => {
      await using store = await open(() => {})
      const batch = store.openBatch<number>(firstTenant, now, (unit, mark) => {
        unit.rememberReceipt(mark)
        if (mark === 2) throw new RangeError('poison')
      })
      for (const mark of [1, 2, 3]) batch.add(mark)
      const neighbour = store.run(firstTenant, now, (unit) => unit.rememberReceipt(4))
      await assert.rejects(batch.committed, RangeError)
      await neighbour
      // The messages behind the poisonous one are tried after it was reported.
      await store.run(firstTenant, now, () => {})
      assert.deepEqual(
        [1, 2, 3, 4].map((mark) => store.hasReceipt(mark)),
        [true, false, true, true],
      )
    })
  })
}

/** After everything that hangs on promises settled in this turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
