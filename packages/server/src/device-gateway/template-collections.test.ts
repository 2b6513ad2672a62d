import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  JsonObject,
  JsonValue,
  ManagedObjectId,
  Store,
  TenantId,
  TenantReader,
  Unit,
} from '@pileus/domain'
import {
  addExternalId,
  createManagedObject,
  deleteManagedObject,
  removeExternalId,
  templatesFragment,
  updateManagedObject,
  xIdType,
} from '@pileus/domain'
import { collectionFragment } from '@pileus/smartrest'
import { firstTenant } from '@pileus/testing'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import { settled } from './gateway.fixture.ts'
import type { FoundCollection } from './template-collections.ts'
import { TemplateCollections } from './template-collections.ts'

/** A collection that can be told by the message id of its only template. */
const definition = (messageId: string): JsonObject => ({
  requestTemplates: [],
  responseTemplates: [{ msgId: messageId, pattern: ['$.id'] }],
})

/** Collections over the store in memory, which counts what is asked of it. */
function openLibrary({ isTold = true } = {}) {
  const reads = { objects: 0, lists: 0 }
  let gate: PromiseWithResolvers<void> | undefined
  const store = openMemoryStore({
    onCommitted: (events) => {
      if (isTold) for (const event of events) collections.onCommitted(event)
    },
  })
  const reader = (tenantId: TenantId): TenantReader => {
    const committed = store.reader(tenantId)
    return Object.create(committed, {
      findManagedObject: {
        value: async (id: ManagedObjectId) => {
          reads.objects++
          const managedObject = await committed.findManagedObject(id)
          await gate?.promise
          return managedObject
        },
      },
      listManagedObjects: {
        value: async (...query: Parameters<TenantReader['listManagedObjects']>) => {
          reads.lists++
          const managedObjects = await committed.listManagedObjects(...query)
          await gate?.promise
          return managedObjects
        },
      },
    })
  }
  const counting: Store = Object.create(store, { reader: { value: reader } })
  const collections = new TemplateCollections(counting)
  const run = async <T>(work: (unit: Unit) => Promise<T>): Promise<T> => {
    const result = await store.run(firstTenant, 0, work)
    await settled()
    return result
  }
  return {
    collections,
    reads,
    run,
    create: (xId: string, messageId: string) =>
      run((unit) => create(unit, xId, definition(messageId))),
    change: (id: ManagedObjectId, templates: JsonValue) =>
      run((unit) => updateManagedObject(unit, id, { set: { [templatesFragment]: templates } })),
    async find(xId: string): Promise<string | undefined> {
      return messageIdOf(await collections.find(firstTenant, xId))
    },
    async list(): Promise<readonly string[]> {
      return (await collections.list(firstTenant)).map(({ xId }) => xId)
    },
    hold(): void {
      gate = Promise.withResolvers()
    },
    release(): void {
      gate?.resolve()
      gate = undefined
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

function messageIdOf(found: FoundCollection | undefined): string | undefined {
  return found?.collection.responseTemplates[0]?.messageId
}

async function create(unit: Unit, xId: string, templates: JsonValue): Promise<ManagedObjectId> {
  const fragments = { [templatesFragment]: templates }
  const { id } = await createManagedObject(unit, { owner: 'maria', fragments })
  await addExternalId(unit, id, { type: xIdType, value: xId })
  return id
}

const remove = (unit: Unit, id: ManagedObjectId) =>
  deleteManagedObject(unit, id, { cascade: false, forceCascade: false, withDeviceUser: false })

describe('a collection', () => {
  test('is found by its X-ID, and read once', async () => {
    await using library = openLibrary()
    const id = await library.create('meters', 'one')
    const found = await library.collections.find(firstTenant, 'meters')
    assert.equal(found?.managedObjectId, id)
    assert.equal(messageIdOf(found), 'one')
    assert.equal(library.collections.find(firstTenant, 'meters'), found)
    assert.equal(library.reads.objects, 1)
  })

  test('is read once for all who ask at the same time', async () => {
    await using library = openLibrary()
    await library.create('meters', 'one')
    const found = await Promise.all([1, 2, 3].map(() => library.find('meters')))
    assert.deepEqual(found, ['one', 'one', 'one'])
    assert.equal(library.reads.objects, 1)
  })

  test('that does not exist is not looked for again, until it comes', async () => {
    await using library = openLibrary()
    assert.equal(await library.find('meters'), undefined)
    assert.equal(library.collections.find(firstTenant, 'meters'), undefined)
    await library.create('meters', 'one')
    assert.equal(await library.find('meters'), 'one')
  })

  test('of another tenant is not found', async () => {
    await using library = openLibrary()
    await library.create('meters', 'one')
    assert.equal(await library.collections.find('t2' as TenantId, 'meters'), undefined)
    assert.deepEqual(await library.collections.list('t2' as TenantId), [])
  })

  test('that changes is the new one at once', async () => {
    await using library = openLibrary()
    const id = await library.create('meters', 'one')
    assert.equal(await library.find('meters'), 'one')
    await library.change(id, definition('two'))
    assert.equal(await library.find('meters'), 'two')
    await library.run((unit) => updateManagedObject(unit, id, { unset: [templatesFragment] }))
    assert.equal(await library.find('meters'), undefined)
    await library.change(id, definition('three'))
    assert.equal(await library.find('meters'), 'three')
  })

  test('stays what it is when something else about its object changes', async () => {
    await using library = openLibrary()
    const id = await library.create('meters', 'one')
    await library.find('meters')
    await library.run((unit) => updateManagedObject(unit, id, { set: { name: 'Meters' } }))
    assert.equal(await library.find('meters'), 'one')
    assert.equal(library.reads.objects, 1)
  })

  test('that cannot be understood is none, and is not read again', async () => {
    await using library = openLibrary()
    const id = await library.run((unit) => create(unit, 'meters', { requestTemplates: 7 }))
    assert.equal(await library.find('meters'), undefined)
    assert.equal(await library.find('meters'), undefined)
    assert.equal(library.reads.objects, 1)
    await library.change(id, definition('one'))
    assert.equal(await library.find('meters'), 'one')
  })

  test('is gone with its object, and with its X-ID', async () => {
    await using library = openLibrary()
    const first = await library.create('meters', 'one')
    const second = await library.create('pumps', 'two')
    assert.deepEqual(await library.list(), ['meters', 'pumps'])
    assert.equal(await library.find('meters'), 'one')
    await library.run((unit) => remove(unit, first))
    assert.equal(await library.find('meters'), undefined)
    assert.deepEqual(await library.list(), ['pumps'])
    const externalId = { type: xIdType, value: 'pumps' }
    await library.run((unit) => removeExternalId(unit, externalId))
    assert.equal(await library.find('pumps'), undefined)
    assert.deepEqual(await library.list(), [])
    await library.run((unit) => addExternalId(unit, second, { ...externalId, value: 'meters' }))
    assert.equal(await library.find('meters'), 'two')
  })

  test('that changes while it is read is read again', async () => {
    await using library = openLibrary()
    const id = await library.create('meters', 'one')
    library.hold()
    const before = library.find('meters')
    await settled()
    await library.change(id, definition('two'))
    const after = library.find('meters')
    library.release()
    assert.deepEqual([await before, await after], ['one', 'two'])
    assert.equal(await library.find('meters'), 'two')
  })

  test('that is deleted while it is read is not remembered', async () => {
    await using library = openLibrary()
    const id = await library.create('meters', 'one')
    library.hold()
    const listed = library.list()
    const found = library.find('meters')
    await settled()
    await library.run((unit) => remove(unit, id))
    library.release()
    await Promise.all([listed, found])
    assert.equal(await library.find('meters'), undefined)
    assert.deepEqual(await library.list(), [])
  })
})

describe('the list of collections', () => {
  test('is read once, until one comes or goes', async () => {
    await using library = openLibrary()
    assert.deepEqual(await library.list(), [])
    const id = await library.create('meters', 'one')
    assert.deepEqual(await library.list(), ['meters'])
    assert.deepEqual(await library.list(), ['meters'])
    assert.equal(library.reads.lists, 2)
    await library.run(async (unit) => {
      const { id: other } = await createManagedObject(unit, { owner: 'maria', fragments: {} })
      await remove(unit, other)
    })
    assert.deepEqual(await library.list(), ['meters'])
    assert.equal(library.reads.lists, 2)
    await library.run((unit) => remove(unit, id))
    assert.deepEqual(await library.list(), [])
  })

  test('leaves out what no topic can name', async () => {
    await using library = openLibrary()
    for (const xId of ['a/b', 'a+', '#', 'plain']) await library.create(xId, 'one')
    assert.deepEqual(await library.list(), ['plain'])
  })
})

describe('in a unit', () => {
  test('what an earlier row has created or changed counts, committed or not', async () => {
    await using library = openLibrary({ isTold: false })
    const { collections } = library
    assert.equal(await library.find('meters'), undefined)
    await library.run(async (unit) => {
      assert.equal(await collections.findIn(unit, 'meters'), undefined)
      const id = await create(unit, 'meters', definition('one'))
      const found = await collections.findIn(unit, 'meters')
      assert.equal(found?.managedObjectId, id)
      assert.equal(messageIdOf(found), 'one')
      const change = (templates: JsonValue) =>
        updateManagedObject(unit, id, { set: { [templatesFragment]: templates } })
      await change(definition('two'))
      const changed = await collections.findIn(unit, 'meters')
      assert.equal(messageIdOf(changed), 'two')
      const again = await collections.findIn(unit, 'meters')
      assert.equal(again?.collection, changed?.collection, 'parsed once')
      await change({ requestTemplates: 7 })
      assert.equal(await collections.findIn(unit, 'meters'), undefined)
      await change(7)
      assert.equal(await collections.findIn(unit, 'meters'), undefined)
    })
  })
})

test('after a reading that failed the next one is tried', async () => {
  let attempts = 0
  const reader = (): TenantReader => {
    attempts++
    throw new Error('the disk is gone')
  }
  await using store = openMemoryStore({})
  const failing = new TemplateCollections({ ...store, reader })
  for (const expected of [1, 2]) {
    await assert.rejects(async () => failing.find(firstTenant, 'meters'), /the disk is gone/)
    assert.equal(attempts, expected)
  }
})

test('language and inventory agree on the name of the fragment', () => {
  assert.equal(templatesFragment, collectionFragment)
})
