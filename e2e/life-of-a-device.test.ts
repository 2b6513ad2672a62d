// The story of registration.md §1 with MQTT.js as the device and REST as its operator. Each test is
// a chapter of its own, with a device of its own, on one platform.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connectDevice, refusalOf } from './mqtt-device.ts'
import {
  bootstrapLogin,
  bootstrapRest,
  findObjectId,
  mqttUrl,
  registerDevice,
} from './register-device.ts'
import { type Document, RestClient } from './rest-client.ts'
import { startPlatform } from './start-platform.ts'
import { until } from './until.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const { httpUrl, rest } = platform
const url = mqttUrl(platform)
const requests = '/devicecontrol/newDeviceRequests'

test('it asks for credentials, is accepted, and connects with its own', async () => {
  const registered = await rest.create(requests, { id: 'meter-8', name: 'Hall 2' })
  assert.deepEqual(withoutTimes(registered, 'creationTime'), {
    id: 'meter-8',
    self: `${httpUrl}${requests}/meter-8`,
    status: 'WAITING_FOR_CONNECTION',
    tenantId: 't100',
    owner: 'admin',
    name: 'Hall 2',
    customProperties: {},
  })

  await using stranger = await connectDevice(url, bootstrapLogin(platform, 'meter-8'))
  assert.deepEqual(await stranger.subscribe('s/dcr'), [1])
  await stranger.publish('s/ucr', '')
  const pending = await rest.get(`${requests}/meter-8`)
  assert.equal(pending.status, 'PENDING_ACCEPTANCE')
  const accepted = await rest.update(`${requests}/meter-8`, { status: 'ACCEPTED' })
  assert.equal(accepted.status, 'ACCEPTED')
  assert.deepEqual(stranger.waiting('s/dcr'), [], 'nothing comes before the next poll')

  await stranger.publish('s/ucr', '')
  const answer = await stranger.next('s/dcr')
  assert.match(answer, /^70,t100,device_meter-8,[A-Za-z0-9]{32,}$/)
  const password = answer.split(',')[3] ?? ''

  const login = { clientId: 'meter-8', username: 't100/device_meter-8', password }
  await using device = await connectDevice(url, login)
  assert.equal((await rest.request('GET', `${requests}/meter-8`)).status, 404)
  // The bootstrap session is another one: it lives on, and hears nothing more.
  await stranger.publish('s/ucr', '')
  assert.deepEqual(stranger.waiting('s/dcr'), [])

  await device.publish('s/us', '211,25')
  const id = await findObjectId(platform, 'meter-8')
  const created = await rest.get(`/inventory/managedObjects/${id}`)
  assert.equal(created.name, 'Hall 2', 'the name of its registration')
})

test('an answer that was lost is given again, with a new password', async () => {
  await rest.create(requests, { id: 'meter-9' })
  const ask = () =>
    bootstrapRest(platform).request('POST', '/devicecontrol/deviceCredentials', { id: 'meter-9' })
  assert.equal((await ask()).status, 404)
  await rest.update(`${requests}/meter-9`, { status: 'ACCEPTED' })
  const lost = await ask()
  const kept = await ask()
  assert.deepEqual([lost.status, kept.status], [201, 201])
  assert.deepEqual(
    { ...kept.body, password: '' },
    {
      id: 'meter-9',
      self: `${httpUrl}/devicecontrol/deviceCredentials/meter-9`,
      tenantId: 't100',
      username: 'device_meter-9',
      password: '',
    },
  )

  const login = { clientId: 'meter-9', username: 't100/device_meter-9' }
  assert.equal(await refusalOf(url, { ...login, password: lost.body.password }), 4)
  await using _device = await connectDevice(url, { ...login, password: kept.body.password })
  assert.equal((await ask()).status, 404, 'after the first login the id must be registered again')
})

