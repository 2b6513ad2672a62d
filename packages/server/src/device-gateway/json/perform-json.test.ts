import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection, DomainEvent } from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import {
  aConnection,
  connectionWith,
  countObjects,
  documentOf,
  findObject,
  openRules,
  serial,
} from '../../domain-rules/rules.fixture.ts'
import { routeTopic } from '../route-topic.ts'
import type { JsonProblem } from './json-problem.ts'
import type { JsonScene } from './json-scene.fixture.ts'
import { openJsonScene } from './json-scene.fixture.ts'
import { jsonTopics } from './json-topics.ts'
import { performJson } from './perform-json.ts'
import { readDocument } from './read-json-message.ts'

const all = { offset: 0, limit: 1000 }
const time = '2032-02-01T08:15:00.250Z'
const event = { type: 'acme_Seal', text: 'Seal broken', time }
const alarm = { type: 'acme_Hot', text: 'Too hot', severity: 'MAJOR', time }
const measurement = { type: 'acme_Grid', time, acme_Grid: { U: { value: 1 } } }
const mandatory = 'Following mandatory fields should be included: '

function from(externalId: unknown, type?: unknown): object {
  return { externalSource: { externalId, ...(type === undefined ? {} : { type }) } }
}

/** A topic with what stands for an id in it. */
type Place = string | ((scene: JsonScene) => string)

const eventOf = (scene: JsonScene) => `event/events/update/${scene.ours.event}`
const alarmOf = (scene: JsonScene) => `alarm/alarms/update/${scene.ours.alarm}`

interface Refused {
  readonly topic: Place
  readonly payload: object | string
  readonly error: JsonProblem['error']
  readonly message: string | RegExp
}

const invalid = 'undefined/validationError'
const notFound = 'identity/Not Found'
const forbidden = 'security/Forbidden'

