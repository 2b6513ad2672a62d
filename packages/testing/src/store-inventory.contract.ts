import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject, ManagedObjectFilter, Store } from '@pileus/domain'
import {
  all,
  aManagedObject,
  aMeasurement,
  anAlarm,
  anEvent,
  anOperation,
  change,
  firstTenant,
  idsOf,
  now,
  type OpenStore,
  secondTenant,
  storeObject,
  storeObjects,
} from './store-samples.ts'

/** Names that reach into languages, queries and paths, and must be plain names here. */
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  '$.a',
  'a"b',
  "a'b; DROP TABLE managed_objects",
  'a.b[0]',
  '',
  ' ',
  '\u0000',
  '温度',
  '😀',
  '%',
]

/** What every store promises about managed objects, external ids and references. */
export function storeInventoryContract(open: OpenStore): void {
  describe('managed objects', () => {
    test('are numbered from above 1000, upwards', async () => {
      await using store = await open(() => {})
      const ids = await storeObjects(store, {}, {}, {})
      for (const id of ids) assert.match(id, /^[1-9]\d{3,15}$/)
      const numbers = ids.map(Number)
      assert.ok(numbers.every((number) => number > 1000))
      assert.deepEqual(
        numbers,
        numbers.toSorted((left, right) => left - right),
      )
      assert.equal(new Set(ids).size, 3)
    })

    test('keep their numbers to themselves after deletion', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store)
      await change(store, (repository) => repository.deleteManagedObject(id))
      assert.ok(Number(await storeObject(store)) > Number(id))
    })

    test('come back as they were stored, absent members absent', async () => {
      await using store = await open(() => {})
      const fragments = { c8y_IsDevice: {}, list: [1, 'two', null, { three: [] }], nothing: null }
      const full = { type: 'pump', name: 'Pump "7" 😀', owner: 'device_pump7', fragments }
      for (const members of [full, {}]) {
        const unnumbered = aManagedObject({ ...members, creationTime: now - 1 })
        const inserted = await change(store, (repository) =>
          repository.insertManagedObject(unnumbered),
        )
        assert.deepEqual(inserted, { id: inserted.id, ...unnumbered })
        const found = await store.reader(firstTenant).findManagedObject(inserted.id)
        assert.deepEqual(found, inserted)
        const listed = await store
          .reader(firstTenant)
          .listManagedObjects({ ids: [inserted.id] }, all)
        assert.deepEqual(listed, [inserted])
      }
    })

    test('are replaced as a whole', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store, { type: 'old', name: 'old', fragments: { a: 1, b: 2 } })
      const saved = { id, ...aManagedObject({ name: 'new', fragments: { b: 3, c: 4 } }) }
      await change(store, (repository) => repository.saveManagedObject(saved))
      const reader = store.reader(firstTenant)
      assert.deepEqual(await reader.findManagedObject(id), saved)
      for (const [fragmentType, count] of [
        ['a', 0],
        ['b', 1],
        ['c', 1],
      ] as const) {
        assert.equal(await reader.countManagedObjects({ fragmentType }), count, fragmentType)
      }
    })

    test('must exist to be replaced', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store)
      const missing = { ...aManagedObject(), id: `${id}0` as typeof id }
      await assert.rejects(change(store, (repository) => repository.saveManagedObject(missing)))
    })

    test('take any name of a fragment as a name', async () => {
      await using store = await open(() => {})
      const fragments: JsonObject = JSON.parse(
        `{${oddNames.map((name) => `${JSON.stringify(name)}:{"polluted":true}`).join()}}`,
      )
      const id = await storeObject(store, { fragments })
      const reader = store.reader(firstTenant)
      const found = await reader.findManagedObject(id)
      assert.ok(found)
      assert.deepEqual(Object.entries(found.fragments), Object.entries(fragments))
      assert.equal(Object.getPrototypeOf(found.fragments), Object.prototype)
      assert.equal(({} as { polluted?: boolean }).polluted, undefined)
      for (const fragmentType of oddNames) {
        assert.deepEqual(idsOf(await reader.listManagedObjects({ fragmentType }, all)), [id])
      }
      assert.equal(await reader.countManagedObjects({ fragmentType: 'polluted' }), 0)
    })

    test('take everything with them when they are deleted', async () => {
      await using store = await open(() => {})
      const [id, other] = await storeObjects(store, { fragments: { a: 1 } }, {})
      assert.ok(id && other)
      const externalId = { type: 'c8y_Serial', value: 'pump7' }
      const stored = await change(store, async (repository) => {
        await repository.insertExternalId(externalId, id)
        await repository.insertChild(id, 'childDevices', other)
        await repository.insertChild(other, 'childAssets', id)
        return {
          measurement: await repository.insertMeasurement(aMeasurement(id)),
          kept: await repository.insertMeasurement(aMeasurement(other)),
          event: await repository.insertEvent(anEvent(id)),
          alarm: await repository.insertAlarm(anAlarm(id)),
          operation: await repository.insertOperation(anOperation(id)),
        }
      })
      await change(store, (repository) => repository.deleteManagedObject(id))
      const reader = store.reader(firstTenant)
      assert.equal(await reader.findManagedObject(id), undefined)
      assert.equal(await reader.findByExternalId(externalId), undefined)
      assert.deepEqual(await reader.listExternalIds(id), [])
      assert.deepEqual(await reader.listParents(other, 'childDevices'), [])
      assert.deepEqual(await reader.listChildren(other, 'childAssets'), [])
      assert.equal(await reader.findMeasurement(stored.measurement.id), undefined)
      assert.equal(await reader.findEvent(stored.event.id), undefined)
      assert.equal(await reader.findAlarm(stored.alarm.id), undefined)
      assert.equal(await reader.findOperation(stored.operation.id), undefined)
      assert.equal(await reader.countManagedObjects({ fragmentType: 'a' }), 0)
      assert.ok(await reader.findManagedObject(other))
      assert.ok(await reader.findMeasurement(stored.kept.id))
      await change(store, async (repository) => {
        assert.equal(await repository.findManagedObject(id), undefined)
        assert.equal(await repository.findByExternalId(externalId), undefined)
        assert.equal(await repository.insertExternalId(externalId, other), true)
      })
    })
  })

  describe('lists of managed objects', () => {
    test('are paged by id as a number', async () => {
      await using store = await open(() => {})
      const ids = await storeObjects(store, ...Array.from({ length: 25 }, () => ({})))
      const reader = store.reader(firstTenant)
      const pages = [0, 10, 20, 30].map((offset) =>
        reader.listManagedObjects({}, { offset, limit: 10 }),
      )
      assert.deepEqual(
        (await Promise.all(pages)).map((page) => page.length),
        [10, 10, 5, 0],
      )
      assert.deepEqual(idsOf((await Promise.all(pages)).flat()), ids)
      assert.equal(await reader.countManagedObjects({}), 25)
    })

    test('answer to a tenant that has stored nothing', async () => {
      await using store = await open(() => {})
      const reader = store.reader(secondTenant)
      assert.deepEqual(await reader.listManagedObjects({}, all), [])
      assert.equal(await reader.countManagedObjects({}), 0)
      const id = (
        await store.run(secondTenant, now, ({ repository }) =>
          repository.insertManagedObject(aManagedObject()),
        )
      ).id
      assert.deepEqual(idsOf(await reader.listManagedObjects({}, all)), [id])
    })

    const filters: readonly [name: string, ManagedObjectFilter, expected: readonly number[]][] = [
      ['type, exactly', { type: 'pump' }, [0, 1]],
      ['owner', { owner: 'otto' }, [1, 3]],
      ['fragment', { fragmentType: 'c8y_IsDevice' }, [0, 2]],
      ['no name of a member as a fragment', { fragmentType: 'name' }, []],
      ['all filters together', { type: 'pump', owner: 'maria' }, [0]],
      ['text as a whole', { text: 'north wall' }, [2]],
      ['text as a word, in any case', { text: 'NORTH' }, [2, 3]],
      ['text in the name', { text: 'alpha' }, [0]],
      ['no part of a word', { text: 'alph' }, []],
      ['what a user may see', { visibleTo: 'otto' }, [1, 3, 4]],
      ['a type that would end a statement', { type: "pump' OR 1=1 --" }, []],
    ]
    for (const [name, filter, expected] of filters) {
      test(`filter by ${name}`, async () => {
        await using store = await open(() => {})
        const ids = await storeObjects(
          store,
          { type: 'pump', name: 'Alpha one', fragments: { c8y_IsDevice: {} } },
          { type: 'pump', owner: 'otto' },
          { type: 'pumps', fragments: { c8y_IsDevice: null, place: { at: ['North wall'] } } },
          { owner: 'otto', fragments: { notes: 'to the north, by the gate' } },
          { fragments: { c8y_Global: {} } },
        )
        await expectObjects(
          store,
          filter,
          expected.map((index) => ids[index]),
        )
      })
    }

    test('filter by ids, in the order of ids, without those unknown', async () => {
      await using store = await open(() => {})
      const [first, second, third] = await storeObjects(store, {}, {}, {})
      assert.ok(first && second && third)
      const unknown = `${third}99` as typeof third
      await expectObjects(store, { ids: [third, unknown, first, third] }, [first, third])
      await expectObjects(store, { ids: [] }, [])
    })

    test('follow references, children in order of assignment', async () => {
      await using store = await open(() => {})
      const [parent, a, b, c] = await storeObjects(store, {}, { type: 'x' }, {}, { type: 'x' })
      assert.ok(parent && a && b && c)
      await change(store, async (repository) => {
        for (const child of [c, a, b]) await repository.insertChild(parent, 'childDevices', child)
        await repository.insertChild(parent, 'childAssets', b)
        await repository.insertChild(a, 'childDevices', b)
      })
      const childOf = { parentId: parent, kind: 'childDevices' } as const
      await expectObjects(store, { childOf }, [c, a, b])
      await expectObjects(store, { childOf, type: 'x' }, [c, a])
      await expectObjects(store, { childOf: { parentId: parent, kind: 'childAssets' } }, [b])
      await expectObjects(store, { parentOf: { childId: b, kind: 'childDevices' } }, [parent, a])
      const second = await store
        .reader(firstTenant)
        .listManagedObjects({ childOf }, { offset: 1, limit: 1 })
      assert.deepEqual(idsOf(second), [a])
    })

    test('know roots: additions do not count, nor parents that the user may not see', async () => {
      await using store = await open(() => {})
      const owner = 'otto'
      const [parent, device, asset, addition] = await storeObjects(
        store,
        { owner: 'maria' },
        { owner },
        { owner },
        { owner },
      )
      assert.ok(parent && device && asset && addition)
      await change(store, async (repository) => {
        await repository.insertChild(parent, 'childDevices', device)
        await repository.insertChild(parent, 'childAssets', asset)
        await repository.insertChild(parent, 'childAdditions', addition)
      })
      await expectObjects(store, { onlyRoots: true }, [parent, addition])
      await expectObjects(store, { onlyRoots: true, visibleTo: owner }, [device, asset, addition])
      await expectObjects(store, { onlyRoots: false }, [parent, device, asset, addition])
    })
  })

  describe('external ids', () => {
    test('are unique by type and value in a tenant', async () => {
      await using store = await open(() => {})
      const [id, other] = await storeObjects(store, {}, {})
      assert.ok(id && other)
      const externalId = { type: 'c8y_Serial', value: 'pump7' }
      await change(store, async (repository) => {
        assert.equal(await repository.insertExternalId(externalId, id), true)
        assert.equal(await repository.insertExternalId(externalId, other), false)
        assert.equal(await repository.findByExternalId(externalId), id)
        assert.equal(
          await repository.insertExternalId({ ...externalId, type: 'imei' }, other),
          true,
        )
      })
      const foreign = (
        await store.run(secondTenant, now, async ({ repository }) => {
          const object = await repository.insertManagedObject(aManagedObject())
          assert.equal(await repository.insertExternalId(externalId, object.id), true)
          return object
        })
      ).id
      assert.equal(await store.reader(firstTenant).findByExternalId(externalId), id)
      assert.equal(await store.reader(secondTenant).findByExternalId(externalId), foreign)
    })

    test('are listed in order of creation', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store)
      const externalIds = ['z', 'a', 'm'].map((value) => ({ type: 'c8y_Serial', value }))
      await change(store, async (repository) => {
        for (const externalId of externalIds) await repository.insertExternalId(externalId, id)
        assert.deepEqual(await repository.listExternalIds(id), externalIds)
      })
      assert.deepEqual(await store.reader(firstTenant).listExternalIds(id), externalIds)
    })

    test('are gone when deleted, and then free', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store)
      const externalId = { type: 'c8y_Serial', value: 'pump7' }
      await change(store, async (repository) => {
        assert.equal(await repository.deleteExternalId(externalId), false)
        await repository.insertExternalId(externalId, id)
        assert.equal(await repository.deleteExternalId(externalId), true)
        assert.equal(await repository.findByExternalId(externalId), undefined)
        assert.equal(await repository.insertExternalId(externalId, id), true)
      })
    })

    test('do not run together, whatever characters they have', async () => {
      await using store = await open(() => {})
      const [first, second] = await storeObjects(store, {}, {})
      assert.ok(first && second)
      await change(store, async (repository) => {
        await repository.insertExternalId({ type: 'a', value: 'bc' }, first)
        await repository.insertExternalId({ type: 'ab', value: 'c' }, second)
        assert.equal(await repository.findByExternalId({ type: 'a', value: 'bc' }), first)
        assert.equal(await repository.findByExternalId({ type: 'ab', value: 'c' }), second)
        assert.equal(await repository.findByExternalId({ type: 'abc', value: '' }), undefined)
      })
    })
  })

  describe('references', () => {
    test('keep the order of assignment on both sides, each kind for itself', async () => {
      await using store = await open(() => {})
      const [parent, a, b] = await storeObjects(store, {}, {}, {})
      assert.ok(parent && a && b)
      await change(store, async (repository) => {
        assert.equal(await repository.insertChild(parent, 'childDevices', b), true)
        assert.equal(await repository.insertChild(parent, 'childDevices', a), true)
        assert.equal(await repository.insertChild(parent, 'childDevices', b), false)
        assert.equal(await repository.insertChild(b, 'childDevices', a), true)
        assert.equal(await repository.insertChild(parent, 'childAdditions', a), true)
      })
      const reader = store.reader(firstTenant)
      assert.deepEqual(await reader.listChildren(parent, 'childDevices'), [b, a])
      assert.deepEqual(await reader.listChildren(parent, 'childAdditions'), [a])
      assert.deepEqual(await reader.listParents(a, 'childDevices'), [parent, b])
      assert.deepEqual(await reader.listParents(a, 'childAssets'), [])
    })

    test('have as many levels as the longest way down, whatever its relations', async () => {
      await using store = await open(() => {})
      const [root, a, b, c, alone] = await storeObjects(store, {}, {}, {}, {}, {})
      assert.ok(root && a && b && c && alone)
      await change(store, async (repository) => {
        assert.equal(await repository.countLevels(root, 20), 1)
        await repository.insertChild(root, 'childDevices', c)
        await repository.insertChild(root, 'childAssets', a)
        await repository.insertChild(a, 'childAdditions', b)
        await repository.insertChild(a, 'childDevices', b)
        await repository.insertChild(b, 'childDevices', c)
        assert.equal(await repository.countLevels(root, 20), 4)
      })
      const reader = store.reader(firstTenant)
      assert.equal(await reader.countLevels(root, 20), 4)
      assert.equal(await reader.countLevels(root, 3), 3)
      assert.equal(await reader.countLevels(b, 20), 2)
      assert.equal(await reader.countLevels(alone, 20), 1)
      assert.equal(await store.reader(secondTenant).countLevels(root, 20), 1)
    })

    test('have no more levels than were asked for where they lead back to their beginning', async () => {
      await using store = await open(() => {})
      const [a, b] = await storeObjects(store, {}, {})
      assert.ok(a && b)
      await change(store, async (repository) => {
        await repository.insertChild(a, 'childDevices', b)
        await repository.insertChild(b, 'childAssets', a)
        assert.equal(await repository.countLevels(a, 20), 20)
      })
    })

    test('can be taken away', async () => {
      await using store = await open(() => {})
      const [parent, child] = await storeObjects(store, {}, {})
      assert.ok(parent && child)
      await change(store, async (repository) => {
        await repository.insertChild(parent, 'childAssets', child)
        assert.equal(await repository.deleteChild(parent, 'childDevices', child), false)
        assert.equal(await repository.deleteChild(parent, 'childAssets', child), true)
        assert.equal(await repository.deleteChild(parent, 'childAssets', child), false)
        assert.deepEqual(await repository.listChildren(parent, 'childAssets'), [])
      })
      assert.ok(await store.reader(firstTenant).findManagedObject(child))
    })
  })
}

async function expectObjects(
  store: Store,
  filter: ManagedObjectFilter,
  expected: readonly (string | undefined)[],
): Promise<void> {
  const reader = store.reader(firstTenant)
  assert.deepEqual(idsOf(await reader.listManagedObjects(filter, all)), expected)
  assert.equal(await reader.countManagedObjects(filter), expected.length)
}