test('it creates itself, a child and a service, and says so again without harm', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-1'))
  assert.deepEqual(await device.subscribe(['s/ds', 's/e']), [1, 1])
  const rows = [
    '100,Kiln north,acme_Kiln',
    '101,kiln-1_z5,Zone 5,acme_Zone',
    '102,kiln-1_svc,systemd,burner-control,up',
  ]
  await device.publish('s/us', rows.join('\n'))
  await device.publish('s/us', rows.join('\n'))
  assert.equal(await device.next('s/e'), '41,100,Device already existing')
  assert.match(await device.next('s/e'), /^41,101,/)
  await device.publish('s/us', '105\n123')
  assert.equal(await device.next('s/ds'), '106,kiln-1_z5')

  const id = await findObjectId(platform, 'kiln-1')
  assert.equal(await device.next('s/ds'), `124,${id}`)
  const childId = await findObjectId(platform, 'kiln-1_z5')
  const serviceId = await findObjectId(platform, 'kiln-1_svc')
  const kiln = await rest.get(`/inventory/managedObjects/${id}`)
  assert.deepEqual(withoutTimes(withoutConnection(kiln), 'creationTime', 'lastUpdated'), {
    id,
    self: `${httpUrl}/inventory/managedObjects/${id}`,
    type: 'acme_Kiln',
    name: 'Kiln north',
    owner: 'device_kiln-1',
    c8y_IsDevice: {},
    com_cumulocity_model_Agent: {},
    ...noReferences(id),
    childDevices: children(id, 'childDevices', { id: childId, name: 'Zone 5' }),
    childAdditions: children(id, 'childAdditions', { id: serviceId, name: 'burner-control' }),
  })
  const zone = await rest.get(`/inventory/managedObjects/${childId}?withParents=true`)
  assert.deepEqual(withoutTimes(zone, 'creationTime', 'lastUpdated'), {
    id: childId,
    self: `${httpUrl}/inventory/managedObjects/${childId}`,
    type: 'acme_Zone',
    name: 'Zone 5',
    owner: 'device_kiln-1',
    c8y_IsDevice: {},
    ...noReferences(childId),
    deviceParents: children(childId, 'deviceParents', { id, name: 'Kiln north' }),
  })
  const service = await rest.get(`/inventory/managedObjects/${serviceId}`)
  assert.deepEqual(
    [service.type, service.serviceType, service.status, service.c8y_IsDevice],
    ['c8y_Service', 'systemd', 'up', undefined],
  )
})

test('its first data create it, and a child that nobody has announced', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-2'))
  await device.publish('s/us/kiln-2_z1', '211,38')
  const id = await findObjectId(platform, 'kiln-2')
  const childId = await findObjectId(platform, 'kiln-2_z1')
  const root = await rest.get(`/inventory/managedObjects/${id}`)
  assert.deepEqual([root.name, root.type], ['MQTT Device kiln-2', 'c8y_MQTTDevice'])
  const child = await rest.get(`/inventory/managedObjects/${childId}`)
  assert.deepEqual([child.name, child.type], ['MQTT Device kiln-2_z1', 'c8y_MQTTChildDevice'])
  assert.equal(root.childDevices.references[0].managedObject.id, childId)
})

test('it describes itself', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-3'))
  await device.publish(
    's/us',
    [
      '110,SN-7,"model ""M"", rev",1.2',
      '112,50.32,9.1,120,3',
      '114,c8y_Restart,c8y_Command,,c8y_Restart',
      '115,burner,7.0.3',
      '117,20',
      '122,acme-agent,2.1,,acme',
    ].join('\n'),
  )
  const id = await findObjectId(platform, 'kiln-3')
  const kiln = await rest.get(`/inventory/managedObjects/${id}`)
  const expected = {
    c8y_Hardware: { serialNumber: 'SN-7', model: 'model "M", rev', revision: '1.2' },
    c8y_Position: { lat: 50.32, lng: 9.1, alt: 120, accuracy: 3 },
    c8y_SupportedOperations: ['c8y_Restart', 'c8y_Command'],
    c8y_Firmware: { name: 'burner', version: '7.0.3' },
    c8y_RequiredAvailability: { responseInterval: 20 },
    c8y_Agent: { name: 'acme-agent', version: '2.1', maintainer: 'acme' },
  }
  assert.deepEqual(pick(kiln, Object.keys(expected)), expected)

  await rest.update(`/inventory/managedObjects/${id}`, {
    c8y_RequiredAvailability: { responseInterval: 5 },
  })
  await device.publish('s/us', '117,20')
  const after = await rest.get(`/inventory/managedObjects/${id}`)
  assert.equal(after.c8y_RequiredAvailability.responseInterval, 5, "the operator's value stays")
})