const refusals: readonly Refused[] = [
  // The payload as a whole.
  {
    topic: 'event/events/create',
    payload: '',
    error: invalid,
    message: /^The payload is not JSON/,
  },
  {
    topic: 'event/events/create',
    payload: '{',
    error: invalid,
    message: /^The payload is not JSON/,
  },
  {
    topic: 'event/events/create',
    payload: '[]',
    error: invalid,
    message: 'The payload must be a JSON object',
  },
  {
    topic: 'alarm/alarms/create',
    payload: '"x"',
    error: invalid,
    message: 'The payload must be a JSON object',
  },
  {
    topic: 'event/events/create',
    payload: `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`,
    error: invalid,
    message: 'The payload is too complex: at most 32 levels of nesting',
  },
  {
    topic: 'event/events/create',
    payload: `{"${'k'.repeat(257)}":1}`,
    error: invalid,
    message: 'The payload is too complex: member names have at most 256 characters',
  },
  {
    topic: 'inventory/managedObjects/create',
    payload: '{"a":{"__proto__":1}}',
    error: invalid,
    message: '"__proto__" cannot be the name of a member.',
  },
  {
    topic: 'event/events/create',
    payload: `${'x'.repeat(10_000)}`,
    error: invalid,
    message: /^The payload is not JSON: .{1,120}$/u,
  },

  // Mandatory members.
  {
    topic: 'event/events/create',
    payload: {},
    error: invalid,
    message: `${mandatory}text,time,type`,
  },
  {
    topic: 'event/events/create',
    payload: { ...event, text: '', time: null },
    error: invalid,
    message: `${mandatory}text,time`,
  },
  {
    topic: 'alarm/alarms/create',
    payload: { type: 'acme_Temp', time },
    error: invalid,
    message: `${mandatory}severity,text`,
  },
  {
    topic: 'measurement/measurements/create',
    payload: { acme_Grid: {} },
    error: invalid,
    message: `${mandatory}time,type`,
  },
  {
    topic: 'measurement/measurements/create',
    payload: { type: 'a', time, source: {}, externalSource: null, b: 1, c: [], d: null, e: 'x' },
    error: invalid,
    message: 'A measurement needs a member that is an object, with its series',
  },

  // Wrong members.
  {
    topic: 'event/events/create',
    payload: { ...event, type: 7 },
    error: invalid,
    message: "Member 'type' must be a text",
  },
  ...[
    'noon',
    '2032-02-01',
    '2032-02-30T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2032-02-01 08:15Z',
  ].map(
    (wrong) =>
      ({
        topic: 'event/events/create',
        payload: { ...event, time: wrong },
        error: invalid,
        message: `Member 'time' must be a date with time, not "${wrong}"`,
      }) as const,
  ),
  {
    topic: 'alarm/alarms/create',
    payload: { ...alarm, severity: 'major' },
    error: invalid,
    message: `Member 'severity' must be CRITICAL, MAJOR, MINOR, WARNING, not "major"`,
  },
  {
    topic: 'alarm/alarms/create',
    payload: { ...alarm, status: 1 },
    error: invalid,
    message: "Member 'status' must be a text",
  },
  {
    topic: 'event/events/create',
    payload: { ...event, time: 'x'.repeat(5000) },
    error: invalid,
    message: /^.{1,200}$/u,
  },

  // The source.
  {
    topic: 'event/events/create',
    payload: { ...event, ...from('nobody') },
    error: notFound,
    message: 'External id not found; external id = ID [type=c8y_Serial, value=nobody]',
  },
  {
    topic: 'measurement/measurements/create',
    payload: { ...measurement, ...from('oven-9', 'c8y_Serial') },
    error: forbidden,
    message: 'Device oven-9 does not belong to this connection',
  },
  {
    topic: 'event/events/create',
    payload: { ...event, ...from('meter-8_l1', 'acme_Imei') },
    error: invalid,
    message: "Member 'externalSource.type' must be 'c8y_Serial'",
  },
  {
    topic: 'event/events/create',
    payload: { ...event, ...from('') },
    error: invalid,
    message: `${mandatory}externalSource.externalId`,
  },
  {
    topic: 'event/events/create',
    payload: { ...event, ...from(7) },
    error: invalid,
    message: "Member 'externalSource.externalId' must be a text",
  },
  {
    topic: 'event/events/create',
    payload: { ...event, externalSource: 'meter-8_l1' },
    error: invalid,
    message: "Member 'externalSource' must be an object",
  },

  // Lists.
  {
    topic: 'event/events/createBulk',
    payload: event,
    error: invalid,
    message: `${mandatory}events`,
  },
  {
    topic: 'alarm/alarms/createBulk',
    payload: { alarms: null, events: [event] },
    error: invalid,
    message: `${mandatory}alarms`,
  },
  {
    topic: 'measurement/measurements/createBulk',
    payload: { measurements: [] },
    error: invalid,
    message: "Member 'measurements' must not be empty",
  },
  {
    topic: 'event/events/createBulk',
    payload: { events: event },
    error: invalid,
    message: "Member 'events' must be a list",
  },
  {
    topic: 'event/events/createBulk',
    payload: { events: [event, [event]] },
    error: invalid,
    message: 'events[1] must be an object',
  },
  {
    topic: 'event/events/createBulk',
    payload: { events: [event, event, { type: 'b', time }, {}] },
    error: invalid,
    message: `${mandatory}events[2].text`,
  },
  {
    topic: 'alarm/alarms/createBulk',
    payload: { alarms: [alarm, { ...alarm, time: 'noon' }] },
    error: invalid,
    message: `Member 'alarms[1].time' must be a date with time, not "noon"`,
  },
  {
    topic: 'measurement/measurements/createBulk',
    payload: { measurements: [measurement, { type: 'a', time }] },
    error: invalid,
    message: 'Measurement measurements[1] needs a member that is an object, with its series',
  },
  {
    topic: 'event/events/createBulk',
    payload: { events: [event, { ...event, ...from('meter-8_l1') }, { ...event, ...from('x') }] },
    error: notFound,
    message: 'events[2]: External id not found; external id = ID [type=c8y_Serial, value=x]',
  },

  // Data by id.
  ...['0', 'x', '-1', '9007199254740993', 'constructor'].map(
    (id) =>
      ({
        topic: `event/events/update/${id}`,
        payload: {},
        error: 'event/Not Found',
        message: `No event ${id}.`,
      }) as const,
  ),
  {
    topic: (scene) => `event/events/update/${scene.foreign.event}`,
    payload: { text: 'mine' },
    error: 'event/Not Found',
    message: /^No event \d+\.$/,
  },
  {
    topic: (scene) => `event/events/delete/${scene.foreign.event}`,
    payload: '',
    error: 'event/Not Found',
    message: /^No event \d+\.$/,
  },
  {
    topic: (scene) => `alarm/alarms/update/${scene.foreign.alarm}`,
    payload: { status: 'CLEARED' },
    error: 'alarm/Not Found',
    message: /^No alarm \d+\.$/,
  },
  {
    topic: (scene) => `measurement/measurements/delete/${scene.foreign.measurement}`,
    payload: '',
    error: 'measurement/Not Found',
    message: /^No measurement \d+\.$/,
  },
  { topic: eventOf, payload: { text: 7 }, error: invalid, message: "Member 'text' must be a text" },
  {
    topic: alarmOf,
    payload: { severity: 'huge' },
    error: invalid,
    message: `Member 'severity' must be CRITICAL, MAJOR, MINOR, WARNING, not "huge"`,
  },
  {
    topic: alarmOf,
    payload: { status: {} },
    error: invalid,
    message: "Member 'status' must be a text",
  },

  // Objects.
  ...['nobody', '999999', '0'].map(
    (id) =>
      ({
        topic: `inventory/managedObjects/update/${id}`,
        payload: { a: 1 },
        error: 'inventory/Not Found',
        message: `No managed object ${id}.`,
      }) as const,
  ),
  {
    topic: 'inventory/managedObjects/update/oven-9',
    payload: {},
    error: forbidden,
    message: 'Device oven-9 does not belong to this connection',
  },
  {
    topic: (scene) => `inventory/managedObjects/update/${scene.ids.foreign}`,
    payload: { a: 1 },
    error: forbidden,
    message: /does not belong to this connection$/,
  },
  {
    topic: 'inventory/managedObjects/update/meter-8',
    payload: { name: 7 },
    error: invalid,
    message: "Member 'name' must be a text",
  },
  {
    topic: 'inventory/managedObjects/create',
    payload: { a: 1, ...from('oven-9') },
    error: 'identity/Duplicate',
    message: 'Identity already bound to a different Global ID.',
  },
  {
    topic: 'inventory/managedObjects/create',
    payload: from('x'.repeat(1025)),
    error: invalid,
    message: 'An external id has 1 to 1024 characters',
  },
  {
    topic: 'inventory/managedObjects/create',
    payload: { type: [] },
    error: invalid,
    message: "Member 'type' must be a text",
  },

  // Children.
  {
    topic: 'inventory/managedObjects/meter-8/childDevices/create',
    payload: {},
    error: invalid,
    message: `${mandatory}managedObject.id`,
  },
  {
    topic: 'inventory/managedObjects/meter-8/childDevices/create',
    payload: { managedObject: { id: ['1'] } },
    error: invalid,
    message: "Member 'managedObject.id' must be an id",
  },
  {
    topic: 'inventory/managedObjects/meter-8/childDevices/create',
    payload: { managedObject: { id: 'spare' } },
    error: 'inventory/Not Found',
    message: 'No managed object spare.',
  },
  {
    topic: 'inventory/managedObjects/nobody/childDevices/create',
    payload: { managedObject: { id: '1001' } },
    error: 'inventory/Not Found',
    message: 'No managed object nobody.',
  },
  {
    topic: 'inventory/managedObjects/oven-9/childDevices/create',
    payload: { managedObject: { id: '1001' } },
    error: forbidden,
    message: 'Device oven-9 does not belong to this connection',
  },
]

