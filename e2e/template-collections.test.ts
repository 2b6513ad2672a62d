// A device's own protocol, as its firmware and the people around it meet it.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connectDevice, type Device } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { startPlatform } from './start-platform.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())

const fragment = 'com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate'
const inventory = '/inventory/managedObjects'

/** Connected, subscribed to everything that a collection has to do with. */
async function connectMeter(id: string, collection?: string): Promise<Device> {
  const login = await registerDevice(platform, id)
  const clientId = collection === undefined ? id : `d:${id}:${collection}`
  const device = await connectDevice(mqttUrl(platform), { ...login, clientId })
  const own = collection === undefined ? ['s/dc/#'] : ['s/dd']
  await device.subscribe([...own, 's/dt', 's/e'])
  return device
}

async function findCollectionId(xId: string): Promise<string> {
  const path = `/identity/externalIds/c8y_SmartRest2DeviceIdentifier/${xId}`
  return (await platform.rest.get(path)).managedObject.id
}

// The rows of smartrest-templates §9, word for word; only the numbers are the platform's.
test('the worked example of the protocol', async () => {
  const { rest } = platform
  await using meter = await connectMeter('meter-8', 'meterProto')
  await meter.publish('s/us', '101,meter-8_l1,Line 1,acme_Line')
  const lineId = await findObjectId(platform, 'meter-8_l1')

  await meter.publish('s/ut/meterProto', '')
  assert.equal(await meter.next('s/dt'), '41,meterProto')
  const rows = [
    '10,310,POST,MEASUREMENT,,acme_Energy,,acme_Energy.A+.value,NUMBER,,acme_Energy.A+.unit,STRING,kWh',
    '10,330,PUT,OPERATION,,acme_Tariff,status,OPERATIONSTATUS,',
    '10,320,GET,INVENTORY,,false,c8y_Serial',
    '11,710,acme_Tariff,acme_Tariff,zone,price',
    '11,720,,c8y_IsDevice,id,name',
  ]
  await meter.publish('s/ut/meterProto', rows.join('\n'))
  const collectionId = await findCollectionId('meterProto')
  assert.equal(await meter.next('s/dt'), `20,meterProto,${collectionId}`)
  await meter.publish('s/ud', '310,,1771.4')
  await meter.publish('s/ud', '320,meter-8_l1')
  assert.equal(await meter.next('s/dd'), `720,${lineId},Line 1`)

  const tariff = { zone: 'night, off-peak', price: 0.11 }
  const { id } = await rest.create('/devicecontrol/operations', {
    deviceId: lineId,
    acme_Tariff: tariff,
  })
  assert.equal(await meter.next('s/dd'), '710,meter-8_l1,"night, off-peak",0.11')
  const statusAfter = async (row: string): Promise<string> => {
    await meter.publish('s/ud/meter-8_l1', row)
    return (await rest.get(`/devicecontrol/operations/${id}`)).status
  }
  assert.equal(await statusAfter('330,EXECUTING'), 'EXECUTING')
  assert.equal(await statusAfter('330,SUCCESSFUL'), 'SUCCESSFUL')
  assert.deepEqual((await rest.get(`/devicecontrol/operations/${id}`)).acme_Tariff, tariff)

  const meterId = await findObjectId(platform, 'meter-8')
  const { measurements } = await rest.get(`/measurement/measurements?source=${meterId}`)
  assert.deepEqual(
    measurements.map(({ type, acme_Energy }: Document) => [type, acme_Energy]),
    [['acme_Energy', { 'A+': { value: 1771.4, unit: 'kWh' } }]],
  )
  const collection = await rest.get(`${inventory}/${collectionId}`)
  assert.deepEqual(
    [collection.type, collection.name, collection.owner],
    ['c8y_SmartRest2Template', 'meterProto', 'device_meter-8'],
  )
  assert.equal(collection[fragment].requestTemplates.length, 3)
  assert.deepEqual(meter.waiting('s/e'), [])
})