test('its measurements can be read back', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-4'))
  await device.publish('s/us', '200,acme_U,L1,231.2,V,2032-02-01T08:00:00.000Z', 0)
  await device.publish('s/us', '211,25,2032-02-01T08:01:00.000Z', 2)
  await device.publish(
    's/us',
    '201,acme_Energy,2032-02-01T09:02:00+01:00,acme_Energy,A+,1771.4,kWh,acme_Energy,P,-3.2e-1,kW,acme_F,f,50',
  )
  const id = await findObjectId(platform, 'kiln-4')
  const list = await rest.get(`/measurement/measurements?source=${id}&withTotalPages=true`)
  const source = { id, self: `${httpUrl}/inventory/managedObjects/${id}` }
  const ids = list.measurements.map((each: Document) => each.id)
  const self = (index: number) => `${httpUrl}/measurement/measurements/${ids[index]}`
  assert.deepEqual(list.measurements, [
    {
      id: ids[0],
      self: self(0),
      type: 'acme_U',
      time: '2032-02-01T08:00:00.000Z',
      source,
      acme_U: { L1: { value: 231.2, unit: 'V' } },
    },
    {
      id: ids[1],
      self: self(1),
      type: 'c8y_TemperatureMeasurement',
      time: '2032-02-01T08:01:00.000Z',
      source,
      c8y_TemperatureMeasurement: { T: { value: 25, unit: 'C' } },
    },
    {
      id: ids[2],
      self: self(2),
      type: 'acme_Energy',
      time: '2032-02-01T08:02:00.000Z',
      source,
      acme_Energy: { 'A+': { value: 1771.4, unit: 'kWh' }, P: { value: -0.32, unit: 'kW' } },
      acme_F: { f: { value: 50 } },
    },
  ])
  assert.deepEqual(list.statistics, { currentPage: 1, pageSize: 5, totalPages: 1 })
  const one = await rest.get(`/measurement/measurements/${ids[1]}`)
  assert.deepEqual(one, list.measurements[1])
})

test('its events can be read back', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-5'))
  await device.publish('s/us', '100,Kiln 5\n400,acme_Door,"open, then closed",2032-02-01T08:00:00Z')
  await device.publish('s/us', '402,50.1,8.5,,,2032-02-01T08:00:01Z')
  const id = await findObjectId(platform, 'kiln-5')
  const list = await rest.get(`/event/events?source=${id}`)
  const events: Document[] = list.events
  const source = { id, name: 'Kiln 5', self: `${httpUrl}/inventory/managedObjects/${id}` }
  assert.deepEqual(
    events.map((event) => withoutTimes(event, 'creationTime', 'lastUpdated')),
    [
      {
        id: events[0]?.id,
        self: `${httpUrl}/event/events/${events[0]?.id}`,
        type: 'c8y_LocationUpdate',
        text: 'Location updated',
        time: '2032-02-01T08:00:01.000Z',
        source,
        c8y_Position: { lat: 50.1, lng: 8.5 },
      },
      {
        id: events[1]?.id,
        self: `${httpUrl}/event/events/${events[1]?.id}`,
        type: 'acme_Door',
        text: 'open, then closed',
        time: '2032-02-01T08:00:00.000Z',
        source,
      },
    ],
  )
  const kiln = await rest.get(`/inventory/managedObjects/${id}`)
  assert.deepEqual(kiln.c8y_Position, { lat: 50.1, lng: 8.5 })
})

