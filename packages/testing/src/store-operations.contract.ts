import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OperationFilter, OperationStatus, Store } from '@pileus/domain'
import { agentFragment } from '@pileus/domain'
import {
  all,
  anOperation,
  change,
  firstTenant,
  idsOf,
  type OpenStore,
  storeObject,
  storeObjects,
} from './store-samples.ts'

/** What every store promises about operations. */
export function storeOperationsContract(open: OpenStore): void {
  describe('operations', () => {
    test('count in a sequence of their own, as numbers of 32 bits', async () => {
      await using store = await open(() => {})
      const [deviceId] = await storeObjects(store, {}, {}, {})
      assert.ok(deviceId)
      const first = await storeOperation(store, anOperation(deviceId))
      assert.equal(Number(first.id), 1001)
      assert.equal(Number((await storeOperation(store, anOperation(deviceId))).id), 1002)
    })

    test('come back as they were stored and are replaced', async () => {
      await using store = await open(() => {})
      const deviceId = await storeObject(store)
      const unnumbered = anOperation(deviceId, { fragments: { c8y_Command: { text: 'ls' } } })
      const inserted = await storeOperation(store, unnumbered)
      assert.deepEqual(inserted, { id: inserted.id, ...unnumbered })
      const reader = store.reader(firstTenant)
      assert.deepEqual(await reader.findOperation(inserted.id), inserted)
      const saved = {
        ...inserted,
        status: 'FAILED',
        failureReason: 'no "such" command',
        delivery: { status: 'SEND', time: 5, log: [{ status: 'SEND', time: 5 }] },
      } as const
      await change(store, (repository) => repository.saveOperation(saved))
      assert.deepEqual(await reader.findOperation(inserted.id), saved)
      const missing = { ...saved, id: `${saved.id}0` as typeof saved.id }
      await assert.rejects(change(store, (repository) => repository.saveOperation(missing)))
    })

    test('of a device come oldest first: by creation, then by id as a number', async () => {
      await using store = await open(() => {})
      const [deviceId, other] = await storeObjects(store, {}, {})
      assert.ok(deviceId && other)
      const late = await storeOperation(store, anOperation(deviceId, { creationTime: 20 }))
      const early = await storeOperation(store, anOperation(deviceId, { creationTime: 10 }))
      const twin = await storeOperation(store, anOperation(deviceId, { creationTime: 20 }))
      await storeOperation(store, anOperation(deviceId, { status: 'EXECUTING' }))
      await storeOperation(store, anOperation(other))
      await change(store, async (repository) => {
        const query = { deviceId, status: 'PENDING', limit: 10 } as const
        assert.deepEqual(await repository.listOperationsOfDevice(query), [early, late, twin])
        const first = await repository.listOperationsOfDevice({ ...query, limit: 2 })
        assert.deepEqual(first, [early, late])
      })
    })

    test('are found by any member, standard ones included', async () => {
      await using store = await open(() => {})
      const deviceId = await storeObject(store)
      const plain = await storeOperation(store, anOperation(deviceId))
      const odd = await storeOperation(
        store,
        anOperation(deviceId, { failureReason: 'x', fragments: { 'a"b': null } }),
      )
      const expected: readonly [fragment: string, ids: readonly string[]][] = [
        ['c8y_Restart', [plain.id]],
        ['a"b', [odd.id]],
        ['failureReason', [odd.id]],
        ['deviceId', [plain.id, odd.id]],
        ['id', [plain.id, odd.id]],
        ['status', [plain.id, odd.id]],
        ['toString', []],
        ['c8y', []],
      ]
      await change(store, async (repository) => {
        for (const [fragment, ids] of expected) {
          const query = { deviceId, status: 'PENDING', fragment, limit: 10 } as const
          assert.deepEqual(idsOf(await repository.listOperationsOfDevice(query)), ids, fragment)
        }
      })
    })

    test('below a device are those of devices and services, not of other agents', async () => {
      await using store = await open(() => {})
      const agent = { fragments: { [agentFragment]: {} } }
      const tree = await storeObjects(store, agent, {}, {}, {}, agent, {}, {})
      const [root, child, service, grandchild, otherAgent, below, member] = tree
      assert.ok(root && child && service && grandchild && otherAgent && below && member)
      await change(store, async (repository) => {
        await repository.insertChild(root, 'childDevices', child)
        await repository.insertChild(root, 'childAdditions', service)
        await repository.insertChild(child, 'childDevices', grandchild)
        await repository.insertChild(root, 'childDevices', otherAgent)
        await repository.insertChild(otherAgent, 'childDevices', below)
        await repository.insertChild(root, 'childAssets', member)
        // A circle must not keep the search going.
        await repository.insertChild(grandchild, 'childDevices', root)
      })
      const stored: Record<string, string> = {}
      for (const [index, deviceId] of tree.entries()) {
        const creationTime = 100 - index
        stored[deviceId] = (await storeOperation(store, anOperation(deviceId, { creationTime }))).id
      }
      await storeOperation(store, anOperation(child, { status: 'EXECUTING' }))
      const expected = [grandchild, service, child, root].map((deviceId) => stored[deviceId])
      await change(store, async (repository) => {
        const query = { rootId: root, limit: 10 }
        const found = await repository.listPendingOperationsBelow(query)
        assert.deepEqual(idsOf(found), expected)
        const [first, second] = found
        assert.ok(first && second)
        const rest = await repository.listPendingOperationsBelow({
          ...query,
          after: first,
          limit: 2,
        })
        assert.deepEqual(idsOf(rest), expected.slice(1, 3))
        const ofChild = await repository.listPendingOperationsBelow({
          ...query,
          rootId: otherAgent,
        })
        assert.deepEqual(idsOf(ofChild), [stored[below], stored[otherAgent]])
      })
    })

    test('are paged strictly after the last one, also among equal times', async () => {
      await using store = await open(() => {})
      const rootId = await storeObject(store)
      const ids: string[] = []
      for (let index = 0; index < 7; index++) {
        ids.push((await storeOperation(store, anOperation(rootId))).id)
      }
      const reader = store.reader(firstTenant)
      const seen: string[] = []
      let page = await reader.listPendingOperationsBelow({ rootId, limit: 3 })
      while (page.length > 0) {
        seen.push(...idsOf(page))
        const after = page.at(-1)
        assert.ok(after)
        page = await reader.listPendingOperationsBelow({ rootId, after, limit: 3 })
      }
      assert.deepEqual(seen, ids)
    })

    const statuses: readonly OperationStatus[] = ['PENDING', 'FAILED']
    const filters: readonly [name: string, OperationFilter, expected: readonly number[]][] = [
      ['nothing: by creation', {}, [0, 1, 2, 3]],
      ['nothing, reverted', { revert: true }, [3, 2, 1, 0]],
      ['statuses', { statuses }, [0, 2, 3]],
      ['fragment', { fragmentType: 'c8y_Command' }, [1]],
      ['times of creation, both ends included', { creationTime: { from: 20, to: 30 } }, [1, 2]],
      ['what a user owns', { visibleTo: 'otto' }, [1]],
    ]
    for (const [name, filter, expected] of filters) {
      test(`are listed by ${name}`, async () => {
        await using store = await open(() => {})
        await expectOperations(store, () => filter, expected)
      })
    }

    test('are listed by device and by agent with everything below it', async () => {
      await using store = await open(() => {})
      await expectOperations(store, ([, child]) => ({ deviceId: child }), [1])
      await expectOperations(store, ([agent]) => ({ agentId: agent }), [0, 1, 2])
      await expectOperations(store, ([agent, child]) => ({ agentId: agent, deviceId: child }), [1])
      await expectOperations(store, ([, child]) => ({ agentId: child }), [1])
    })
  })
}

