import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { firstTenant } from '@pileus/testing'
import fc from 'fast-check'
import type { Device } from '../gateway.fixture.ts'
import { openScene } from '../gateway.fixture.ts'
import { stumbling } from '../stumbling-store.fixture.ts'

// A session that gets rows and documents: order, acknowledgement and repetition.

const all = { offset: 0, limit: 1000 }
const time = '2032-02-01T08:15:00.250Z'
const create = 'event/events/create'

function anEvent(type: string, text = 'x'): string {
  return JSON.stringify({ type, text, time })
}

test('errors carry the packet id of QoS 1 and 2, and none of QoS 0', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.subscribe('error')
  const payload = JSON.stringify({ type: 'acme_Temp', time })
  const error = 'undefined/validationError'
  const message = 'Following mandatory fields should be included: severity,text'
  for (const qos of [1, 2, 0] as const) {
    await device.publish(payload, { topic: 'alarm/alarms/create', qos, packetId: 12 })
  }
  assert.deepEqual(await device.received(), [
    `error ${JSON.stringify({ error, message, messageId: 12 })}`,
    `error ${JSON.stringify({ error, message, messageId: 12 })}`,
    `error ${JSON.stringify({ error, message })}`,
  ])
})

test('nothing is answered on success, nor to who does not listen', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  await device.publish('{}', { topic: create })
  device.subscribe('error', 's/e', 's/ds')
  await device.publish(anEvent('a'), { topic: create })
  assert.deepEqual(await device.received(), [])
  assert.equal(scene.work.publishes, 2)
  assert.deepEqual(scene.work.rowCodes, [])
})

test('bytes that are no text are refused, but where the payload does not matter', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.subscribe('error')
  const bytes = { payload: Uint8Array.of(0x7b, 0xff, 0x7d), qos: 0, packetId: 0 } as const
  await device.session.publish({ ...bytes, topic: create, isDuplicate: false })
  assert.match((await device.received()).join(), /The payload is not valid UTF-8/)
  await device.publish(anEvent('a'), { topic: create })
  const [stored] = await scene.store.reader(firstTenant).listEvents({}, all)
  const topic = `event/events/delete/${stored?.id}`
  await device.session.publish({ ...bytes, topic, isDuplicate: false })
  assert.deepEqual(await device.received(), [])
  assert.equal(await scene.store.reader(firstTenant).countEvents({}), 0)
})

test('a document finds what the row before it has made, and the row after what it made', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.subscribe('error', 's/e', 's/ds')
  const source = { externalSource: { externalId: 'meter-8_l1' } }
  const alarm = { ...source, type: 'acme_Hot', text: 'hot', severity: 'MAJOR', time }
  await Promise.all([
    device.publish(JSON.stringify(alarm), { topic: 'alarm/alarms/create' }),
    device.publish('101,meter-8_l1,L1,acme_Line'),
    device.publish(JSON.stringify(alarm), { topic: 'alarm/alarms/create' }),
    device.publish('306,acme_Hot', { topic: 's/us/meter-8_l1' }),
    device.publish('306,acme_Hot', { topic: 's/us/meter-8_l1' }),
    device.publish('{"acme_Tariff":1}', { topic: 'inventory/managedObjects/update/meter-8_l1' }),
    device.publish('123'),
  ])
  const [unknown, resolved, reply, ...others] = await device.received()
  assert.match(unknown ?? '', /^error \{"error":"identity\/Not Found"/)
  assert.equal(resolved, 's/e 41,306,No unresolved alarm of type acme_Hot')
  assert.match(reply ?? '', /^s\/ds 124,/)
  assert.deepEqual(others, [])
  const reader = scene.store.reader(firstTenant)
  const [line] = await reader.listManagedObjects({ type: 'acme_Line' }, all)
  assert.equal(line?.fragments.acme_Tariff, 1)
})

test('a message that is sent again has no effect where DUP says so', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  const topic = create
  await device.publish(anEvent('a'), { topic, packetId: 7 })
  await device.publish(anEvent('a'), { topic, packetId: 7, isDuplicate: true })
  await device.publish(anEvent('b'), { topic, packetId: 7, isDuplicate: true })
  await device.publish(anEvent('a'), { topic, packetId: 7 })
  await device.publish(anEvent('a'), { topic: `t/${topic}`, packetId: 7, isDuplicate: true })
  assert.equal(await scene.store.reader(firstTenant).countEvents({}), 3)
  assert.equal(scene.work.duplicates, 1)
})