test('its alarms are counted while they last, and cleared', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-6'))
  await device.subscribe('s/e')
  await device.publish('s/us', '100,Kiln 6')
  const id = await findObjectId(platform, 'kiln-6')
  const alarms = async (): Promise<Document[]> =>
    (await rest.get(`/alarm/alarms?source=${id}`)).alarms

  await device.publish('s/us', '302,acme_Leak,Water in the pit,2032-02-01T08:00:00.000Z')
  await device.publish('s/us', '301,acme_Leak,Another text,2032-02-01T08:05:00.000Z')
  const [leak, ...others] = await alarms()
  assert.deepEqual(others, [])
  assert.deepEqual(withoutTimes(leak, 'creationTime', 'lastUpdated'), {
    id: leak?.id,
    self: `${httpUrl}/alarm/alarms/${leak?.id}`,
    type: 'acme_Leak',
    text: 'Water in the pit',
    severity: 'MAJOR',
    status: 'ACTIVE',
    time: '2032-02-01T08:05:00.000Z',
    firstOccurrenceTime: '2032-02-01T08:00:00.000Z',
    count: 2,
    source: { id, name: 'Kiln 6', self: `${httpUrl}/inventory/managedObjects/${id}` },
    history: { auditRecords: [], self: `${httpUrl}/audit/auditRecords` },
  })

  await device.publish('s/us', '305,acme_Leak,minor')
  assert.equal((await alarms())[0]?.severity, 'MINOR')
  await device.publish('s/us', '306,acme_Leak')
  assert.deepEqual(
    (await alarms()).map(({ status }) => status),
    ['CLEARED'],
  )
  await device.publish('s/us', '306,acme_Leak')
  assert.match(await device.next('s/e'), /^41,306,/)
  await device.publish('s/us', '302,acme_Leak')
  const after = await alarms()
  assert.deepEqual(
    after.map(({ status, text }) => `${status} ${text}`).sort(),
    ['ACTIVE Alarm of type acme_Leak raised', 'CLEARED Water in the pit'],
    'after clearing, the next one is a new alarm',
  )
})

test('an operation travels down, and its course is seen', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-7'))
  await device.publish('s/us', '100,Kiln 7\n114,c8y_Command')
  await device.subscribe(['s/ds', 's/e'])
  const id = await findObjectId(platform, 'kiln-7')
  const created = await rest.create('/devicecontrol/operations', {
    deviceId: id,
    description: 'Look around',
    c8y_Command: { text: 'ls -l, "pwd"' },
  })
  const operationId = created.id
  const expected = {
    id: operationId,
    self: `${httpUrl}/devicecontrol/operations/${operationId}`,
    deviceId: id,
    deviceName: 'Kiln 7',
    agentId: id,
    status: 'PENDING',
    description: 'Look around',
    c8y_Command: { text: 'ls -l, "pwd"' },
  }
  const operation = () => rest.get(`/devicecontrol/operations/${operationId}`)
  assert.deepEqual(withoutTimes(created, 'creationTime'), expected)
  assert.equal(await device.next('s/ds'), '511,kiln-7,"ls -l, \\"pwd\\""')

  const delivered = await until(
    'DELIVERED',
    operation,
    ({ delivery }) => delivery?.status === 'DELIVERED',
  )
  assert.equal(delivered.status, 'PENDING', 'delivery does not change the state')
  assert.deepEqual(
    delivered.delivery.log.map((entry: Document) => entry.status),
    ['SEND', 'DELIVERED'],
  )
  for (const { time } of [delivered.delivery, ...delivered.delivery.log]) assertTime(time)

  await device.publish('s/us', '501,c8y_Command')
  assert.equal((await operation()).status, 'EXECUTING')
  await device.publish('s/us', '503,c8y_Command,"10 records\nall complete"')
  const { delivery: _, ...done } = await operation()
  assert.deepEqual(withoutTimes(done, 'creationTime'), {
    ...expected,
    status: 'SUCCESSFUL',
    c8y_Command: { text: 'ls -l, "pwd"', result: '10 records\nall complete' },
  })

  await device.publish('s/us', '503,c8y_Command')
  assert.match(await device.next('s/e'), /^41,503,/)
  await device.publish('s/us', `505,${operationId},too late`)
  assert.match(await device.next('s/e'), /^41,505,/)
  assert.equal((await operation()).status, 'SUCCESSFUL', 'a final state is final')
  const late = await rest.request('PUT', `/devicecontrol/operations/${operationId}`, {
    status: 'EXECUTING',
  })
  assert.equal(late.status, 422)
})

