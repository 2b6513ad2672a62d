import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeviceLikeness, ManagedObjectId, Store } from '@pileus/domain'
import {
  change,
  firstTenant,
  idsOf,
  type OpenStore,
  secondTenant,
  storeObject,
  storeObjects,
} from './store-samples.ts'

const device = { fragments: { c8y_IsDevice: {} } }

/** What every store promises to those who search for a device. */
export function storeSearchContract(open: OpenStore): void {
  describe('devices', () => {
    test('are like a text by name or type, in one way each, in any case', async () => {
      await using store = await open(() => {})
      const [hall, pump, pumpB, pumpA, none] = await storeObjects(
        store,
        { ...device, name: 'Hall of PUMPS', type: 'Pump' },
        { ...device, name: 'pump' },
        { ...device, name: 'Pump b', type: 'pump' },
        { ...device, name: 'pUMP a' },
        { ...device },
      )
      const [typed, other] = await storeObjects(
        store,
        { ...device, name: 'X', type: 'Pump_2' },
        { ...device, name: 'y', type: 'pump_1' },
      )
      assert.deepEqual(await like(store, 'namePrefix', 'PuMp'), [pump, pumpA, pumpB])
      assert.deepEqual(await like(store, 'name', 'pump'), [hall])
      assert.deepEqual(await like(store, 'typePrefix', 'pump'), [other, typed])
      assert.deepEqual(await like(store, 'namePrefix', 'pumpe'), [])
      assert.deepEqual(await like(store, 'namePrefix', 'p', { limit: 2 }), [pump, pumpA])
      assert.deepEqual(await like(store, 'namePrefix', ''), [
        none,
        hall,
        pump,
        pumpA,
        pumpB,
        typed,
        other,
      ])
    })

    test('are found in the letters of other alphabets', async () => {
      await using store = await open(() => {})
      const [street, valve] = await storeObjects(
        store,
        { ...device, name: 'ÜBER Straße' },
        { ...device, name: 'Насос 温度 😀' },
      )
      assert.deepEqual(await like(store, 'namePrefix', 'über'), [street])
      assert.deepEqual(await like(store, 'name', 'STRAßE'), [street])
      assert.deepEqual(await like(store, 'namePrefix', 'НАСОС'), [valve])
      assert.deepEqual(await like(store, 'name', '温'), [valve])
      assert.deepEqual(await like(store, 'name', '😀'), [valve])
    })

    const hostile = ['%', '_', "'", '"', '\\', '*', '?', '[a]', "' OR 1=1 --", '\u0000', '\n']
    for (const text of hostile) {
      test(`are compared with ${JSON.stringify(text)} character by character`, async () => {
        await using store = await open(() => {})
        const [begins, contains] = await storeObjects(
          store,
          { ...device, name: `${text}x` },
          { ...device, name: `x${text}`, type: text },
          { ...device, name: 'a plain name', type: 'a' },
        )
        assert.deepEqual(await like(store, 'namePrefix', text), [begins])
        assert.deepEqual(await like(store, 'name', text), [contains])
        assert.deepEqual(await like(store, 'typePrefix', text), [])
        await change(store, (repository) =>
          repository.insertExternalId({ type: text, value: text }, begins as ManagedObjectId),
        )
        const known = await store.reader(firstTenant).listByExternalIdValue(text, 10)
        assert.deepEqual(known, [{ externalId: { type: text, value: text }, id: begins }])
      })
    }

    test('are devices of the tenant as it is now, and no other objects', async () => {
      await using store = await open(() => {})
      const id = await storeObject(store, { ...device, name: 'pump' })
      await storeObject(store, { name: 'pump' })
      assert.deepEqual(await like(store, 'namePrefix', 'pump'), [id])
      assert.deepEqual(
        await store.reader(secondTenant).listDevicesLike({
          likeness: 'namePrefix',
          text: 'pump',
          limit: 10,
        }),
        [],
      )
      const save = (members: object) =>
        change(store, async (repository) => {
          const found = await repository.findManagedObject(id)
          assert.ok(found)
          await repository.saveManagedObject({ ...found, ...members })
        })
      await save({ name: 'Valve', type: 'pump' })
      assert.deepEqual(await like(store, 'namePrefix', 'pump'), [])
      assert.deepEqual(await like(store, 'namePrefix', 'valve'), [id])
      assert.deepEqual(await like(store, 'typePrefix', 'pump'), [id])
      await save({ fragments: { other: {} } })
      assert.deepEqual(await like(store, 'namePrefix', 'valve'), [])
      await save({ fragments: device.fragments })
      assert.deepEqual(await like(store, 'namePrefix', 'valve'), [id])
      await change(store, (repository) => repository.deleteManagedObject(id))
      assert.deepEqual(await like(store, 'namePrefix', 'valve'), [])
    })

    test('are those that the caller may read', async () => {
      await using store = await open(() => {})
      const [own, shared] = await storeObjects(
        store,
        { ...device, name: 'pump own', owner: 'bob' },
        { name: 'pump shared', fragments: { c8y_IsDevice: {}, c8y_Global: {} } },
        { ...device, name: 'pump of maria' },
      )
      assert.deepEqual(await like(store, 'namePrefix', 'pump', { visibleTo: 'bob' }), [own, shared])
      assert.deepEqual(await like(store, 'name', 'ump', { visibleTo: 'eve' }), [shared])
    })
  })

  test('a value of an external id is looked up under every type', async () => {
    await using store = await open(() => {})
    const [first = '' as ManagedObjectId, second = first] = await storeObjects(store, {}, {})
    await change(store, async (repository) => {
      await repository.insertExternalId({ type: 'z', value: '7' }, second)
      await repository.insertExternalId({ type: 'a', value: '7' }, first)
      await repository.insertExternalId({ type: 'b', value: '77' }, first)
    })
    const reader = store.reader(firstTenant)
    assert.deepEqual(await reader.listByExternalIdValue('7', 10), [
      { externalId: { type: 'z', value: '7' }, id: second },
      { externalId: { type: 'a', value: '7' }, id: first },
    ])
    assert.equal((await reader.listByExternalIdValue('7', 1)).length, 1)
    assert.deepEqual(await reader.listByExternalIdValue('', 10), [])
    assert.deepEqual(await store.reader(secondTenant).listByExternalIdValue('7', 10), [])
  })
}

async function like(
  store: Store,
  likeness: DeviceLikeness,
  text: string,
  { limit = 10, visibleTo }: { readonly limit?: number; readonly visibleTo?: string } = {},
): Promise<readonly ManagedObjectId[]> {
  const found = await store.reader(firstTenant).listDevicesLike({
    likeness,
    text,
    limit,
    ...(visibleTo === undefined ? {} : { visibleTo }),
  })
  return idsOf(found)
}
