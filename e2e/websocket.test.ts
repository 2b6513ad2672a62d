// MQTT over WebSocket at /mqtt (mqtt-endpoint §1), with MQTT.js and with the WebSocket of the runtime.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connectDevice, refusalOf } from './mqtt-device.ts'
import { bootstrapLogin, findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { startPlatform } from './start-platform.ts'
import { inTime, until } from './until.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const { rest } = platform
const url = `${platform.httpUrl.replace('http', 'ws')}/mqtt`

test('a device lives its life over WebSocket', async () => {
  await rest.create('/devicecontrol/newDeviceRequests', { id: 'browser-1' })
  await using stranger = await connectDevice(url, bootstrapLogin(platform, 'browser-1'))
  await stranger.subscribe('s/dcr')
  await stranger.publish('s/ucr', '')
  await rest.update('/devicecontrol/newDeviceRequests/browser-1', { status: 'ACCEPTED' })
  await stranger.publish('s/ucr', '')
  const [, tenant, user, password = ''] = (await stranger.next('s/dcr')).split(',')
  const login = { clientId: 'browser-1', username: `${tenant}/${user}`, password }

  await using device = await connectDevice(url, login)
  await device.subscribe(['s/ds', 's/e'], 2)
  await device.publish('s/us', '100,In a browser\n114,c8y_Restart\n999', 2)
  await device.publish('s/us', '211,25', 0)
  assert.match(await device.next('s/e'), /^40,999,/)
  const deviceId = await findObjectId(platform, 'browser-1')
  const { id } = await rest.create('/devicecontrol/operations', { deviceId, c8y_Restart: {} })
  assert.equal(await device.next('s/ds'), '510,browser-1')
  await device.publish('s/us', '501,c8y_Restart\n503,c8y_Restart')
  const operation = await rest.get(`/devicecontrol/operations/${id}`)
  assert.equal(operation.status, 'SUCCESSFUL')
  const { measurements } = await rest.get(`/measurement/measurements?source=${deviceId}`)
  assert.equal(measurements.length, 1)
})

test('it is the same endpoint as over TCP: take-over and will cross over', async () => {
  const login = await registerDevice(platform, 'browser-2')
  const will = {
    topic: 's/us',
    payload: Buffer.from('400,acme_Will,gone'),
    qos: 1,
    retain: false,
  } as const
  const first = await connectDevice(url, login, { will })
  await first.publish('s/us', '100')
  await using _second = await connectDevice(mqttUrl(platform), login)
  await first.closedByPlatform()
  const source = await findObjectId(platform, 'browser-2')
  await until('the will', async () => {
    const { events } = await rest.get(`/event/events?source=${source}`)
    return events.length === 1
  })
})

test('a message of the largest size fits through', async () => {
  await using device = await connectDevice(url, await registerDevice(platform, 'browser-3'))
  const text = 'x'.repeat(16_000)
  await device.publish('s/us', `400,acme_Large,${text}`)
  const { events } = await rest.get('/event/events?type=acme_Large')
  assert.equal(events[0].text, text)
})

test('refusals are the same', async () => {
  const login = await registerDevice(platform, 'browser-4')
  assert.equal(await refusalOf(url, { ...login, password: 'wrong' }), 4)
  assert.equal(await refusalOf(url, { ...login, clientId: 'a:b' }), 2)
})

for (const protocols of [['mqtt'], ['mqttv3.1'], []]) {
  test(`sub-protocol ${protocols[0] ?? '(none)'} is accepted`, async () => {
    const socket = new WebSocket(url, protocols)
    await inTime('the WebSocket', opened(socket))
    assert.equal(socket.protocol, protocols[0] ?? '')
    await closed(socket)
  })
}

test('elsewhere there is no WebSocket', async () => {
  const socket = new WebSocket(url.replace('/mqtt', '/elsewhere'), ['mqtt'])
  await assert.rejects(inTime('an answer', opened(socket)), /No WebSocket/)
})

function opened(socket: WebSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.addEventListener('open', () => resolve(), { once: true })
  socket.addEventListener('error', () => reject(new Error('No WebSocket')), { once: true })
  return promise
}

async function closed(socket: WebSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.addEventListener('close', () => resolve(), { once: true })
  socket.close()
  await inTime('the end of the WebSocket', promise)
}