test('an operation that fails says why', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-8'))
  await device.publish('s/us', '100')
  const id = await findObjectId(platform, 'kiln-8')
  const { id: first } = await rest.create('/devicecontrol/operations', op(id, 'c8y_Restart'))
  const { id: second } = await rest.create('/devicecontrol/operations', op(id, 'c8y_Restart'))
  await device.publish('s/us', '501,c8y_Restart\n502,c8y_Restart,"no, not now"')
  await device.publish('s/us', `504,${second}\n507,c8y_Restart,rebooted`)
  const failed = await rest.get(`/devicecontrol/operations?deviceId=${id}&status=FAILED`)
  assert.deepEqual(
    failed.operations.map((each: Document) => [each.id, each.failureReason]),
    [
      [first, 'no, not now'],
      [second, 'rebooted'],
    ],
  )
})

test('operations of its children come to it, and are answered on their topics', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-9'))
  await device.publish('s/us', '100\n101,kiln-9_z1\n102,kiln-9_svc,systemd,burner,up')
  await device.publish('s/us/kiln-9_z1', '101,kiln-9_z1_s1,Sensor')
  await device.subscribe(['s/ds', 's/e'])
  const childId = await findObjectId(platform, 'kiln-9_z1')
  const grandchildId = await findObjectId(platform, 'kiln-9_z1_s1')
  const serviceId = await findObjectId(platform, 'kiln-9_svc')

  const restart = await rest.create('/devicecontrol/operations', op(childId, 'c8y_Restart'))
  assert.equal(restart.agentId, await findObjectId(platform, 'kiln-9'))
  await rest.create('/devicecontrol/operations', op(grandchildId, 'c8y_Restart'))
  await rest.create('/devicecontrol/operations', op(serviceId, 'c8y_Restart'))
  assert.equal(await device.next('s/ds'), '510,kiln-9_z1')
  assert.equal(await device.next('s/ds'), '510,kiln-9_z1_s1')
  assert.equal(await device.next('s/ds'), '510,kiln-9_svc')

  await device.publish('s/us', '501,c8y_Restart')
  assert.match(await device.next('s/e'), /^41,501,/, 'a parent does not answer for a child')
  await device.publish('s/us/kiln-9_z1', '501,c8y_Restart\n503,c8y_Restart')
  const operation = await rest.get(`/devicecontrol/operations/${restart.id}`)
  assert.equal(operation.status, 'SUCCESSFUL')
  await device.publish('s/us/kiln-9_z1', '500')
  assert.equal(await device.next('s/ds'), '510,kiln-9_z1_s1', 'what is below the child')
})

test('each faulty row is named, and costs its neighbours nothing', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-10'))
  await device.subscribe('s/e')
  await device.publish(
    's/us',
    ['100', '999,x', '211,warm', '211', '211,25', '306,acme_Leak', '400,acme_Note,"open'].join(
      '\n',
    ),
  )
  assert.equal(await device.next('s/e'), '40,999,No static template for this message id')
  assert.match(await device.next('s/e'), /^45,211,/)
  assert.match(await device.next('s/e'), /^45,211,/)
  assert.match(await device.next('s/e'), /^41,306,/)
  assert.match(await device.next('s/e'), /^42,400,/)
  const id = await findObjectId(platform, 'kiln-10')
  const { measurements } = await rest.get(`/measurement/measurements?source=${id}`)
  assert.equal(measurements.length, 1)
})