describe('a message is refused, and has no effect,', () => {
  for (const { topic, payload, error, message } of refusals) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    const shown = typeof topic === 'string' ? topic : 'with the id of its own kind'
    test(`${shown} ${text.slice(0, 60)} → ${error} ${message}`, async () => {
      await using scene = await openJsonScene()
      await scene.announced()
      const place = typeof topic === 'string' ? topic : topic(scene)
      const problem = await scene.publish(place, payload)
      assert.equal(problem?.error, error)
      if (typeof message === 'string') assert.equal(problem?.message, message)
      else assert.match(problem?.message ?? '', message)
      assert.deepEqual(await scene.announced(), [])
    })
  }

  test('where the child to link is somebody else’s, or an ancestor', async () => {
    await using scene = await openJsonScene()
    await scene.announced()
    const link = (parent: string, id: string | number) =>
      scene.publish(`inventory/managedObjects/${parent}/childDevices/create`, {
        managedObject: { id },
      })
    assert.equal((await link('meter-8', scene.ids.foreign))?.error, forbidden)
    assert.equal((await link('meter-8_l1', scene.ids.root))?.error, invalid)
    assert.deepEqual(await scene.announced(), [])
    assert.equal(await link('meter-8', Number(scene.ids.spare)), undefined)
  })

  test('where a cleared alarm would come back', async () => {
    await using scene = await openJsonScene()
    assert.equal(await scene.publish(alarmOf(scene), { status: 'cleared' }), undefined)
    await scene.announced()
    const problem = await scene.publish(alarmOf(scene), { status: 'ACTIVE' })
    assert.deepEqual(problem?.error, invalid)
    assert.deepEqual(await scene.announced(), [])
    assert.equal(await scene.publish(alarmOf(scene), { acme_By: 'shift B' }), undefined)
  })
})

