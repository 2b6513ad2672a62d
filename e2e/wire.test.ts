import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EventStream } from './event-stream.ts'
import { connectDevice, refusalOf } from './mqtt-device.ts'
import { bootstrapLogin, findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { type Platform, startPlatform } from './start-platform.ts'
import { until } from './until.ts'

let platform: Platform
before(async () => {
  platform = await startPlatform()
})
after(() => platform[Symbol.asyncDispose]())

const wire = '/service/console/wire'

async function read(query: string): Promise<Document> {
  return await platform.rest.get(`${wire}?${query}`)
}

/** One line for each packet: what it is and what matters of it. */
function brief(packets: readonly Document[]): readonly string[] {
  return packets.map(({ dir, packet, topic, payload }) =>
    [dir, packet, topic, payload?.text].filter((part) => part !== undefined).join(' '),
  )
}

test('every packet of a watched device is there, with what became of it', async () => {
  const login = await registerDevice(platform, 'wire-1')
  const none = await read('clientId=wire-1')
  assert.deepEqual(none.packets, [])
  assert.equal(none.state.isConnected, false)

  await using device = await connectDevice(mqttUrl(platform), login, {
    keepalive: 40,
    will: { topic: 's/us', payload: Buffer.from('400,acme_Lost,gone'), qos: 0, retain: false },
  })
  await device.subscribe(['s/ds', 's/e', 's/nix'])
  await device.publish('s/us', '100,Wire,acme_Wire\n211,25')
  await device.publish('s/us', '105\n200,acme_T,T,warm')
  const objectId = await findObjectId(platform, 'wire-1')
  const { id } = await platform.rest.create('/devicecontrol/operations', {
    deviceId: objectId,
    c8y_Restart: {},
  })
  assert.equal(await device.next('s/ds'), '106')
  assert.equal(await device.next('s/ds'), '510,wire-1')

  const { packets } = await until(
    'the acknowledgement of the operation',
    () => read(`deviceId=${objectId}&since=${none.next}`),
    (answer) => answer.packets.at(-1)?.packet === 'PUBACK' && answer.packets.at(-1)?.dir === 'in',
  )
  const names = brief(packets).filter((line) => !line.endsWith('PUBACK'))
  assert.deepEqual(names, [
    'in CONNECT',
    'out CONNACK',
    'in SUBSCRIBE',
    'out SUBACK',
    'in PUBLISH s/us 100,Wire,acme_Wire\n211,25',
    'in PUBLISH s/us 105\n200,acme_T,T,warm',
    'out PUBLISH s/ds 106',
    'out PUBLISH s/e 45,200,"Column 3 (value) must be a number, not \\"warm\\""',
    'out PUBLISH s/ds 510,wire-1',
  ])

  const [connect, , , suback, good, bad, , , restart] = packets.filter(
    ({ packet }: Document) => packet !== 'PUBACK',
  )
  assert.equal(connect.connect.user, 't100/device_wire-1')
  assert.equal(connect.connect.keepAliveSeconds, 40)
  assert.deepEqual(connect.connect.will, { topic: 's/us', qos: 0, retain: false })
  assert.deepEqual(suback.codes, [1, 1, 128])

  assert.equal(good.deviceId, objectId)
  assert.equal(good.size, 25)
  assert.ok(good.timing.storeMs >= 0)
  const [created, measured] = good.rows
  assert.equal(created.template.name, 'createDevice')
  assert.equal(created.outcome.api, 'INVENTORY')
  assert.equal(created.outcome.id, objectId)
  assert.equal(measured.columns[1].value, 25)
  assert.equal(measured.columns[2].defaulted, 'server time')
  const measurement = await platform.rest.get(measured.outcome.href)
  assert.equal(measurement.c8y_TemperatureMeasurement.T.value, 25)

  const [asked, wrong] = bad.rows
  assert.deepEqual(asked.responses, [{ topic: 's/ds', text: '106' }])
  assert.equal(wrong.outcome, null)
  assert.equal(wrong.error.code, 45)
  assert.equal(wrong.error.column, 3)
  assert.equal(wrong.raw.slice(...wrong.error.span), 'warm')
  assert.match(wrong.responses[0].text, /^45,200,/)

  assert.deepEqual(restart.cause, {
    kind: 'operation',
    id,
    href: `/devicecontrol/operations/${id}`,
  })
  assert.equal(restart.rows[0].template.name, 'restart')

  device.leave()
  const ended = await until(
    'the end',
    () => read('clientId=d:wire-1'),
    (answer) => answer.packets.at(-1)?.packet === 'CLOSE',
  )
  const [will, close] = ended.packets.slice(-2)
  assert.equal(will.isWill, true)
  assert.equal(will.rows[0].outcome.api, 'EVENT')
  assert.equal(close.ending.will, 'published')
  assert.ok(close.reason)
  assert.equal(ended.state.isConnected, false)
})

test('a wrong row is told within 300 ms, with its column', async () => {
  const login = await registerDevice(platform, 'wire-2')
  await using device = await connectDevice(mqttUrl(platform), login)
  await using stream = await EventStream.open(platform, `${wire}/stream?clientId=wire-2`)
  // From here on it is watched; what came before is not what is measured.
  await stream.until('its state', ({ name }) => name === 'state')
  for (let attempt = 0; attempt < 5; attempt++) {
    const sentAt = performance.now()
    await device.publish('s/us', `200,acme_T,T,warm${attempt}`, attempt % 2 === 0 ? 1 : 0)
    const { data, id } = await stream.until(
      'the row',
      ({ name, data: packet }) => name === 'packet' && packet.packet === 'PUBLISH',
    )
    const tookMs = performance.now() - sentAt
    const [row] = data.rows
    assert.equal(row.error.column, 3)
    assert.equal(row.raw.slice(...row.error.span), `warm${attempt}`)
    assert.equal(Number(id), data.seq)
    assert.ok(tookMs <= 300, `it took ${tookMs} ms`)
  }
})

test('although nobody watched, refusals and ends are known', async () => {
  const login = await registerDevice(platform, 'wire-3')
  const url = mqttUrl(platform)
  assert.equal(await refusalOf(url, { ...login, password: 'not this one' }), 4)
  assert.equal(await refusalOf(url, { ...login, clientId: 'x:wire-3' }), 2)
  {
    await using device = await connectDevice(url, login)
    await device.publish('s/us', '211,25')
    await device.publish('s/us', '211,25\n211,hot')
  }
  const { packets } = await until(
    'the end',
    () => read('clientId=wire-3&errorsOnly=false'),
    (answer) => answer.packets.at(-1)?.packet === 'DISCONNECT',
  )
  assert.deepEqual(brief(packets), [
    'in CONNECT',
    'in PUBLISH s/us 211,25\n211,hot',
    'in DISCONNECT',
  ])
  const [refused, message, end] = packets
  assert.equal(refused.returnCode, 4)
  assert.match(refused.reason, /wrong password/)
  assert.equal(message.isAlone, true)
  assert.equal(message.rows[0].error, undefined)
  assert.equal(message.rows[1].error.column, 1)
  assert.equal(end.ending.publishesIn, 2)
  const all = await read('errorsOnly=true')
  assert.ok(all.packets.some(({ clientId }: Document) => clientId === 'x:wire-3'))
})

test('rows of a template collection and JSON are shown as what they are', async () => {
  const login = await registerDevice(platform, 'wire-4')
  await read('clientId=wire-4')
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.subscribe('s/dt')
  await device.publish(
    's/ut/wireProto',
    '10,W1,POST,MEASUREMENT,false,acme_Flow,,acme_Flow.F.value,NUMBER,',
  )
  assert.match(await device.next('s/dt'), /^20,wireProto,/)
  await device.publish('s/uc/wireProto', 'W1,now,12.5')
  await device.publish('s/uc/nix', 'A,1')
  await device.publish(
    'event/events/create',
    JSON.stringify({ type: 'acme_E', text: 'x', time: '2031-02-11T07:02:11Z' }),
  )
  const { packets } = await read('clientId=wire-4')
  const rowOf = (topic: string) =>
    packets.find((packet: Document) => packet.topic === topic).rows[0]
  const custom = rowOf('s/uc/wireProto')
  assert.equal(custom.template.kind, 'custom')
  assert.equal(custom.template.collection, 'wireProto')
  const unknown = rowOf('s/uc/nix')
  assert.equal(unknown.template, undefined)
  assert.equal(unknown.error.code, 40)
  const json = rowOf('event/events/create')
  assert.equal(json.template.kind, 'json')
  assert.equal(json.outcome.api, 'EVENT')
})

test('a stream goes on where it was left, also over a restart', async () => {
  const login = await registerDevice(platform, 'wire-5')
  const path = `${wire}/stream?clientId=wire-5`
  const published = (text: string) => (event: { readonly data: Document }) =>
    event.data.payload?.text === text
  let last: string
  {
    await using device = await connectDevice(mqttUrl(platform), login)
    await using stream = await EventStream.open(platform, path)
    await stream.until('its state', ({ name }) => name === 'state')
    await device.publish('s/us', '211,1')
    last = (await stream.until('the first', published('211,1'))).id
    await device.publish('s/us', '211,2')
    await device.publish('s/us', '211,3')
  }
  {
    await using stream = await EventStream.open(platform, path, last)
    const texts: string[] = []
    const third = await stream.until('the third', (event) => {
      if (event.data.packet === 'PUBLISH') texts.push(event.data.payload.text)
      return published('211,3')(event)
    })
    assert.deepEqual(texts, ['211,2', '211,3'])
    last = third.id
    const ended = stream.until('the reason', ({ name }) => name === 'error')
    await platform.restart()
    assert.deepEqual((await ended).data, { reason: 'stopping' })
  }
  await using stream = await EventStream.open(platform, path, last)
  const first = await stream.next()
  assert.deepEqual([first?.name, first?.data], ['lost', { reason: 'restart' }])
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.publish('s/us', '211,4')
  const fourth = await stream.until('the fourth', published('211,4'))
  assert.ok(Number(fourth.id) > Number(last))
})

test('no secret is in it', async () => {
  const id = 'wire-6'
  await read(`clientId=${id}`)
  await platform.rest.create('/devicecontrol/newDeviceRequests', { id })
  const bootstrap = bootstrapLogin(platform, id)
  let password = ''
  {
    await using device = await connectDevice(mqttUrl(platform), bootstrap)
    await device.subscribe('s/dcr')
    await device.publish('s/ucr', 'canary-security-token')
    await platform.rest.update(`/devicecontrol/newDeviceRequests/${id}`, {
      status: 'ACCEPTED',
      securityToken: 'canary-security-token',
    })
    const row = await until('the credentials', async () => {
      await device.publish('s/ucr', 'canary-security-token')
      return device.waiting('s/dcr')[0]
    })
    password = row?.split(',')[3] ?? ''
    assert.ok(password.length > 8)
  }
  const login = { clientId: id, username: `t100/device_${id}`, password }
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.subscribe(['s/dat', 's/e'])
  await device.publish('s/uat', '')
  const token = (await device.next('s/dat')).slice('71,'.length)
  await device.publish('s/ucr', 'canary-security-token')
  await device.publish('s/us', '400,acme_Key,-----BEGIN PRIVATE KEY-----canary-key')
  await refusalOf(mqttUrl(platform), { ...login, password: 'canary-wrong-password' })
  const { packets } = await read(`clientId=${id}`)
  const text = JSON.stringify(packets)
  for (const secret of ['canary', password, token, platform.bootstrapPassword]) {
    assert.ok(!text.includes(secret), secret)
  }
  const masked = packets.filter(({ payload }: Document) => payload?.masked)
  assert.ok(masked.length >= 4, text)
})