test('its last will is published when it leaves without a word', async () => {
  const login = await registerDevice(platform, 'kiln-11')
  const will = {
    topic: 's/us',
    payload: Buffer.from('302,acme_Gone,Lost\n400,acme_Gone,"gone, without a word"'),
    qos: 1,
    retain: false,
  } as const
  const device = await connectDevice(url, login, { will })
  await device.publish('s/us', '100')
  const id = await findObjectId(platform, 'kiln-11')
  const alarms = async () => (await rest.get(`/alarm/alarms?source=${id}`)).alarms
  device.leave()
  await until('the alarm of the will', alarms, ({ length }) => length === 1)
  const { events } = await rest.get(`/event/events?source=${id}`)
  assert.equal(events[0].text, 'gone, without a word')

  const polite = await connectDevice(url, login, { will })
  await polite.publish('s/us', '306,acme_Gone')
  await polite[Symbol.asyncDispose]()
  await using back = await connectDevice(url, login)
  await back.publish('s/us', '400,acme_Back,Here')
  const unresolved = await rest.get(`/alarm/alarms?source=${id}&resolved=false`)
  assert.deepEqual(unresolved.alarms, [], 'DISCONNECT takes the will away')
})

test('whoever has no right is refused with the code for it', async () => {
  const login = await registerDevice(platform, 'kiln-12')
  const wrong = { ...login, password: 'not the password of this device' }
  assert.equal(await refusalOf(url, wrong), 4)
  assert.equal(await refusalOf(url, { ...login, username: 't100/device_nobody' }), 4)
  assert.equal(await refusalOf(url, { ...login, username: 'nowhere/device_kiln-12' }), 4)
  assert.equal(await refusalOf(url, { ...login, password: '' }), 5)
  assert.equal(await refusalOf(url, { ...login, clientId: 'kiln-13' }), 5, "another device's id")
  assert.equal(await refusalOf(url, { ...login, clientId: 'x:kiln-12' }), 2)
  assert.equal(await refusalOf(url, { ...login, clientId: 'd:kiln 12' }), 2)

  await using short = await connectDevice(url, { ...login, username: 'device_kiln-12' })
  await short.publish('s/us', '100')
  await using _typed = await connectDevice(url, { ...login, clientId: 'd:kiln-12:acmeProto' })
  await short.closedByPlatform()
})

test('MQTT 3.1 works too, up to 23 characters', async () => {
  const login = await registerDevice(platform, 'old-modem')
  const old = { protocolVersion: 3, protocolId: 'MQIsdp' } as const
  await using device = await connectDevice(url, login, old)
  await device.publish('s/us', '100,Old modem', 2)
  await findObjectId(platform, 'old-modem')
  const long = await registerDevice(platform, 'old-modem-with-long-name')
  assert.equal(await refusalOf(url, long, old), 5)
})

test('deleting its user ends its session, and it can be registered again', async () => {
  const login = await registerDevice(platform, 'kiln-14')
  const device = await connectDevice(url, login)
  await device.publish('s/us', '100,Kiln 14\n211,25')
  const id = await findObjectId(platform, 'kiln-14')

  const taken = await rest.request('POST', requests, { id: 'kiln-14' })
  assert.equal(taken.status, 422)
  assert.equal(taken.body.error, 'devicecontrol/Non Unique Result')
  await rest.delete('/user/t100/users/device_kiln-14')
  await device.closedByPlatform(5000)
  assert.equal(await refusalOf(url, login), 4)

  const again = await registerDevice(platform, 'kiln-14')
  assert.notEqual(again.password, login.password)
  await using back = await connectDevice(url, again)
  await back.publish('s/us', '211,26')
  assert.equal(await findObjectId(platform, 'kiln-14'), id, 'it is the same device')
  const { measurements } = await rest.get(`/measurement/measurements?source=${id}`)
  assert.equal(measurements.length, 2, 'its history goes on')
})