describe('a source', () => {
  const reached = ['meter-8', 'meter-8_l1', 'tenant-meter', 'spare']
  for (const externalId of reached) {
    test(`may be ${externalId}, with and without a type`, async () => {
      await using scene = await openJsonScene()
      await scene.announced()
      for (const type of [undefined, null, 'c8y_Serial']) {
        assert.equal(
          await scene.publish('event/events/create', { ...event, ...from(externalId, type) }),
          undefined,
        )
      }
      const id = await scene.rules.run((unit) =>
        unit.repository.findByExternalId(serial(externalId)),
      )
      const sources = (await scene.announced()).map((each) =>
        each.kind === 'eventCreated' ? each.event.sourceId : each.kind,
      )
      assert.deepEqual(sources, [id, id, id])
    })
  }

  test('is the device where none is named, created with the first data', async () => {
    await using scene = await openJsonScene()
    await scene.announced()
    const fresh = aConnection('meter-9')
    assert.equal(await scene.publish('event/events/create', event, fresh), undefined)
    assert.equal(await scene.publish('alarm/alarms/create', alarm, fresh), undefined)
    const kinds = (await scene.announced()).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['managedObjectCreated', 'eventCreated', 'alarmCreated'])
  })

  test('is never created for a message that is refused, nor for one that names it', async () => {
    await using scene = await openJsonScene()
    await scene.announced()
    const fresh = aConnection('meter-9')
    const messages = [
      ['event/events/create', { type: 'a' }],
      ['event/events/create', { ...event, ...from('meter-9') }],
      ['event/events/createBulk', { events: [event, { ...event, ...from('nobody') }] }],
      ['event/events/createBulk', { events: [event, {}] }],
      ['inventory/managedObjects/update/meter-9', {}],
      ['event/events/delete/1', ''],
    ] as const
    for (const [topic, payload] of messages) {
      assert.notEqual(await scene.publish(topic, payload, fresh), undefined)
    }
    assert.deepEqual(await scene.announced(), [])
  })

  test('below a device whose rights the user has lost is out of reach', async () => {
    await using scene = await openJsonScene()
    // As it was when the user connected: an administrator of the inventory, on another's device.
    const before = connectionWith('meter-8', 'maria', ['ROLE_INVENTORY_ADMIN'])
    const after = connectionWith('meter-8', 'rosa', [])
    const message = { ...event, ...from('meter-8_l1') }
    assert.equal(await scene.publish('event/events/create', message, before), undefined)
    const publishes: readonly (readonly [string, object])[] = [
      ['event/events/create', message],
      ['event/events/create', event],
      ['inventory/managedObjects/update/meter-8', { a: 1 }],
      ['inventory/managedObjects/create', { a: 1 }],
    ]
    await scene.announced()
    for (const [topic, payload] of publishes) {
      const problem = await scene.publish(topic, payload, after)
      assert.equal(problem?.error, forbidden, topic)
    }
    assert.deepEqual(await scene.announced(), [])
  })
})

