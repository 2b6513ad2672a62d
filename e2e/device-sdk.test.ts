// The life of a device (registration.md §1) as the device SDK lives it, on one platform, with REST as
// the operator. Each test has a device of its own.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  type DeviceOperation,
  type DeviceOptions,
  memoryCredentialStore,
  type RowProblemReport,
  startDevice,
  stillExecuting,
} from '@pileus/device-sdk'
import { type SimulatedDevice, simulateDevice } from '@pileus/device-sdk/simulation'
import { findFreePort } from './free-port.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { startPlatform } from './start-platform.ts'
import { inTime, until } from './until.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const requests = '/devicecontrol/newDeviceRequests'
const limits = { backOff: { minMs: 20, maxMs: 200 } }

/** Options of a device that is registered already. */
async function known(id: string): Promise<DeviceOptions> {
  const { username, password } = await registerDevice(platform, id)
  const [tenant = '', user = ''] = username.split('/')
  const credentials = memoryCredentialStore({ tenant, user, password })
  return { id, url: mqttUrl(platform), credentials, limits }
}

test('from nothing to a finished operation, over TCP', async () => {
  await fromNothing('sdk-1', mqttUrl(platform))
})

test('from nothing to a finished operation, over WebSocket', async () => {
  await fromNothing('sdk-2', `${platform.httpUrl.replace('http', 'ws')}/mqtt`)
})

