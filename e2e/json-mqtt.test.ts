// JSON over MQTT with MQTT.js as the device, read back over REST. Every test has a device of its own.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connectDevice, type Device } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { startPlatform } from './start-platform.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const { rest } = platform
const url = mqttUrl(platform)
const time = '2032-02-01T08:15:00.250Z'

async function connect(id: string): Promise<Device> {
  return connectDevice(url, await registerDevice(platform, id))
}

function send(device: Device, topic: string, document: object, qos: 0 | 1 | 2 = 1) {
  return device.publish(topic, JSON.stringify(document), qos)
}

async function listOf(collection: 'events' | 'alarms' | 'measurements', externalId: string) {
  const api = collection.slice(0, -1)
  const source = await findObjectId(platform, externalId)
  const list = await rest.get(`/${api}/${collection}?source=${source}&pageSize=100`)
  return list[collection] as readonly Document[]
}

test('the examples of the specification', async () => {
  await using device = await connect('meter-8')
  assert.deepEqual(await device.subscribe(['error', 's/e']), [1, 1])
  await device.publish('s/us', '100,Meter hall 2,acme_Meter\n101,meter-8_l1,L1,acme_Line')
  await send(device, 'measurement/measurements/create', {
    type: 'acme_Grid',
    time,
    acme_Grid: { U1: { value: 231.2, unit: 'V' }, U2: { value: 230.8, unit: 'V' } },
    phase: 'A',
  })
  await send(device, 'event/events/createBulk', {
    events: [
      { type: 'acme_Seal', text: 'Seal broken', time: '2032-02-01T08:16:00Z' },
      {
        externalSource: { externalId: 'meter-8_l1', type: 'c8y_Serial' },
        type: 'acme_Load',
        text: 'Load shed',
        time: '2032-02-01T08:16:01Z',
        acme_Load: { kW: 4 },
      },
    ],
  })
  await send(device, 'inventory/managedObjects/update/meter-8_l1', {
    acme_Tariff: { zone: 'day' },
    acme_Legacy: null,
  })
  await send(device, 'inventory/managedObjects/update/meter-8', {})
  await send(device, 'alarm/alarms/create', { type: 'acme_Temp', time })
  const { messageId, ...error } = JSON.parse(await device.next('error'))
  assert.deepEqual(error, {
    error: 'undefined/validationError',
    message: 'Following mandatory fields should be included: severity,text',
  })
  assert.equal(typeof messageId, 'number')
  assert.deepEqual([device.waiting('error'), device.waiting('s/e')], [[], []])

  const [measurement] = await listOf('measurements', 'meter-8')
  assert.deepEqual(measurement?.acme_Grid, {
    U1: { value: 231.2, unit: 'V' },
    U2: { value: 230.8, unit: 'V' },
  })
  assert.equal(measurement?.phase, 'A')
  assert.deepEqual(
    (await listOf('events', 'meter-8')).map(({ type }) => type),
    ['acme_Seal'],
  )
  const [load] = await listOf('events', 'meter-8_l1')
  assert.deepEqual([load?.text, load?.acme_Load], ['Load shed', { kW: 4 }])
  const line = await rest.get(
    `/inventory/managedObjects/${await findObjectId(platform, 'meter-8_l1')}`,
  )
  assert.deepEqual(line.acme_Tariff, { zone: 'day' })
})

for (const qos of [0, 1, 2] as const) {
  test(`QoS ${qos}: an event is there, an error comes back`, async () => {
    const id = `plug-${qos}`
    await using device = await connect(id)
    await device.subscribe('error', qos)
    const event = { type: 'acme_On', text: 'on', time }
    await send(device, 'event/events/create', event, qos)
    await send(device, 'event/events/create', { ...event, type: '' }, qos)
    const { messageId } = JSON.parse(await device.next('error'))
    assert.equal(typeof messageId, qos === 0 ? 'undefined' : 'number')
    assert.deepEqual(
      (await listOf('events', id)).map(({ type }) => type),
      ['acme_On'],
    )
  })
}

test('rows and documents take effect in the order in which they were sent', async () => {
  await using device = await connect('kiln-1')
  await device.subscribe(['error', 's/e', 's/ds'])
  const source = { externalSource: { externalId: 'kiln-1_z1' } }
  const hot = { ...source, type: 'acme_Hot', text: 'Too hot', severity: 'MAJOR', time }
  // Not one of them waits for the one before.
  await Promise.all([
    send(device, 'alarm/alarms/create', hot),
    device.publish('s/us', '101,kiln-1_z1,Zone 1,acme_Zone'),
    send(device, 'alarm/alarms/create', hot, 2),
    device.publish('s/us/kiln-1_z1', '302,acme_Hot,again', 0),
    send(device, 'alarm/alarms/create', hot),
    device.publish('s/us/kiln-1_z1', '306,acme_Hot'),
    send(device, 'alarm/alarms/create', { ...hot, acme_At: 941 }),
    device.publish('s/us', '105'),
  ])
  assert.equal(await device.next('s/ds'), '106,kiln-1_z1')
  const { error } = JSON.parse(await device.next('error'))
  assert.equal(error, 'identity/Not Found', 'the zone was named before it came into being')
  const alarms = await listOf('alarms', 'kiln-1_z1')
  const seen = alarms.map(({ status, count, acme_At }) => [status, count, acme_At])
  assert.deepEqual(
    seen.toSorted(([, a], [, b]) => Number(a) - Number(b)),
    [
      ['ACTIVE', 1, 941],
      ['CLEARED', 3, undefined],
    ],
  )
})