type Filter = (devices: readonly ManagedObjectIds[]) => object
type ManagedObjectIds = Awaited<ReturnType<typeof storeObject>>

async function expectOperations(
  store: Store,
  filterFor: Filter,
  expected: readonly number[],
): Promise<void> {
  const devices = await storeObjects(store, {}, { owner: 'otto' }, {}, {})
  const [agent, child, service, stranger] = devices
  assert.ok(agent && child && service && stranger)
  await change(store, async (repository) => {
    await repository.insertChild(agent, 'childDevices', child)
    await repository.insertChild(agent, 'childAdditions', service)
  })
  const stored = [
    await storeOperation(store, anOperation(agent, { creationTime: 10 })),
    await storeOperation(
      store,
      anOperation(child, {
        creationTime: 20,
        status: 'EXECUTING',
        fragments: { c8y_Command: {} },
      }),
    ),
    await storeOperation(store, anOperation(service, { creationTime: 30, status: 'FAILED' })),
    await storeOperation(store, anOperation(stranger, { creationTime: 40 })),
  ]
  const reader = store.reader(firstTenant)
  const filter: OperationFilter = filterFor(devices)
  const wanted = expected.map((index) => stored[index]?.id)
  assert.deepEqual(idsOf(await reader.listOperations(filter, all)), wanted)
  assert.equal(await reader.countOperations(filter), wanted.length)
}

function storeOperation(store: Store, operation: ReturnType<typeof anOperation>) {
  return change(store, (repository) => repository.insertOperation(operation))
}
