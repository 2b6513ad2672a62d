// Shutting down. reliability.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openWebSocketByteScript } from '@pileus/testing'
import {
  connectOf,
  deferred,
  openPlatform,
  pingreq,
  pingresp,
  until,
} from './mqtt-endpoint.fixture.ts'

test('closes the sessions evenly over the window, without wills', async () => {
  await using platform = await openPlatform()
  const ids = Array.from({ length: 10 }, (_, index) => `pump-${index}`)
  const devices = await Promise.all(
    ids.map((id) => platform.connect(id, `10 [ <MQTT> 04 06 003c <${id}> <s/us> <100> ]`)),
  )
  const drained = platform.endpoint.drain(1000)
  assert.equal(platform.endings.length, 1)
  platform.clock.advance(500)
  assert.equal(platform.endings.length, 6)
  platform.clock.advance(400)
  assert.equal(platform.endings.length, 10)
  await Promise.all(devices.map((device) => device.expectEnd()))
  for (const device of devices) device.leave()
  await drained
  assert.deepEqual(new Set(platform.endings.map(({ reason }) => reason)), new Set(['draining']))
  assert.deepEqual(new Set(platform.endings.map(({ will }) => will)), new Set(['discarded']))
})

test('acknowledges what was parsed and reads no more', async () => {
  await using platform = await openPlatform()
  await using device = await platform.connect()
  const durable = deferred()
  platform.door.peer.onPublish = () => durable.promise
  device.send('32 [ <s/us> 0001 "100" ]')
  await platform.door.peer.untilHeard(1)
  const drained = platform.endpoint.drain(0)
  device.send('32 [ <s/us> 0002 "101" ]')
  durable.resolve()
  await device.expect('40 02 0001')
  await device.expectEnd()
  device.leave()
  await drained
  assert.deepEqual(platform.door.peer.heard, ['publish s/us 1 100', 'closed draining'])
})

test('waits two seconds for acknowledgements, not longer', async () => {
  await using platform = await openPlatform()
  await using device = await platform.connect()
  platform.door.peer.onPublish = () => deferred().promise
  device.send('32 [ <s/us> 0001 "100" ]')
  await platform.door.peer.untilHeard(1)
  const drained = platform.endpoint.drain(0)
  platform.clock.advance(1_900)
  assert.equal(platform.endings.length, 0)
  platform.clock.advance(200)
  await device.expectEnd()
  device.leave()
  await drained
})

test('resets a client that keeps its side open', async () => {
  await using platform = await openPlatform()
  await using device = await platform.connect()
  const drained = platform.endpoint.drain(0)
  await device.expectEnd()
  platform.clock.advance(2_100)
  await drained
})

test('accepts nothing new, and serves the others until their turn', async () => {
  await using platform = await openPlatform()
  const server = createServer()
  platform.endpoint.attachWebSocket(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const devices = await Promise.all(['a', 'b'].map((id) => platform.connect(id)))
  await using silent = await platform.dial()
  await platform.untilConnections(3)
  const drained = platform.endpoint.drain(1000)
  await silent.expectEnd()
  await assert.rejects(platform.dial())
  await assert.rejects(openWebSocketByteScript(`ws://127.0.0.1:${port}/mqtt`))
  const remaining = platform.door.peers.find(({ heard }) => heard.length === 0)
  const device = devices[['a', 'b'].indexOf(remaining?.request.clientId ?? '')]
  device?.send(pingreq)
  await device?.expect(pingresp)
  platform.clock.advance(1000)
  for (const each of [...devices, silent]) each.leave()
  await drained
  server.close()
})

test('answers a CONNECT that is being checked with CONNACK 3', async () => {
  await using platform = await openPlatform()
  const gate = deferred()
  platform.door.judge = async (request) => {
    await gate.promise
    return platform.door.accept(request)
  }
  await using device = await platform.dial()
  device.send(connectOf('pump-7'))
  await platform.untilRequests(1)
  const drained = platform.endpoint.drain(0)
  await device.expect('20 02 00 03')
  await device.expectEnd()
  gate.resolve()
  device.leave()
  await drained
  assert.equal(platform.door.peers.length, 0)
})

test('closing lets go of everything at once', async () => {
  const platform = await openPlatform()
  await using device = await platform.connect()
  await platform.endpoint.close()
  await device.expectEnd()
  await until(() => platform.endpoint.gauges().connections === 0)
})