describe('a mistake of ours', () => {
  test('costs the message that meets it and no other, whatever their language', async () => {
    await using scene = openScene({ storeOf: stumbling })
    const device = await scene.connect('meter-8')
    device.subscribe('error', 's/e')
    const topic = 'event/events/createBulk'
    const events = ['c', 'mistake'].map((type) => ({ type, text: 'x', time }))
    await Promise.all([
      device.publish('400,a,1'),
      device.publish(anEvent('b'), { topic: create }),
      device.publish(JSON.stringify({ events }), { topic, packetId: 9 }),
      device.publish(anEvent('d'), { topic: create }),
    ])
    const error = 'general/internalError'
    const message = 'Internal error, the message had no effect'
    assert.deepEqual(await device.received(), [
      `error ${JSON.stringify({ error, message, messageId: 9 })}`,
    ])
    const stored = await scene.store.reader(firstTenant).listEvents({}, all)
    assert.deepEqual(stored.map(({ type }) => type).toSorted(), ['a', 'b', 'd'])
    await device.publish(JSON.stringify({ events }), { topic, packetId: 9, isDuplicate: true })
    assert.equal(scene.work.duplicates, 1)
  })

  test('does not hide a failure of the storage, which stays unacknowledged', async () => {
    await using scene = openScene({ storeOf: stumbling })
    const device = await scene.connect('meter-8')
    device.subscribe('error')
    const [full] = await Promise.allSettled([device.publish(anEvent('full'), { topic: create })])
    assert.equal(full.status, 'rejected')
    assert.deepEqual(await device.received(), [])
  })
})

describe('rows and documents of one connection', () => {
  const aMessage = fc.constantFrom(
    ['s/us', '100,Name,acme_Type'],
    ['s/us', '101,a\n302,acme_Leak'],
    ['s/us', '306,acme_Leak'],
    ['s/us/a', '400,acme,text\n407,acme,acme_No'],
    ['s/us', '123\n999'],
    [create, anEvent('acme')],
    [create, '{}'],
    ['event/events/update/1', '{"text":"new","acme_No":1}'],
    ['event/events/delete/2', ''],
    [create, JSON.stringify({ type: 'b', text: 'x', time, externalSource: { externalId: 'a' } })],
    [
      'alarm/alarms/createBulk',
      JSON.stringify({
        alarms: [
          { type: 'acme_Leak', text: 'x', severity: 'MINOR', time },
          { type: 'c', text: 'x', severity: 'MINOR', time, externalSource: { externalId: 'a' } },
        ],
      }),
    ],
    ['alarm/alarms/update/1', '{"status":"CLEARED"}'],
    ['inventory/managedObjects/update/a', '{"acme_A":1}'],
    ['inventory/managedObjects/create', '{"name":"free","externalSource":{"externalId":"a"}}'],
    ['event/event/create', '{}'],
  ) as fc.Arbitrary<readonly [string, string]>

  async function outcomeOf(
    messages: readonly (readonly [string, string])[],
    isAtOnce: boolean,
  ): Promise<unknown> {
    await using scene = openScene()
    const device: Device = await scene.connect('meter-8')
    device.subscribe('s/ds', 's/e', 'error')
    const pending: Promise<void>[] = []
    for (const [topic, payload] of messages) {
      // Some share a turn, some do not.
      scene.clock.advance(1)
      const published = device.publish(payload, { topic })
      if (isAtOnce) pending.push(published)
      else await published
    }
    await Promise.all(pending)
    const answers = await device.received()
    const reader = scene.store.reader(firstTenant)
    const timeless = (items: readonly object[]) =>
      items.map((item) => {
        const {
          time: _time,
          creationTime,
          lastUpdated,
          firstOccurrenceTime,
          ...rest
        } = item as Record<string, unknown>
        return rest
      })
    return {
      answers,
      objects: timeless(await reader.listManagedObjects({}, all)),
      events: timeless(await reader.listEvents({}, all)),
      alarms: timeless(await reader.listAlarms({}, all)),
    }
  }

  test('have the effects and answers of one after the other, however they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aMessage, { maxLength: 8 }), async (messages) => {
        assert.deepEqual(await outcomeOf(messages, true), await outcomeOf(messages, false))
      }),
      { numRuns: 50 },
    )
  })
})