describe('what is stored', () => {
  test('of an event is all but what the platform sets', async () => {
    await using scene = await openJsonScene()
    await scene.announced()
    await scene.publish('event/events/create', {
      ...event,
      id: '7',
      self: 'x',
      source: { id: '9999' },
      creationTime: 'x',
      lastUpdated: 1,
      ...from('meter-8_l1'),
      acme_Seal: { no: 2, deep: [null, {}] },
      acme_None: null,
      'a.b/c $': '温度',
    })
    const [created] = await scene.announced()
    assert.ok(created?.kind === 'eventCreated')
    assert.deepEqual(created.event.fragments, {
      acme_Seal: { no: 2, deep: [null, {}] },
      'a.b/c $': '温度',
    })
    assert.equal(created.event.time, Date.parse(time))
    assert.equal(created.event.sourceId, scene.ids.child)
  })

  test('of alarms of one type and source is one, which counts', async () => {
    await using scene = await openJsonScene()
    const again = { ...alarm, severity: 'CRITICAL', time: '2032-02-01T08:16:00Z' }
    assert.equal(
      await scene.publish('alarm/alarms/createBulk', { alarms: [alarm, again] }),
      undefined,
    )
    assert.equal(await scene.publish('alarm/alarms/create', again), undefined)
    const reader = scene.rules.store.reader(firstTenant)
    const alarms = await reader.listAlarms({ types: ['acme_Hot'] }, all)
    assert.deepEqual(
      alarms.map(({ count, severity, status }) => ({ count, severity, status })),
      [{ count: 3, severity: 'MAJOR', status: 'ACTIVE' }],
    )
  })

  test('of a change of an event are text and members, and nothing of what names it', async () => {
    await using scene = await openJsonScene()
    const change = {
      text: 'new',
      time,
      type: 'b',
      source: { id: '1' },
      acme_Old: null,
      acme_New: 1,
    }
    assert.equal(await scene.publish(eventOf(scene), change), undefined)
    assert.equal(await scene.publish(eventOf(scene), { text: null }), undefined)
    const reader = scene.rules.store.reader(firstTenant)
    const { text, type, fragments, sourceId } = (await reader.findEvent(scene.ours.event)) ?? {}
    assert.deepEqual(
      { text, type, fragments, sourceId },
      { text: 'new', type: 'acme_Old', fragments: { acme_New: 1 }, sourceId: scene.ids.child },
    )
  })

  test('of a change of an object are its members, and nothing protected', async () => {
    await using scene = await openJsonScene()
    const update = (payload: object) =>
      scene.publish('inventory/managedObjects/update/meter-8', payload)
    await update({ acme_A: { x: 1 }, acme_B: 2, name: 'Meter' })
    await update({ acme_A: { y: 1 }, acme_B: null, name: null, type: null })
    await update({ id: '1', owner: 'maria', creationTime: time, childDevices: {}, ...from('x') })
    assert.deepEqual(documentOf(await findObject(scene.rules, 'meter-8')), {
      name: 'Meter',
      type: 'acme_Meter',
      owner: 'device_meter-8',
      acme_A: { y: 1 },
    })
  })

  test('of an object is its document, under the external id that it names', async () => {
    await using scene = await openJsonScene()
    const create = (payload: object) => scene.publish('inventory/managedObjects/create', payload)
    const document = { name: 'Tariffs', owner: 'maria', acme_Night: { from: 22 }, acme_None: null }
    assert.equal(await create({ ...document, ...from('t-1') }), undefined)
    assert.equal(await create({ type: 'a', ...from('t-1', 'acme_Tariff') }), undefined)
    assert.deepEqual(documentOf(await findObject(scene.rules, 't-1')), {
      name: 'Tariffs',
      owner: 'device_meter-8',
      acme_Night: { from: 22 },
    })
    const reader = scene.rules.store.reader(firstTenant)
    const id = await reader.findByExternalId({ type: 'acme_Tariff', value: 't-1' })
    assert.notEqual(id, undefined)
    assert.deepEqual(await reader.listParents(id ?? scene.ids.root, 'childDevices'), [])
  })
})