test('a list with one fault leaves nothing behind, not even the device', async () => {
  await using device = await connect('scale-1')
  await device.subscribe('error')
  const good = { type: 'acme_Weight', time, acme_Weight: { W: { value: 12.5, unit: 'kg' } } }
  const measurements = [good, good, { ...good, time: 'noon' }]
  await send(device, 'measurement/measurements/createBulk', { measurements })
  const { message } = JSON.parse(await device.next('error'))
  assert.equal(message, `Member 'measurements[2].time' must be a date with time, not "noon"`)
  const identity = await rest.request('GET', '/identity/externalIds/c8y_Serial/scale-1')
  assert.equal(identity.status, 404)

  await send(device, 'measurement/measurements/createBulk', { measurements: [good, good] })
  assert.equal((await listOf('measurements', 'scale-1')).length, 2)
})

test('what belongs to others cannot be written, changed or deleted', async () => {
  await using victim = await connect('safe-1')
  await send(victim, 'event/events/create', { type: 'acme_Shut', text: 'shut', time })
  const [event] = await listOf('events', 'safe-1')
  const objectId = await findObjectId(platform, 'safe-1')

  await using thief = await connect('thief-1')
  await thief.subscribe('error')
  const lie = { type: 'acme_Open', text: 'open', time }
  const externalSource = { externalId: 'safe-1', type: 'c8y_Serial' }
  const attempts = [
    ['event/events/create', { ...lie, externalSource }, 'security/Forbidden'],
    [`event/events/update/${event?.id}`, { text: 'open' }, 'event/Not Found'],
    [`event/events/delete/${event?.id}`, {}, 'event/Not Found'],
    ['inventory/managedObjects/update/safe-1', { a: 1 }, 'security/Forbidden'],
    [`inventory/managedObjects/update/${objectId}`, { a: 1 }, 'security/Forbidden'],
    ['inventory/managedObjects/create', { externalSource }, 'identity/Duplicate'],
  ] as const
  for (const [topic, document, expected] of attempts) {
    await send(thief, topic, document)
    assert.equal(JSON.parse(await thief.next('error')).error, expected, topic)
  }
  assert.deepEqual(
    (await listOf('events', 'safe-1')).map(({ text }) => text),
    ['shut'],
  )
})

test('an event is changed and deleted, an object created and hung below', async () => {
  await using device = await connect('gate-1')
  await device.subscribe('error')
  const event = { type: 'acme_Move', text: 'opening', time, acme_Angle: 12, acme_By: 'hand' }
  await send(device, 'event/events/create', event)
  const [created] = await listOf('events', 'gate-1')
  await send(device, `event/events/update/${created?.id}`, { text: 'open', acme_By: null })
  const [changed] = await listOf('events', 'gate-1')
  assert.deepEqual([changed?.text, changed?.acme_Angle, changed?.acme_By], ['open', 12, undefined])
  await device.publish(`event/events/delete/${created?.id}`, '')
  assert.deepEqual(await listOf('events', 'gate-1'), [])

  const wing = { name: 'Wing', externalSource: { externalId: 'gate-1_wing' } }
  await send(device, 'inventory/managedObjects/create', wing)
  const id = await findObjectId(platform, 'gate-1_wing')
  const topic = 'inventory/managedObjects/gate-1/childDevices/create'
  await send(device, topic, { managedObject: { id } })
  await device.publish('s/us/gate-1_wing', '400,acme_Move,closing')
  assert.deepEqual(
    (await listOf('events', 'gate-1_wing')).map(({ text }) => text),
    ['closing'],
  )
  assert.deepEqual(device.waiting('error'), [])
})

test('a transient measurement is acknowledged and not kept', async () => {
  await using device = await connect('fan-1')
  const measurement = { type: 'acme_Fan', time, acme_Fan: { rpm: { value: 900 } } }
  await send(device, 't/measurement/measurements/create', measurement)
  await send(device, 'q/measurement/measurements/create', measurement)
  assert.equal((await listOf('measurements', 'fan-1')).length, 1)
})
