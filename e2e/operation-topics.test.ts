// One operation, many topics: static rows, JSON and the templates of collections side by side
// (registration §8, smartrest-templates §8, json-mqtt §7).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectDevice, type Device } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { type Platform, startPlatform } from './start-platform.ts'
import { until } from './until.ts'

const operations = '/devicecontrol/operations'
const objects = '/inventory/managedObjects'
const templates = 'com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate'
const json = 'devicecontrol/notifications'

test('collections come, change and go while a device listens on every topic', async () => {
  await using platform = await startPlatform()
  const login = await registerDevice(platform, 'kiln-1')
  const clientId = 'd:kiln-1:kilnProto'
  let id: string
  {
    await using device = await connectDevice(mqttUrl(platform), { ...login, clientId })
    await device.publish('s/us', '100,Kiln 1\n101,kiln-1_z1,Zone 1')
    id = await findObjectId(platform, 'kiln-1_z1')
    const granted = await device.subscribe([
      's/ds',
      json,
      's/dc/kilnProto',
      's/dd',
      's/dc/#',
      's/e',
    ])
    assert.deepEqual(granted, [1, 1, 1, 1, 1, 1], 'although there is no collection')

    const first = await createRestart(platform, id)
    assert.equal(await device.next('s/ds'), '510,kiln-1_z1')
    assert.deepEqual(await nextOperation(device), {
      id: first,
      deviceId: id,
      deviceName: 'Zone 1',
      agentId: await findObjectId(platform, 'kiln-1'),
      status: 'PENDING',
      c8y_Restart: {},
      externalSource: { externalId: 'kiln-1_z1', type: 'c8y_Serial' },
    })
    await platform.rest.update(`${operations}/${first}`, { status: 'FAILED' })

    const own = await createCollection(platform, 'kilnProto', '902')
    const other = await createCollection(platform, 'otherProto', '77')
    const second = await createRestart(platform, id)
    assert.equal(await device.next('s/dc/kilnProto'), `902,kiln-1_z1,${second}`)
    assert.equal(await device.next('s/dc/otherProto'), `77,kiln-1_z1,${second}`)
    assert.equal(await device.next('s/dd'), `902,kiln-1_z1,${second}`)
    assert.equal((await nextOperation(device)).id, second)
    await platform.rest.update(`${operations}/${second}`, { status: 'FAILED' })

    await platform.rest.update(`${objects}/${own}`, { [templates]: definitionOf('903') })
    await platform.rest.delete(`${objects}/${other}`)
    const third = await createRestart(platform, id)
    assert.equal(await device.next('s/dc/kilnProto'), `903,kiln-1_z1,${third}`)
    assert.equal(await device.next('s/dd'), `903,kiln-1_z1,${third}`)
    assert.equal((await nextOperation(device)).id, third)
    await quiet(device)
  }

  await platform.stop()
  await platform.start()
  await using device = await connectDevice(mqttUrl(platform), { ...login, clientId })
  await device.subscribe(['s/ds', json, 's/dc/kilnProto', 's/dd', 's/dc/#', 's/e'])
  const pending = (await nextOperation(device)).id
  assert.equal(await device.next('s/ds'), '510,kiln-1_z1')
  assert.equal(await device.next('s/dc/kilnProto'), `903,kiln-1_z1,${pending}`)
  assert.equal(await device.next('s/dd'), `903,kiln-1_z1,${pending}`)
  await device.publish('s/us', `504,${pending}\n506,${pending}`)
  const done = await platform.rest.get(`${operations}/${pending}`)
  assert.equal(done.status, 'SUCCESSFUL')
  await device.publish('s/us', '500')
  await quiet(device)
})

test('an operation that only a later collection can say waits for it', async () => {
  await using platform = await startPlatform()
  const login = await registerDevice(platform, 'kiln-2')
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.publish('s/us', '100')
  await device.subscribe(['s/ds', 's/dc/purge', 's/e'])
  const deviceId = await findObjectId(platform, 'kiln-2')
  const { id } = await platform.rest.create(operations, { deviceId, acme_Purge: { seconds: 20 } })
  await createCollection(platform, 'purge', '901', 'acme_Purge', '$.acme_Purge.seconds')
  assert.equal((await platform.rest.get(`${operations}/${id}`)).status, 'PENDING')
  await device.publish('s/us', '500')
  assert.equal(await device.next('s/dc/purge'), '901,kiln-2,20')
  const { delivery } = await until(
    'SEND',
    () => platform.rest.get(`${operations}/${id}`),
    (operation) => operation.delivery !== undefined,
  )
  assert.equal(delivery.log[0].status, 'SEND')
})

async function createRestart(platform: Platform, deviceId: string): Promise<string> {
  const { id } = await platform.rest.create(operations, { deviceId, c8y_Restart: {} })
  return id
}

function definitionOf(messageId: string, condition = 'c8y_Restart', pattern = 'id') {
  return {
    requestTemplates: [],
    responseTemplates: [{ msgId: messageId, condition, pattern: [pattern] }],
  }
}

/** As consoles make one: the object, and its X-ID as an external id. */
async function createCollection(
  platform: Platform,
  xId: string,
  ...definition: Parameters<typeof definitionOf>
): Promise<string> {
  const type = 'c8y_SmartRest2Template'
  const { id } = await platform.rest.create(objects, {
    type,
    name: xId,
    [templates]: definitionOf(...definition),
  })
  const externalId = { type: 'c8y_SmartRest2DeviceIdentifier', externalId: xId }
  await platform.rest.create(`/identity/globalIds/${id}/externalIds`, externalId)
  return id
}

/** Without what depends on the time. */
async function nextOperation(device: Device): Promise<Record<string, unknown>> {
  const payload = await device.next(json)
  assert.ok(!payload.includes('\n'))
  const { creationTime, delivery, ...operation } = JSON.parse(payload)
  assert.equal(typeof creationTime, 'string')
  assert.ok(Array.isArray(delivery.log))
  return operation
}

/** Nothing has come that nobody asked for. */
async function quiet(device: Device): Promise<void> {
  await device.publish('s/us', '999')
  assert.match(await device.next('s/e'), /^40,999,/)
  for (const topic of [json, 's/dc/kilnProto', 's/dc/otherProto', 's/dd']) {
    assert.deepEqual(device.waiting(topic), [], topic)
  }
}
