import assert from 'node:assert/strict'
import { mkdtempDisposableSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DeviceIdentifier, JsonObject, ReadsCommitted, Unit } from '@pileus/domain'
import {
  actorOf,
  createChildDevice,
  createOperation,
  createTemplateCollection,
  deviceUserName,
  ensureTarget,
  raiseAlarm,
  updateManagedObject,
} from '@pileus/domain'
import type { RequestTemplates } from '@pileus/smartrest'
import {
  explainPayload,
  findCollectionRequest,
  parseCollection,
  parsePayload,
  staticTemplates,
} from '@pileus/smartrest'
import { firstTenant, ManualClock } from '@pileus/testing'
import fc from 'fast-check'
import { processRows } from '../device-gateway/process-rows.ts'
import { routeTopic } from '../device-gateway/route-topic.ts'
import { TemplateCollections } from '../device-gateway/template-collections.ts'
import { tracedUnit } from '../device-gateway/traced-unit.ts'
import { aUser } from '../domain-rules/rules.fixture.ts'
import { lastIdsOfOthers, openDiscardedUnit } from '../store/memory/discarded-unit.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import type { ObservableStore } from '../store/open-store.ts'
import { type SequenceKind, Sequences } from '../store/sequences.ts'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts'
import { DryRun } from './dry-run.ts'
import { presentRows } from './present-rows.ts'
import { EffectRecorder } from './record-effects.ts'

const deviceIdentifier = 'SN-1' as DeviceIdentifier
const user = aUser(deviceUserName(deviceIdentifier))
const connection = { deviceIdentifier, actor: actorOf(user) }
const xId = 'made'
const clock = new ManualClock()
const now = clock.now()
const surroundings = { platformVersion: '1018.0.0', packetBytesMax: 16 * 1024 }

test('law: a dry run tells what the same rows then do', async () => {
  const used = await idsOfSeed()
  await fc.assert(
    fc.asyncProperty(messages, collections, async ({ topic, rows }, templates) => {
      const parsed = parseCollection(templates)
      fc.pre(parsed.ok)
      const sequences = new Sequences(
        Object.fromEntries(
          Object.entries(lastIdsOfOthers).map(([kind, last]) => [kind, last - (used[kind] ?? 0)]),
        ),
      )
      await using store = openMemoryStore({ sequences })
      await store.run(firstTenant, now, (unit) => seed(unit, templates))
      const tried = await dryRunOn(store).rows({
        tenantId: firstTenant,
        deviceIdentifier,
        child: undefined,
        topic,
        rows,
        collection: topic === 's/ud' ? { xId, draft: undefined } : undefined,
        now,
      })
      assert.ok(tried.ok, tried.ok ? '' : tried.reason)
      assert.deepEqual(tried.value, await really(store, topic, rows, templates))
    }),
    { numRuns: 150 },
  )
})

test('nothing reaches the file of the store, and nobody hears of it', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-dry-run-'))
  const events: unknown[] = []
  await using store = await openSqliteStore({
    dataFolder: folder.path,
    onCommitted: (committed) => events.push(...committed),
  })
  await store.run(firstTenant, now, (unit) => seed(unit, {}))
  const before = [sizesIn(folder.path), await countsIn(store)]
  events.length = 0
  const dryRun = dryRunOn(store)
  for (const topic of ['s/us', 's/us/new-child', 't/us', 's/us/SN-1-a']) {
    const tried = await dryRun.rows({
      tenantId: firstTenant,
      deviceIdentifier,
      child: undefined,
      topic,
      rows: examples.join('\n'),
      collection: undefined,
      now,
    })
    assert.ok(tried.ok)
    assert.ok(tried.value.wouldStore.length > 20)
  }
  assert.deepEqual([sizesIn(folder.path), await countsIn(store)], before)
  assert.deepEqual(events, [])
})

test('rows that read or last too long are given up, and say so', async () => {
  await using store = openMemoryStore()
  await store.run(firstTenant, now, (unit) => seed(unit, {}))
  let ms = 0
  const slow = dryRunOn(store, () => (ms += 100))
  const tried = await slow.rows({
    tenantId: firstTenant,
    deviceIdentifier,
    child: undefined,
    topic: 's/us',
    rows: '211,1\n'.repeat(200),
    collection: undefined,
    now,
  })
  assert.deepEqual(tried, { ok: false, reason: 'The rows take more than 2000 ms.' })
})

const examples = staticTemplates.map(({ example }) => example.line)

/** Fields of rows that make sense somewhere, and some that do not. */
const field = fc
  .constantFrom('', '1', '-4.5', 'x', 'true', 'SN-1', 'SN-1-a', 'c8y_Hot', 'MAJOR')
  .chain((text) => fc.constantFrom(text, text, 'c8y_Restart', 'EXECUTING', 'SUCCESSFUL', 'ACTIVE'))
const customRow = fc
  .tuple(fc.constantFrom('m0', 'm1', 'm2', 'm9'), fc.array(field, { maxLength: 5 }))
  .map(([id, fields]) => [id, ...fields].join(','))
const staticRow = fc.oneof(
  fc.constantFrom(...examples),
  fc
    .tuple(fc.constantFrom(...staticTemplates), fc.array(field, { maxLength: 5 }))
    .map(([{ messageId }, fields]) => [messageId, ...fields].join(',')),
)
const messages = fc.oneof(
  fc.record({
    topic: fc.constantFrom('s/us', 's/us/SN-1-a', 's/us/new-child', 't/us', 'q/us'),
    rows: joined(staticRow),
  }),
  fc.record({
    topic: fc.constantFrom(
      `s/uc/${xId}`,
      `s/uc/${xId}/SN-1-a`,
      `t/uc/${xId}/new`,
      's/ud',
      's/uc/nix',
    ),
    rows: joined(customRow),
  }),
)

