import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type {
  JsonObject,
  ManagedObjectId,
  MeasurementId,
  Page,
  Store,
  TenantId,
  TenantReader,
  TenantRepository,
} from '@pileus/domain'
import { agentFragment, childKinds } from '@pileus/domain'
import {
  aManagedObject,
  aMeasurement,
  anAlarm,
  anEvent,
  anOperation,
  tenantId,
} from '@pileus/testing'
import fc from 'fast-check'
import { openMemoryStore } from './memory/open-memory-store.ts'
import { openSqliteStore } from './sqlite/open-sqlite-store.ts'

// Small sets of values, so that things meet: the same type, owner, time or name again and again.
const anyName = fc.constantFrom('a', 'b', '__proto__', 'c8y_Global', agentFragment, '$."x"')
const anyKind = fc.constantFrom(...childKinds)
const anyTime = fc.integer({ min: -2, max: 6 })
const anyIndex = fc.nat(6)
const anyFragments: fc.Arbitrary<JsonObject> = fc
  .array(
    fc.tuple(
      anyName,
      fc.constantFrom(null, 'a word', { a: { value: 1 } }, { a: { value: '1' } }, ['b']),
    ),
    { maxLength: 3 },
  )
  .map((members) => Object.fromEntries(members))

/** One thing that a unit does; `at` and `other` choose among the objects of earlier rounds. */
const anyCommand = fc.record({
  kind: fc.constantFrom(
    'insertManagedObject',
    'saveManagedObject',
    'deleteManagedObject',
    'insertExternalId',
    'deleteExternalId',
    // Some more often than others: their order and their number decide what a list gives.
    'insertChild',
    'insertChild',
    'insertChild',
    'deleteChild',
    'insertMeasurement',
    'insertMeasurement',
    'insertMeasurement',
    'deleteMeasurement',
    'insertEvent',
    'insertAlarm',
    'clearAlarms',
    'insertOperation',
    'startOperation',
    'fail',
  ),
  at: anyIndex,
  other: anyIndex,
  name: anyName,
  childKind: anyKind,
  time: anyTime,
  fragments: anyFragments,
})
type Command = typeof anyCommand extends fc.Arbitrary<infer T> ? T : never

/** Units of one round are handed in together, so they share a commit group. */
const anyUnit = fc.array(anyCommand, { minLength: 1, maxLength: 4 })
const anyRounds = fc.array(fc.array(anyUnit, { minLength: 1, maxLength: 5 }), { maxLength: 6 })

const anyQuery = fc.record({
  at: anyIndex,
  name: fc.option(anyName, { nil: undefined }),
  childKind: anyKind,
  range: fc.record({ from: anyTime, to: anyTime }, { requiredKeys: [] }),
  revert: fc.boolean(),
  page: fc.record({ offset: fc.nat(3), limit: fc.integer({ min: 1, max: 20 }) }),
})
type Query = typeof anyQuery extends fc.Arbitrary<infer T> ? T : never

/** What a store has told about its objects so far: the next rounds refer to it. */
interface Known {
  readonly objects: ManagedObjectId[]
  readonly measurements: MeasurementId[]
}

