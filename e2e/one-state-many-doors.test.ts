// Every door only translates into the same commands, so one scenario through any of them ends in
// the same state. A further door is a further row of `doors`.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connectDevice } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { type Document, RestClient } from './rest-client.ts'
import { type Platform, startPlatform } from './start-platform.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())

/** The device of the scenario as it comes through one door. */
interface Voice extends AsyncDisposable {
  /** The device comes into being. */
  appear(name: string, type: string): Promise<void>
  /** A child with this external id comes into being below it. */
  appearBelow(childId: string, name: string, type: string): Promise<void>
  describeHardware(serialNumber: string, model: string, revision: string): Promise<void>
  supportOperations(...names: readonly string[]): Promise<void>
  forget(fragment: string): Promise<void>
  /** Of the device, or of the child with this external id; so are the following. */
  measure(value: number, time: string, childId?: string): Promise<void>
  tell(type: string, text: string, time: string, childId?: string): Promise<void>
  /** A MAJOR alarm. */
  raise(type: string, text: string, time: string, childId?: string): Promise<void>
  /** The unresolved alarm of that type becomes MINOR. */
  soften(type: string, childId?: string): Promise<void>
  /** The unresolved alarm of that type is CLEARED. */
  clear(type: string, childId?: string): Promise<void>
}

type Door = (platform: Platform, id: string) => Promise<Voice>

const doors: Readonly<Record<string, Door>> = {
  'static rows': speakRows,
  'custom rows': speakCustomRows,
  JSON: speakJson,
  REST: speakRest,
}

async function live(voice: Voice, id: string): Promise<void> {
  const childId = `${id}_valve`
  await voice.appear('Pump 7', 'acme_Pump')
  await voice.measure(3.75, '2032-02-01T08:15:30.250Z')
  await voice.describeHardware('AM-5512', 'AM-2', 'rev B')
  await voice.supportOperations('c8y_Restart', 'c8y_Command')
  await voice.appearBelow(childId, 'Valve', 'acme_Valve')
  await voice.measure(0.5, '2032-02-01T08:15:31.000Z', childId)
  await voice.tell('acme_Door', 'Door opened', '2032-02-01T08:16:00.000Z')
  await voice.tell('acme_Door', 'Door, "closed"', '2032-02-01T08:16:05.000Z', childId)
  await voice.raise('acme_Leak', 'Leak found', '2032-02-01T08:17:00.000Z', childId)
  await voice.raise('acme_Leak', 'Leak grows', '2032-02-01T08:18:00.000Z', childId)
  await voice.soften('acme_Leak', childId)
  await voice.clear('acme_Leak', childId)
  await voice.raise('acme_Leak', 'Leak again', '2032-02-01T08:19:00.000Z', childId)
  await voice.raise('acme_Dry', 'No water', '2032-02-01T08:20:00.000Z')
  await voice.soften('acme_Dry')
  await voice.describeHardware('AM-5512', 'AM-2', 'rev C')
  await voice.forget('c8y_SupportedOperations')
}

test('the state that the scenario is about', async () => {
  const state = await stateThrough(speakRows, 'rows')
  assert.deepEqual(state.device, {
    name: 'Pump 7',
    type: 'acme_Pump',
    owner: 'device_<id>',
    c8y_IsDevice: {},
    com_cumulocity_model_Agent: {},
    c8y_Hardware: { serialNumber: 'AM-5512', model: 'AM-2', revision: 'rev C' },
  })
  assert.deepEqual(
    state.child.alarms.map(({ status, severity, count }: Document) => [status, severity, count]),
    [
      ['ACTIVE', 'MAJOR', 1],
      ['CLEARED', 'MINOR', 2],
    ],
  )
  assert.equal(state.measurements.length + state.child.measurements.length, 2)
  assert.equal(state.events.length + state.child.events.length, 2)
})

const [[, first] = ['', speakRows], ...others] = Object.entries(doors)
for (const [name, door] of others) {
  test(`through ${name} it is the same as through static rows`, async () => {
    const id = `door-${name.toLowerCase().replaceAll(' ', '-')}`
    assert.deepEqual(await stateThrough(door, id), await stateThrough(first, `${id}-twin`))
  })
}

/** All that is left of a life, without what no two lives have in common. */
async function stateThrough(door: Door, id: string): Promise<Document> {
  {
    await using voice = await door(platform, id)
    await live(voice, id)
  }
  const child = await stateOf(`${id}_valve`)
  const text = JSON.stringify({ ...(await stateOf(id)), child }, (name, value) =>
    different.has(name) ? undefined : value,
  )
  return JSON.parse(text.replaceAll(id, '<id>'))
}