test('a collection that comes and changes over REST, while its device is connected', async () => {
  const { rest } = platform
  await using meter = await connectMeter('meter-9')
  const send = (row: string) => meter.publish('s/uc/tariffProto', row)
  await send('810,early')
  assert.equal(await meter.next('s/e'), '40,810,Template collection tariffProto does not exist')

  const event = { msgId: '810', method: 'POST', api: 'EVENT', response: true }
  const type = { path: '$.type', type: 'STRING', value: 'acme_Note' }
  const templates = {
    requestTemplates: [{ ...event, mandatoryValues: [type] }],
    responseTemplates: [{ msgId: '910', condition: 'text', pattern: ['text'] }],
  }
  const object = { type: 'c8y_SmartRest2Template', name: 'Tariffs', [fragment]: templates }
  const { id } = await rest.create(inventory, object)
  const xId = { type: 'c8y_SmartRest2DeviceIdentifier', externalId: 'tariffProto' }
  await rest.create(`/identity/globalIds/${id}/externalIds`, xId)
  await send('810,first')
  assert.equal(await meter.next('s/dc/tariffProto'), '910,first')

  const [note] = templates.responseTemplates
  const responseTemplates = [{ ...note, msgId: '911', pattern: ['type', 'text'] }]
  await rest.update(`${inventory}/${id}`, { [fragment]: { ...templates, responseTemplates } })
  await send('810,second')
  assert.equal(await meter.next('s/dc/tariffProto'), '911,acme_Note,second')

  const faulty = { ...templates, requestTemplates: [{ ...event, api: 'AUDIT' }] }
  const refused = await rest.request('PUT', `${inventory}/${id}`, { [fragment]: faulty })
  assert.equal(refused.status, 422)
  assert.match(refused.body.message, /requestTemplates\[0\]\.api/)
  await send('810,third')
  assert.equal(await meter.next('s/dc/tariffProto'), '911,acme_Note,third')

  await rest.delete(`${inventory}/${id}`)
  await send('810,late')
  assert.equal(await meter.next('s/e'), '40,810,Template collection tariffProto does not exist')
})

test('of devices that bring the same collection at once, one creates it', async () => {
  const ids = ['meter-11', 'meter-12', 'meter-13', 'meter-14']
  const meters = await Promise.all(ids.map((id) => connectMeter(id)))
  const topic = 's/ut/fleetProto'
  await Promise.all(meters.map((meter) => meter.publish(topic, '11,910,,acme_Go,acme_Go')))
  const answers = await Promise.all(meters.map((meter) => meter.next('s/dt')))
  const id = await findCollectionId('fleetProto')
  const created = answers.filter((answer) => answer === `20,fleetProto,${id}`)
  const others = answers.filter((answer) => answer === '41,fleetProto,Collection exists already')
  assert.deepEqual([created.length, others.length], [1, ids.length - 1])
  await Promise.all(meters.map((meter) => meter.publish(topic, '')))
  for (const meter of meters) assert.equal(await meter.next('s/dt'), `20,fleetProto,${id}`)
  await Promise.all(meters.map((meter) => meter[Symbol.asyncDispose]()))
})

test('a collection survives the platform', async () => {
  await using own = await startPlatform()
  const login = await registerDevice(own, 'meter-21')
  const connect = async () => {
    const device = await connectDevice(mqttUrl(own), login)
    await device.subscribe(['s/dc/acmeProto', 's/dt'])
    return device
  }
  const definition = '10,820,GET,INVENTORY,,false,c8y_Serial\n11,920,,c8y_IsDevice,name'
  let answer: string
  {
    await using before = await connect()
    await before.publish('s/ut/acmeProto', definition)
    answer = await before.next('s/dt')
    await before.publish('s/us', '100,Meter 21')
  }
  await own.kill()
  await own.start()
  await using meter = await connect()
  await meter.publish('s/uc/acmeProto', '820,meter-21')
  assert.equal(await meter.next('s/dc/acmeProto'), '920,Meter 21')
  await meter.publish('s/ut/acmeProto', '')
  assert.equal(await meter.next('s/dt'), answer)
})