test('memory and SQLite give the same answers to everything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pileus-laws-'))
  try {
    await using memory = openMemoryStore()
    await using sqlite = await openSqliteStore({
      dataFolder: folder,
      measurementIndexLimits: { unindexedMin: 3, unindexedMax: 10 },
    })
    let runs = 0
    await fc.assert(
      fc.asyncProperty(anyRounds, fc.array(anyQuery, { maxLength: 4 }), async (rounds, queries) => {
        // Each run has a tenant of its own, which spares it two stores of its own.
        const tenant = tenantId(`t${++runs}`)
        const [expected, found] = [
          await answersOf(memory, tenant, rounds, queries),
          await answersOf(sqlite, tenant, rounds, queries),
        ]
        assert.deepEqual(found, expected)
      }),
      { numRuns: 100 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function answersOf(
  store: Store,
  tenant: TenantId,
  rounds: readonly (readonly (readonly Command[])[])[],
  queries: readonly Query[],
): Promise<readonly unknown[]> {
  const known: Known = { objects: [], measurements: [] }
  // Without a few objects to begin with, most commands would find nothing to act on.
  const beginning = await store.run(tenant, 0, async ({ repository }) => [
    await repository.insertManagedObject(aManagedObject({ owner: 'otto', type: 'a' })),
    await repository.insertManagedObject(aManagedObject({ fragments: { [agentFragment]: {} } })),
    await repository.insertManagedObject(aManagedObject({ name: 'a word' })),
  ])
  learn(known, beginning)
  const answers: unknown[] = [beginning]
  for (const units of rounds) {
    const outcomes = await Promise.allSettled(
      units.map((commands, now) =>
        store.run(tenant, now, async ({ repository }) => {
          const results = []
          for (const command of commands) results.push(await perform(repository, known, command))
          return results
        }),
      ),
    )
    for (const outcome of outcomes) {
      answers.push(outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason))
      if (outcome.status === 'fulfilled') learn(known, outcome.value)
    }
  }
  const reader = store.reader(tenant)
  for (const query of queries) answers.push(await ask(reader, known, query))
  return answers
}

function learn(known: Known, results: readonly unknown[]): void {
  for (const result of results) {
    if (typeof result !== 'object' || result === null || !('id' in result)) continue
    if ('owner' in result) known.objects.push(result.id as ManagedObjectId)
    else if (!('text' in result) && 'time' in result) {
      known.measurements.push(result.id as MeasurementId)
    }
  }
}

async function perform(
  repository: TenantRepository,
  known: Known,
  command: Command,
): Promise<unknown> {
  const { kind, name, time, fragments, childKind } = command
  if (kind === 'fail') throw new RangeError('poison')
  const owner = time > 2 ? 'maria' : 'otto'
  const times = { time, creationTime: time, lastUpdated: time }
  if (kind === 'insertManagedObject') {
    return repository.insertManagedObject(aManagedObject({ type: name, owner, fragments }))
  }
  if (kind === 'deleteMeasurement') {
    const id = known.measurements[command.at]
    return id && (await repository.deleteMeasurement(id))
  }
  // What the domain makes sure of before it asks: objects exist.
  const id = objectAt(known, command.at)
  const present = id && (await repository.findManagedObject(id))
  if (id === undefined || present === undefined) return present
  switch (kind) {
    case 'saveManagedObject':
      await repository.saveManagedObject({ id, ...aManagedObject({ name, owner, fragments }) })
      return repository.findManagedObject(id)
    case 'deleteManagedObject':
      return repository.deleteManagedObject(id)
    case 'insertExternalId':
      return repository.insertExternalId({ type: name, value: String(time) }, id)
    case 'deleteExternalId':
      return repository.deleteExternalId({ type: name, value: String(time) })
    case 'insertChild':
    case 'deleteChild': {
      const childId = objectAt(known, command.other)
      if (childId === undefined || !(await repository.findManagedObject(childId))) return undefined
      return repository[kind](id, childKind, childId)
    }
    case 'insertMeasurement':
      return repository.insertMeasurement(aMeasurement(id, { type: name, time, fragments }))
    case 'insertEvent':
      return repository.insertEvent(anEvent(id, { ...times, type: name, fragments }))
    case 'insertAlarm':
      return repository.insertAlarm(anAlarm(id, { ...times, type: name, fragments }))
    case 'clearAlarms': {
      const alarms = await repository.listUnresolvedAlarms(id, name)
      for (const alarm of alarms) await repository.saveAlarm({ ...alarm, status: 'CLEARED' })
      return alarms
    }
    case 'insertOperation':
      return repository.insertOperation(anOperation(id, { creationTime: time, fragments }))
    case 'startOperation': {
      const query = { deviceId: id, status: 'PENDING', fragment: name, limit: 1 } as const
      const [operation] = await repository.listOperationsOfDevice(query)
      if (operation) await repository.saveOperation({ ...operation, status: 'EXECUTING' })
      return operation
    }
  }
}

function objectAt({ objects }: Known, index: number): ManagedObjectId | undefined {
  return objects[index % objects.length]
}

/** Everything a reader can be asked about one object, one name and one range of time. */
async function ask(reader: TenantReader, known: Known, query: Query): Promise<unknown> {
  const { name, childKind, range, revert, page } = query
  const type = name === undefined ? {} : { type: name }
  const types = name === undefined ? {} : { types: [name, 'b'] }
  const fragmentType = name === undefined ? {} : { fragmentType: name }
  const valueFragmentType = name === undefined ? {} : { valueFragmentType: name }
  const id = objectAt(known, query.at)
  const ofSource = id === undefined ? {} : { sourceId: id }
  const ofDevice = id === undefined ? {} : { deviceId: id }
  const time = { time: range, revert }
  const visibleTo = 'otto'
  return {
    objects: await listAndCount(reader, page, 'ManagedObjects', [
      {},
      type,
      fragmentType,
      { visibleTo, onlyRoots: true },
      { onlyRoots: true },
      { text: 'word' },
      { ids: known.objects.toReversed() },
      ...(id === undefined
        ? []
        : [
            { childOf: { parentId: id, kind: childKind } },
            { parentOf: { childId: id, kind: childKind } },
          ]),
    ]),
    measurements: await listAndCount(reader, page, 'Measurements', [
      time,
      { ...ofSource, ...time },
      { ...ofSource, ...type, revert },
      { ...ofSource, ...valueFragmentType, valueFragmentSeries: 'a' },
      { ...valueFragmentType, visibleTo },
    ]),
    events: await listAndCount(reader, page, 'Events', [
      time,
      { ...ofSource, ...type, revert },
      { ...fragmentType, created: range, lastUpdated: range },
      { ...ofSource, visibleTo },
    ]),
    alarms: await listAndCount(reader, page, 'Alarms', [
      time,
      { ...ofSource, ...types, revert },
      { resolved: revert, created: range },
      { statuses: ['CLEARED'], severities: ['MAJOR'], lastUpdated: range, visibleTo },
    ]),
    operations: await listAndCount(reader, page, 'Operations', [
      { creationTime: range, revert },
      { ...ofDevice, ...fragmentType },
      { statuses: ['PENDING'], visibleTo },
      ...(id === undefined ? [] : [{ agentId: id }]),
    ]),
    ...(id !== undefined && {
      object: await reader.findManagedObject(id),
      externalIds: await reader.listExternalIds(id),
      byExternalId: await reader.findByExternalId({ type: name ?? 'a', value: '3' }),
      children: await reader.listChildren(id, childKind),
      parents: await reader.listParents(id, childKind),
      levels: await reader.countLevels(id, 4),
      latest: await reader.findLatestEvent(id, name ?? 'a'),
      unresolved: await reader.listUnresolvedAlarms(id, name ?? 'a'),
      pending: await reader.listPendingOperationsBelow({ rootId: id, limit: page.limit }),
    }),
  }
}

type Listed = 'ManagedObjects' | 'Measurements' | 'Events' | 'Alarms' | 'Operations'
type FilterOf<Name extends Listed> = Parameters<TenantReader[`count${Name}`]>[0]

/** Pages and counts for each filter; the page by one call, the count by another. */
async function listAndCount<Name extends Listed>(
  reader: TenantReader,
  page: Page,
  name: Name,
  filters: readonly FilterOf<Name>[],
): Promise<readonly unknown[]> {
  const list = reader[`list${name}`] as (filter: FilterOf<Name>, page: Page) => Promise<unknown>
  const count = reader[`count${name}`] as (filter: FilterOf<Name>) => Promise<number>
  return Promise.all(filters.map(async (filter) => [await list(filter, page), await count(filter)]))
}