describe('an update of an object', () => {
  async function updated(scene: JsonScene, id: string): Promise<readonly DomainEvent['kind'][]> {
    await scene.announced()
    assert.equal(await scene.publish(`inventory/managedObjects/update/${id}`, {}), undefined)
    return (await scene.announced()).map(({ kind }) => kind)
  }

  test('without members is a sign of life, one of protected members is nothing', async () => {
    await using scene = await openJsonScene()
    assert.deepEqual(await updated(scene, 'meter-8_l1'), ['heartbeat'])
    const topic = 'inventory/managedObjects/update/meter-8_l1'
    assert.equal(await scene.publish(topic, { id: '7', name: null }), undefined)
    assert.deepEqual(await scene.announced(), [])
  })

  test('finds an external id before an internal one, unless it is somebody else’s', async () => {
    await using scene = await openJsonScene()
    const { root, child, foreign } = scene.ids
    const beats = async (): Promise<unknown> => {
      await scene.announced()
      assert.equal(await scene.publish(`inventory/managedObjects/update/${child}`, {}), undefined)
      const [event] = await scene.announced()
      return event?.kind === 'heartbeat' ? event.managedObjectId : event?.kind
    }
    assert.equal(await beats(), child)
    const name = (id: typeof root) =>
      scene.rules.run(({ repository }) => repository.insertExternalId(serial(child), id))
    await name(foreign)
    assert.equal(await beats(), child)
    await scene.rules.run(({ repository }) => repository.deleteExternalId(serial(child)))
    await name(root)
    assert.equal(await beats(), root)
  })
})

describe('for anything that may come', () => {
  const anyTopic = fc
    .tuple(
      fc.constantFrom('', 't/', 'q/', 'c/'),
      fc.constantFrom(...jsonTopics),
      fc.oneof(
        fc.constantFrom('meter-8', 'meter-8_l1', 'oven-9', 'spare', 'nobody', '__proto__'),
        fc.integer({ min: 0, max: 1010 }).map(String),
        fc.string({ minLength: 1, maxLength: 5 }).filter((text) => !text.includes('/')),
      ),
    )
    .map(([prefix, { topic }, id]) => prefix + topic.replace('{id}', () => id))

  const aText = fc.oneof(
    fc.constantFrom('', 'a', time, 'MAJOR', 'ACTIVE', 'CLEARED', 'c8y_Serial', 'meter-8', 'oven-9'),
    fc.string(),
  )
  const aValue = fc.oneof(aText, fc.jsonValue({ maxDepth: 2 }), fc.constant({ s: { value: 1 } }))
  const names = ['type', 'text', 'time', 'severity', 'status', 'name', 'id', 'source', 'owner']
  const aSource = fc.oneof(
    aValue,
    fc.record({ externalId: aValue, type: aValue }, { requiredKeys: [] }),
  )
  const aDocument = fc
    .record({
      members: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), aValue),
      externalSource: fc.option(aSource),
      valid: fc.constantFrom({}, event, alarm, measurement),
    })
    .map(({ members, externalSource, valid }) => ({
      ...valid,
      ...members,
      ...(externalSource === null ? {} : { externalSource }),
    }))
  const aList = fc
    .tuple(
      fc.constantFrom('events', 'alarms', 'measurements', 'managedObject'),
      fc.oneof(fc.array(fc.oneof(aDocument, aValue), { maxLength: 4 }), aValue),
    )
    .map(([list, items]) => ({ [list]: items }))
  const anyPayload = fc.oneof(
    fc.oneof(aDocument, aList).map((document) => JSON.stringify(document)),
    fc.json(),
    fc.string(),
  )

  async function outcomeOf(connection: Connection, topic: string, payload: string) {
    await using scene = await openJsonScene()
    await scene.announced()
    const before = await countObjects(scene.rules)
    const problem = await scene.publish(topic, payload, connection)
    const effects = await scene.announced()
    return { problem, effects, created: (await countObjects(scene.rules)) - before }
  }

  test('there is an answer, and never an effect when there is an error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('meter-8', 'meter-9'),
        anyTopic,
        anyPayload,
        async (id, topic, payload) => {
          const { problem, effects, created } = await outcomeOf(aConnection(id), topic, payload)
          if (problem === undefined) return
          assert.deepEqual(effects, [])
          assert.equal(created, 0)
          assert.ok(problem.message.length < 400, problem.message)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('no bytes make the reading of a payload throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...jsonTopics), fc.option(fc.string()), (row, text) => {
        readDocument(row, text ?? undefined)
      }),
    )
  })
})

test('a device without any objects is told that its object is unknown', async () => {
  await using rules = openRules()
  const route = routeTopic('inventory/managedObjects/update/meter-8')
  assert.ok(route.kind === 'json')
  const document = readDocument(route.topic, '{"a":1}')
  const message = { topic: route.topic, id: route.id, mode: route.mode, packetId: 0, document }
  const problem = await rules.run((unit) => performJson(unit, aConnection('meter-8'), message))
  assert.equal(problem?.error, 'inventory/Not Found')
})