test('a device that is deleted while connected comes back with its next row', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'kiln-15'))
  await device.publish('s/us', '100,Kiln 15\n211,25')
  const id = await findObjectId(platform, 'kiln-15')
  await rest.delete(`/inventory/managedObjects/${id}`)
  assert.equal((await rest.request('GET', '/identity/externalIds/c8y_Serial/kiln-15')).status, 404)
  await device.publish('s/us', '211,26')
  assert.notEqual(await findObjectId(platform, 'kiln-15'), id)
})

test('a second connection takes over from the first', async () => {
  const login = await registerDevice(platform, 'kiln-16')
  const first = await connectDevice(url, login, {
    will: { topic: 's/us', payload: Buffer.from('400,acme_Will,will'), qos: 1, retain: false },
  })
  await first.publish('s/us', '100')
  await using second = await connectDevice(url, login)
  await second.publish('s/us', '400,acme_News,news')
  await first.closedByPlatform()
  const id = await findObjectId(platform, 'kiln-16')
  const { events } = await rest.get(`/event/events?source=${id}&revert=true`)
  assert.deepEqual(
    events.map((event: Document) => event.text),
    ['will', 'news'],
    'the will of the first comes before the news of the second',
  )
})

test('what a device may see over REST ends at what it owns', async () => {
  const { username, password } = await registerDevice(platform, 'kiln-17')
  const own = new RestClient(httpUrl, username, password)
  assert.equal((await own.get('/tenant/currentTenant')).name, 't100')
  assert.equal((await own.get('/user/currentUser')).userName, 'device_kiln-17')
  const { id } = await own.create('/inventory/managedObjects', { name: 'Mine', c8y_IsDevice: {} })
  assert.equal((await own.get(`/inventory/managedObjects/${id}`)).owner, 'device_kiln-17')
  const foreign = await rest.create('/inventory/managedObjects', { name: 'Not mine' })
  const refused = await own.request('GET', `/inventory/managedObjects/${foreign.id}`)
  assert.equal(refused.status, 403)
  assert.equal((await own.request('GET', requests)).status, 403)
  const { managedObjects } = await own.get('/inventory/managedObjects?pageSize=2000')
  assert.deepEqual(
    managedObjects.map((each: Document) => each.id),
    [id],
  )
})

function op(deviceId: string, fragment: string): Document {
  return { deviceId, [fragment]: {} }
}

function assertTime(text: unknown): void {
  assert.match(String(text), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
}

/** The document without members that only have to be times. */
function withoutTimes(document: Document | undefined, ...members: readonly string[]): Document {
  const rest = { ...document }
  for (const member of members) {
    assertTime(rest[member])
    delete rest[member]
  }
  return rest
}

/** Without what the platform computes about the connection. */
function withoutConnection({
  c8y_Availability: _availability,
  c8y_Connection: _connection,
  ...rest
}: Document): Document {
  return rest
}

function pick(document: Document, members: readonly string[]): Document {
  return Object.fromEntries(members.map((member) => [member, document[member]]))
}

function noReferences(id: string): Document {
  const kinds = ['Devices', 'Assets', 'Additions']
  const members = [
    ...kinds.map((kind) => `child${kind}`),
    ...['deviceParents', 'assetParents', 'additionParents'],
  ]
  return Object.fromEntries(members.map((member) => [member, children(id, member)]))
}

function children(
  id: string,
  member: string,
  ...others: readonly { readonly id: string; readonly name: string }[]
): Document {
  const self = `${httpUrl}/inventory/managedObjects/${id}/${member}`
  return {
    self,
    references: others.map((other) => ({
      self: `${self}/${other.id}`,
      managedObject: { ...other, self: `${httpUrl}/inventory/managedObjects/${other.id}` },
    })),
  }
}