/** Numbers, links and times of receipt; the connection is there only for those that had one. */
const different: ReadonlySet<string> = new Set([
  'id',
  'self',
  'creationTime',
  'lastUpdated',
  'source',
  'history',
  'childDevices',
  'childAssets',
  'childAdditions',
  'deviceParents',
  'assetParents',
  'additionParents',
  'c8y_Connection',
  'c8y_Availability',
  'c8y_ActiveAlarmsStatus',
])

async function stateOf(externalId: string): Promise<Document> {
  const { rest } = platform
  const id = await findObjectId(platform, externalId)
  const object = await rest.get(`/inventory/managedObjects/${id}?withParents=true`)
  const list = async (api: string) =>
    (await rest.get(`/${api}/${api}s?source=${id}&pageSize=100`))[`${api}s`]
  const names = ({ references }: Document) =>
    references.map(({ managedObject }: Document) => managedObject.name)
  return {
    device: object,
    below: names(object.childDevices),
    above: names(object.deviceParents),
    measurements: await list('measurement'),
    events: await list('event'),
    alarms: await list('alarm'),
  }
}

// The doors.

async function speakRows(at: Platform, id: string): Promise<Voice> {
  const device = await connectDevice(mqttUrl(at), await registerDevice(at, id))
  const row = (columns: readonly (string | number)[], childId?: string) =>
    device.publish(childId === undefined ? 's/us' : `s/us/${childId}`, columns.map(column).join())
  return {
    appear: (name, type) => row([100, name, type]),
    appearBelow: (childId, name, type) => row([101, childId, name, type]),
    describeHardware: (...columns) => row([110, ...columns]),
    supportOperations: (...names) => row([114, ...names]),
    forget: (fragment) => row([107, fragment]),
    measure: (value, time, childId) =>
      row([200, 'acme_Flow', 'rate', value, 'l/min', time], childId),
    tell: (type, text, time, childId) => row([400, type, text, time], childId),
    raise: (type, text, time, childId) => row([302, type, text, time], childId),
    soften: (type, childId) => row([305, type, 'minor'], childId),
    clear: (type, childId) => row([306, type], childId),
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

/** What the scenario needs, as a device would define it for itself. */
const doorProto = [
  '10,thing,PUT,INVENTORY,,false,c8y_Serial,name,STRING,,type,STRING,',
  '10,hardware,PUT,INVENTORY,,false,c8y_Serial,c8y_Hardware.serialNumber,STRING,,c8y_Hardware.model,STRING,,c8y_Hardware.revision,STRING,',
  '10,operations,PUT,INVENTORY,,false,c8y_Serial,c8y_SupportedOperations[0],STRING,,c8y_SupportedOperations[1],STRING,',
  '10,flow,POST,MEASUREMENT,,acme_Flow,,acme_Flow.rate.value,NUMBER,,acme_Flow.rate.unit,STRING,l/min',
  '10,event,POST,EVENT,,,,',
  '10,alarm,POST,ALARM,,,,ACTIVE,MAJOR,',
  '10,soften,PUT,ALARM,,,severity,SEVERITY,minor',
  '10,clear,PUT,ALARM,,,status,ALARMSTATUS,CLEARED',
].join('\n')

async function speakCustomRows(at: Platform, id: string): Promise<Voice> {
  const login = await registerDevice(at, id)
  const device = await connectDevice(mqttUrl(at), { ...login, clientId: `d:${id}:doorProto` })
  await device.publish('s/ut/doorProto', doorProto)
  const row = (columns: readonly (string | number)[], childId?: string) =>
    device.publish(childId === undefined ? 's/ud' : `s/ud/${childId}`, columns.map(column).join())
  return {
    // The first row about an object brings it into being, this one tells what it is.
    appear: (name, type) => row(['thing', id, name, type]),
    appearBelow: (childId, name, type) => row(['thing', childId, name, type], childId),
    describeHardware: (...columns) => row(['hardware', id, ...columns]),
    supportOperations: (...names) => row(['operations', id, ...names]),
    // No template can remove a member.
    forget: (fragment) => device.publish('s/us', `107,${fragment}`),
    measure: (value, time, childId) => row(['flow', time, value], childId),
    tell: (type, text, time, childId) => row(['event', type, text, time], childId),
    raise: (type, text, time, childId) => row(['alarm', type, text, time], childId),
    soften: (type, childId) => row(['soften', type], childId),
    clear: (type, childId) => row(['clear', type], childId),
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

function column(value: string | number): string {
  const text = String(value)
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

async function speakJson(at: Platform, id: string): Promise<Voice> {
  const device = await connectDevice(mqttUrl(at), await registerDevice(at, id))
  const send = (topic: string, document: Document) =>
    device.publish(topic, JSON.stringify(document))
  const update = (document: Document) => send(`inventory/managedObjects/update/${id}`, document)
  const source = (childId?: string) =>
    childId === undefined ? {} : { externalSource: { externalId: childId, type: 'c8y_Serial' } }
  const changeAlarm = async (change: Document, type: string, childId?: string) =>
    send(`alarm/alarms/update/${await findAlarmId(at, type, childId ?? id)}`, change)
  return {
    // A document about the device needs one: rows, data or an operator bring it into being.
    appear: (name, type) => device.publish('s/us', `100,${name},${type}`),
    async appearBelow(childId, name, type) {
      const child = { name, type, c8y_IsDevice: {}, ...source(childId) }
      await send('inventory/managedObjects/create', child)
      const managedObject = { id: await findObjectId(at, childId) }
      await send(`inventory/managedObjects/${id}/childDevices/create`, { managedObject })
    },
    describeHardware: (serialNumber, model, revision) =>
      update({ c8y_Hardware: { serialNumber, model, revision } }),
    supportOperations: (...names) => update({ c8y_SupportedOperations: names }),
    forget: (fragment) => update({ [fragment]: null }),
    measure: (value, time, childId) =>
      send('measurement/measurements/create', { ...source(childId), ...flow(value), time }),
    tell: (type, text, time, childId) =>
      send('event/events/create', { ...source(childId), type, text, time }),
    raise: (type, text, time, childId) =>
      send('alarm/alarms/create', { ...source(childId), type, text, time, severity: 'MAJOR' }),
    soften: (type, childId) => changeAlarm({ severity: 'MINOR' }, type, childId),
    clear: (type, childId) => changeAlarm({ status: 'CLEARED' }, type, childId),
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

async function speakRest(at: Platform, id: string): Promise<Voice> {
  const { username, password } = await registerDevice(at, id)
  const rest = new RestClient(at.httpUrl, username, password)
  const objects = '/inventory/managedObjects'
  const create = async (path: string, document: Document) => {
    await rest.create(path, document)
  }
  const update = async (document: Document) => {
    await rest.update(`${objects}/${await findObjectId(at, id)}`, document)
  }
  const source = async (childId?: string) => ({
    source: { id: await findObjectId(at, childId ?? id) },
  })
  const changeAlarm = async (change: Document, type: string, childId?: string) => {
    await rest.update(`/alarm/alarms/${await findAlarmId(at, type, childId ?? id)}`, change)
  }
  const name = async (objectId: string, externalId: string) =>
    create(`/identity/globalIds/${objectId}/externalIds`, { type: 'c8y_Serial', externalId })
  return {
    async appear(deviceName, type) {
      const markers = { c8y_IsDevice: {}, com_cumulocity_model_Agent: {} }
      const created = await rest.create(objects, { name: deviceName, type, ...markers })
      await name(created.id, id)
    },
    async appearBelow(childId, childName, type) {
      const child = { name: childName, type, c8y_IsDevice: {} }
      const created = await rest.create(objects, child)
      await name(created.id, childId)
      const managedObject = { id: created.id }
      await create(`${objects}/${await findObjectId(at, id)}/childDevices`, { managedObject })
    },
    describeHardware: (serialNumber, model, revision) =>
      update({ c8y_Hardware: { serialNumber, model, revision } }),
    supportOperations: (...names) => update({ c8y_SupportedOperations: names }),
    forget: (fragment) => update({ [fragment]: null }),
    measure: async (value, time, childId) =>
      create('/measurement/measurements', { ...(await source(childId)), ...flow(value), time }),
    tell: async (type, text, time, childId) =>
      create('/event/events', { ...(await source(childId)), type, text, time }),
    raise: async (type, text, time, childId) =>
      create('/alarm/alarms', {
        ...(await source(childId)),
        type,
        text,
        time,
        severity: 'MAJOR',
      }),
    soften: (type, childId) => changeAlarm({ severity: 'MINOR' }, type, childId),
    clear: (type, childId) => changeAlarm({ status: 'CLEARED' }, type, childId),
    [Symbol.asyncDispose]: async () => {},
  }
}

function flow(value: number): Document {
  return { type: 'acme_Flow', acme_Flow: { rate: { value, unit: 'l/min' } } }
}

/** The unresolved alarm of a type: documents change one by its id, which an operator tells. */
async function findAlarmId(at: Platform, type: string, externalId: string): Promise<string> {
  const source = await findObjectId(at, externalId)
  const found = await at.rest.get(`/alarm/alarms?source=${source}&type=${type}&resolved=false`)
  const [alarm] = found.alarms
  assert.ok(alarm, `an unresolved ${type} of ${externalId}`)
  return alarm.id
}