test('a token of the device opens REST in its name', async () => {
  await using device = await startDevice(await known('sdk-token'))
  const [token, same] = await Promise.all([device.requestToken(), device.requestToken()])
  assert.equal(same, token)
  const id = await device.send.getOwnId()
  const answer = await fetch(`${platform.httpUrl}/inventory/managedObjects/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const object: Document = JSON.parse(await answer.text())
  assert.deepEqual([answer.status, object.owner], [200, 'device_sdk-token'])
})

async function fromNothing(id: string, url: string): Promise<void> {
  const { rest } = platform
  await rest.create(requests, { id })
  const credentials = memoryCredentialStore()
  const problems: RowProblemReport[] = []
  const asked = Promise.withResolvers<void>()
  const starting = startDevice({
    id,
    url,
    credentials,
    limits,
    bootstrap: { password: platform.bootstrapPassword, pollEveryMs: 50 },
    name: 'Meter hall 2',
    type: 'acme_Meter',
    requiredAvailabilityMinutes: 20,
    children: [{ id: `${id}_a`, name: 'A', children: [{ id: `${id}_b`, name: 'B' }] }],
    operations: { c8y_Command: ({ values }) => `ran "${values['text']}"` },
    onProgress: ({ kind }) => {
      if (kind === 'asking') asked.resolve()
    },
    onProblem: (problem) => problems.push(problem),
  })
  await asked.promise
  const accept = () => rest.request('PUT', `${requests}/${id}`, { status: 'ACCEPTED' })
  await until('the acceptance', accept, ({ status }) => status === 200)
  await using device = await starting
  assert.equal((await credentials.load())?.user, `device_${id}`)

  await device.send.createTemperatureMeasurement({ temperature: 21.5, time: new Date(0) })
  await device.child(`${id}_b`).send.createEvent({ type: 'acme_Door', text: 'opened, "wide"' })
  await device.sendRows(['303,acme_PhaseLoss,L2 missing', '199,x'])
  assert.deepEqual(await device.send.getChildDevices(), [`${id}_a`])
  assert.deepEqual(await device.child(`${id}_a`).send.getChildDevices(), [`${id}_b`])

  const objectId = await device.send.getOwnId()
  const object = await rest.get(`/inventory/managedObjects/${objectId}`)
  assert.deepEqual(
    [object.name, object.type, object.c8y_SupportedOperations, object.c8y_RequiredAvailability],
    ['Meter hall 2', 'acme_Meter', ['c8y_Command'], { responseInterval: 20 }],
  )
  const { measurements } = await rest.get(`/measurement/measurements?source=${objectId}`)
  assert.deepEqual(
    measurements.map((each: Document) => [each.time, each.c8y_TemperatureMeasurement.T.value]),
    [['1970-01-01T00:00:00.000Z', 21.5]],
  )
  const grandchildId = await findObjectId(platform, `${id}_b`)
  const { events } = await rest.get(`/event/events?source=${grandchildId}`)
  assert.equal(events[0].text, 'opened, "wide"')

  for (const text of ['first, "second"', 'again']) {
    const operation = await operate(objectId, { c8y_Command: { text } })
    const finished = await finishedOperation(operation)
    assert.deepEqual(
      [finished.status, finished.c8y_Command.result],
      ['SUCCESSFUL', `ran "${text}"`],
    )
  }
  assert.deepEqual(problems, [
    { code: 40, messageId: '199', text: 'No static template for this message id' },
  ])
}

test('a second start is as good as the first, and nobody is told that the device exists', async () => {
  const options = await known('sdk-3')
  const problems: RowProblemReport[] = []
  const again = {
    ...options,
    name: 'Three',
    onProblem: (each: RowProblemReport) => problems.push(each),
  }
  await (await startDevice(again)).close()
  await using device = await startDevice({ ...again, name: 'Four' })
  const object = await platform.rest.get(
    `/inventory/managedObjects/${await device.send.getOwnId()}`,
  )
  assert.equal(object.name, 'Three')
  assert.deepEqual(problems, [])
})

test('operations of the device and of those below it, many at once, each with its own end', async () => {
  const seen: DeviceOperation[] = []
  const handle = (operation: DeviceOperation): string => {
    seen.push(operation)
    const text = operation.values['text'] ?? ''
    if (text.startsWith('bad')) throw new Error(`cannot ${text}`)
    return text
  }
  await using device = await startDevice({
    ...(await known('sdk-4')),
    children: [
      { id: 'sdk-4_a', operations: { c8y_Command: (operation) => `a: ${handle(operation)}` } },
    ],
    operations: { c8y_Command: handle },
  })
  const objectId = await device.send.getOwnId()
  const childId = await findObjectId(platform, 'sdk-4_a')
  const texts = Array.from(
    { length: 12 },
    (_, index) => `${index % 4 === 3 ? 'bad' : 'good'} ${index}`,
  )
  const operations = await Promise.all(
    texts.map((text, index) =>
      operate(index % 2 === 0 ? objectId : childId, { c8y_Command: { text } }),
    ),
  )
  const finished = await Promise.all(operations.map(finishedOperation))
  assert.deepEqual(
    finished.map(({ status, failureReason, c8y_Command: { result } }) => [
      status,
      result ?? failureReason,
    ]),
    texts.map((text, index) =>
      text.startsWith('bad')
        ? ['FAILED', `cannot ${text}`]
        : ['SUCCESSFUL', index % 2 === 0 ? text : `a: ${text}`],
    ),
  )
  assert.equal(seen.length, texts.length, 'each is executed once')
})

test('what nobody handles stays pending until somebody does', async () => {
  await using device = await startDevice({
    ...(await known('sdk-5')),
    operations: { c8y_Command: () => {} },
  })
  const objectId = await device.send.getOwnId()
  const restart = await operate(objectId, { c8y_Restart: {} })
  await finishedOperation(await operate(objectId, { c8y_Command: { text: 'x' } }))
  assert.equal((await operation(restart)).status, 'PENDING')
  device.onOperation('c8y_Restart', () => {})
  assert.equal((await finishedOperation(restart)).status, 'SUCCESSFUL')
  const { c8y_SupportedOperations: supported } = await platform.rest.get(
    `/inventory/managedObjects/${objectId}`,
  )
  assert.deepEqual(supported, ['c8y_Command', 'c8y_Restart'])
})

test('an operation that was cancelled while it waited is never begun', async () => {
  const begun: string[] = []
  const first = Promise.withResolvers<void>()
  await using device = await startDevice({
    ...(await known('sdk-6')),
    operations: {
      c8y_Command: async ({ values }) => {
        begun.push(values['text'] ?? '')
        if (values['text'] === 'first') await first.promise
      },
    },
  })
  const objectId = await device.send.getOwnId()
  const ids: string[] = []
  for (const text of ['first', 'cancelled', 'last']) {
    ids.push(await operate(objectId, { c8y_Command: { text } }))
  }
  await until(
    'the first to begin',
    () => begun.length,
    (count) => count === 1,
  )
  await platform.rest.update(`/devicecontrol/operations/${ids[1]}`, {
    status: 'FAILED',
    failureReason: 'cancelled',
  })
  // Had the first ended at once, the second would have been begun: nobody cancels that quickly.
  const cancelledAt = performance.now()
  await until('time to pass', () => performance.now() - cancelledAt > 250)
  first.resolve()
  assert.equal((await finishedOperation(ids[2] ?? '')).status, 'SUCCESSFUL')
  assert.deepEqual(begun, ['first', 'last'])
})

test('a restart closes the device and is reported by the next start', async () => {
  const options = await known('sdk-7')
  const closed = Promise.withResolvers<void>()
  const device = await startDevice({
    ...options,
    operations: {
      c8y_Restart: () => {
        void device.close().then(closed.resolve)
        return stillExecuting
      },
    },
  })
  const restart = await operate(await device.send.getOwnId(), { c8y_Restart: {} })
  await inTime('the restart', closed.promise)
  assert.equal((await operation(restart)).status, 'EXECUTING')
  await using next = await startDevice(options)
  await next.send.succeedOperation({ fragment: 'c8y_Restart' })
  assert.equal((await operation(restart)).status, 'SUCCESSFUL')
})

test('a simulated device lives, answers, and goes away and comes back when it is told to', async () => {
  const kinds: string[] = []
  await using device: SimulatedDevice = await simulateDevice({
    ...(await known('sdk-8')),
    seed: 8,
    everyMs: 20,
    pace: 3_600,
    historyMs: 6 * 3_600_000,
    restartMs: 10,
    onProgress: ({ kind }) => kinds.push(kind),
  })
  const objectId = await findObjectId(platform, 'sdk-8')
  const command = await finishedOperation(
    await operate(objectId, { c8y_Command: { text: 'status' } }),
  )
  assert.match(command.c8y_Command.result, /^temperature: -?[\d.]+ °C\ndoor: /)
  const unknown = await finishedOperation(
    await operate(objectId, { c8y_Command: { text: 'rm -rf' } }),
  )
  assert.match(unknown.failureReason, /^This simulated device has no command "rm"/)
  const restarts = [
    await operate(objectId, { c8y_Restart: {} }),
    await operate(objectId, { c8y_Restart: {} }),
  ]
  for (const restart of restarts)
    assert.equal((await finishedOperation(restart)).status, 'SUCCESSFUL')
  assert.equal(kinds.filter((kind) => kind === 'started').length, 3)

  const sensorId = await findObjectId(platform, 'sdk-8_s2')
  const past = `/measurement/measurements?dateTo=${new Date(Date.now() - 3_600_000).toISOString()}`
  for (const source of [objectId, sensorId]) {
    const { measurements } = await platform.rest.get(`${past}&source=${source}&pageSize=500`)
    assert.ok(measurements.length > 50, `${measurements.length} measurements of the past`)
  }
  assert.equal(device.counts.lostRows, 0)
})

test('a platform that is killed and comes back hears everything, once and in order', async () => {
  // It has to be found again where it was.
  const port = String(await findFreePort())
  await using lasting = await startPlatform({ env: { PILEUS_MQTT_PORT: port } })
  const { username, password } = await registerDevice(lasting, 'sdk-9')
  const [tenant = '', user = ''] = username.split('/')
  await using device = await startDevice({
    id: 'sdk-9',
    url: mqttUrl(lasting),
    credentials: memoryCredentialStore({ tenant, user, password }),
    limits,
    operations: { c8y_Command: ({ values }) => values['text'] ?? '' },
  })
  const send = (value: number): Promise<void> =>
    device.send.createMeasurement({ fragment: 'acme_N', series: 'n', value })
  const sent = Array.from({ length: 400 }, (_, value) => send(value))
  await sent[30]
  await lasting.kill()
  sent.push(...Array.from({ length: 100 }, (_, index) => send(400 + index)))
  await lasting.start()
  await Promise.all(sent)

  const objectId = await device.send.getOwnId()
  const page = await lasting.rest.get(
    `/measurement/measurements?source=${objectId}&pageSize=2000&valueFragmentType=acme_N`,
  )
  const values: number[] = page.measurements.map((each: Document) => each.acme_N.n.value)
  const all = Array.from({ length: 500 }, (_, value) => value)
  assert.deepEqual(
    values.toSorted((one, other) => one - other),
    all,
  )
  const { id } = await lasting.rest.create('/devicecontrol/operations', {
    deviceId: objectId,
    c8y_Command: { text: 'still there' },
  })
  const path = `/devicecontrol/operations/${id}`
  await until(
    'its end',
    () => lasting.rest.get(path),
    ({ status }) => status === 'SUCCESSFUL',
  )
})

async function operate(deviceId: string, fragments: Document): Promise<string> {
  const created = await platform.rest.create('/devicecontrol/operations', {
    deviceId,
    ...fragments,
  })
  return created.id
}

function operation(id: string): Promise<Document> {
  return platform.rest.get(`/devicecontrol/operations/${id}`)
}

function finishedOperation(id: string): Promise<Document> {
  return until(
    `the end of operation ${id}`,
    () => operation(id),
    ({ status }) => status === 'SUCCESSFUL' || status === 'FAILED',
  )
}