function joined(row: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(row, { minLength: 1, maxLength: 8 }).map((rows) => rows.join('\n'))
}

const kinds = [
  { api: 'MEASUREMENT', method: 'POST' },
  { api: 'EVENT', method: 'POST' },
  { api: 'ALARM', method: 'POST' },
  { api: 'ALARM', method: 'PUT' },
  { api: 'OPERATION', method: 'PUT' },
  { api: 'INVENTORY', method: 'PUT', byId: false, externalIdType: 'c8y_Serial' },
  { api: 'INVENTORY', method: 'POST', externalIdType: 'acme' },
] as const
const customValue = fc.record({
  path: fc.constantFrom('acme.a', 'acme.list[1].b', 'status', 'name', 'c8y_Hot.T.value'),
  type: fc.constantFrom('STRING', 'NUMBER', 'DATE', 'FLAG', 'OPERATIONSTATUS'),
  value: fc.constant(''),
})
const requestTemplate = fc
  .tuple(fc.constantFrom(...kinds), fc.boolean(), fc.array(customValue, { maxLength: 3 }))
  .map(([kind, response, customValues]) => ({ ...kind, response, customValues }))
const collections: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.array(requestTemplate, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([templates, answers]) => ({
    requestTemplates: templates.map((template, index) => ({ msgId: `m${index}`, ...template })),
    responseTemplates: answers ? [{ msgId: '901', pattern: ['id', '$.type', 'status'] }] : [],
  }))

function dryRunOn(reads: ReadsCommitted, nowMs: () => number = () => 0): DryRun {
  return new DryRun({
    collections: new TemplateCollections(reads),
    openUnit: (tenantId, at, onRead) => openDiscardedUnit({ reads, tenantId, now: at, onRead }),
    nowMs,
    ...surroundings,
  })
}

/** A device with a child, alarms, operations and a collection. */
async function seed(unit: Unit, templates: JsonObject): Promise<void> {
  await unit.repository.saveUser(user)
  const root = await ensureTarget(unit, connection, undefined)
  assert.ok(root.ok)
  const child = await createChildDevice(unit, connection, root.value, { externalId: 'SN-1-a' })
  assert.ok(child.ok)
  await updateManagedObject(unit, root.value, { set: { c8y_Hot: { a: 1 } } })
  for (const sourceId of [root.value, child.value]) {
    const alarm = { sourceId, type: 'c8y_Hot', text: 'hot', severity: 'MAJOR' } as const
    await raiseAlarm(unit, { ...alarm, status: 'ACTIVE', time: now, fragments: {} }, 'PERSISTENT')
    for (const fragment of ['c8y_Restart', 'c8y_Hot', 'c8y_SoftwareUpdate']) {
      assert.ok((await createOperation(unit, sourceId, { [fragment]: {} })).ok)
    }
  }
  assert.ok((await createTemplateCollection(unit, user.userName, xId, templates)).ok)
}

async function idsOfSeed(): Promise<Partial<Record<string, number>>> {
  const sequences = new Sequences()
  const first = new Sequences()
  await using store = openMemoryStore({ sequences })
  await store.run(firstTenant, now, (unit) => seed(unit, {}))
  const seeded = Object.keys(lastIdsOfOthers) as readonly SequenceKind[]
  return Object.fromEntries(seeded.map((kind) => [kind, sequences.last(kind) - first.last(kind)]))
}

/** The same rows, stored. */
async function really(store: ObservableStore, topic: string, rows: string, templates: JsonObject) {
  const route = routeTopic(topic)
  assert.ok(route.kind === 'static' || route.kind === 'custom' || route.kind === 'default')
  const recorder = new EffectRecorder(() => {})
  const name = route.kind === 'custom' ? route.template : xId
  const collection = {
    collections: new TemplateCollections(store),
    xId: name,
    downlinkTopic: route.kind === 'custom' ? `s/dc/${name}` : 's/dd',
  }
  const context = {
    connection,
    ...surroundings,
    mode: route.mode,
    child: route.child,
    collection: route.kind === 'static' ? undefined : collection,
    trace: recorder,
  }
  const outcomes = await store.run(firstTenant, now, (unit) =>
    processRows(tracedUnit(unit, recorder), context, parsePayload(rows)),
  )
  const explained = explainPayload(rows, {
    receivedAt: now,
    isDownlink: false,
    ...(route.kind === 'static' ? {} : { templates: templatesOf(name, templates) }),
  })
  return presentRows(explained, outcomes, recorder)
}

function templatesOf(name: string, templates: JsonObject): RequestTemplates {
  const parsed = parseCollection(name === xId ? templates : {})
  assert.ok(parsed.ok)
  return {
    xId: name,
    findRequest: (messageId) => findCollectionRequest(parsed.value, name, messageId),
  }
}

function sizesIn(folder: string): readonly number[] {
  return ['pileus.sqlite', 'pileus.sqlite-wal'].map(
    (file) => statSync(join(folder, 'db', file)).size,
  )
}

async function countsIn(store: ReadsCommitted): Promise<readonly number[]> {
  const reader = store.reader(firstTenant)
  return [
    await reader.countManagedObjects({}),
    await reader.countMeasurements({}),
    await reader.countEvents({}),
    await reader.countAlarms({}),
    await reader.countOperations({}),
  ]
}
