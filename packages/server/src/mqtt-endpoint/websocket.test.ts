// MQTT over WebSocket, byte by byte. mqtt-endpoint §1.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { bytes, openByteScript, openWebSocketByteScript } from '@pileus/testing'
import {
  accepted,
  connectOf,
  disconnect,
  openPlatform,
  pingreq,
  pingresp,
  type TestPlatform,
} from './mqtt-endpoint.fixture.ts'

async function openWebPlatform(limits: Parameters<typeof openPlatform>[0] = {}) {
  const platform = await openPlatform(limits)
  const server = createServer((_, response) => response.writeHead(404).end())
  platform.endpoint.attachWebSocket(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    platform,
    port,
    url: `ws://127.0.0.1:${port}/mqtt`,
    async [Symbol.asyncDispose]() {
      await platform.endpoint.close()
      server.close()
      server.closeAllConnections()
    },
  }
}

function endingOf(platform: TestPlatform) {
  return platform.untilEnding(1)
}

describe('the upgrade', () => {
  const cases = [
    ['mqtt', ['mqtt'], 'mqtt'],
    ['mqttv3.1', ['mqttv3.1'], 'mqttv3.1'],
    ['no sub-protocol', [], ''],
    ['mqtt before mqttv3.1', ['mqttv3.1', 'mqtt'], 'mqtt'],
    ['mqtt among others', ['chat', 'mqtt'], 'mqtt'],
  ] as const
  for (const [name, offered, chosen] of cases) {
    test(`takes ${name}`, async () => {
      await using web = await openWebPlatform()
      await using device = await openWebSocketByteScript(web.url, offered)
      assert.equal(device.protocol, chosen)
      device.send(connectOf('pump-7'))
      await device.expect(accepted)
      const request = web.platform.door.requests[0]
      assert.equal(request?.transport, 'websocket')
      assert.equal(request?.host, `127.0.0.1:${web.port}`)
    })
  }

  test('is refused for unknown sub-protocols', async () => {
    await using web = await openWebPlatform()
    await assert.rejects(openWebSocketByteScript(web.url, ['chat']))
  })

  test('takes a query behind the path', async () => {
    await using web = await openWebPlatform()
    await using device = await openWebSocketByteScript(`${web.url}?x=1`)
    device.send(connectOf('pump-7'))
    await device.expect(accepted)
  })

  test('leaves other paths to others', async () => {
    await using web = await openWebPlatform()
    await using visitor = await openByteScript(web.port)
    visitor.send('"GET /other HTTP/1.1" 0d0a "Host: x" 0d0a "Connection: close" 0d0a0d0a')
    assert.equal(Buffer.from(await visitor.read(12)).toString(), 'HTTP/1.1 404')
  })
})

describe('frames', () => {
  test('may cut packets anywhere and hold several', async () => {
    await using web = await openWebPlatform()
    await using device = await openWebSocketByteScript(web.url)
    const stream = Buffer.concat([
      bytes(connectOf('pump-7')),
      bytes('82 [ 0001 <s/ds> 01 ]'),
      bytes('32 [ <s/us> 0002 "100" ]'),
      bytes(pingreq),
    ])
    for (let start = 0; start < stream.length; start += 3) {
      device.send(stream.subarray(start, start + 3))
    }
    await device.expect(accepted, '90 [ 0001 01 ]')
    assert.equal((await device.read(6)).length, 6)
    assert.deepEqual(web.platform.door.peer.heard, ['subscribe s/ds 1', 'publish s/us 1 100'])
  })

  test('of text close the connection and fire the will', async () => {
    await using web = await openWebPlatform()
    const socket = new WebSocket(web.url, ['mqtt'])
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    socket.send(Uint8Array.from(bytes('10 [ <MQTT> 04 06 003c <p> <s/us> <100> ]')))
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }))
    socket.send('hello')
    assert.equal((await closed).code, 1003)
    const ending = await endingOf(web.platform)
    assert.equal(ending.reason, 'frameRefused')
    assert.equal(ending.will, 'published')
  })

  test('above the limit close the connection with 1009', async () => {
    await using web = await openWebPlatform({ webSocketFrameBytes: 1000 })
    const socket = new WebSocket(web.url, ['mqtt'])
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    socket.send(new Uint8Array(1001))
    assert.equal((await closed).code, 1009)
    assert.equal((await endingOf(web.platform)).reason, 'frameRefused')
  })
})

test('a browser that goes away fires the will', async () => {
  await using web = await openWebPlatform()
  const device = await openWebSocketByteScript(web.url)
  device.send('10 [ <MQTT> 04 06 003c <pump-7> <s/us> <100> ]')
  await device.expect(accepted)
  device.leave()
  const ending = await endingOf(web.platform)
  assert.equal(ending.reason, 'clientClosed')
  assert.equal(ending.will, 'published')
})

test('DISCONNECT ends the WebSocket', async () => {
  await using web = await openWebPlatform()
  await using device = await openWebSocketByteScript(web.url)
  device.send(connectOf('pump-7'))
  await device.expect(accepted)
  device.send(pingreq, disconnect)
  await device.expect(pingresp)
  await device.expectEnd()
  assert.equal((await endingOf(web.platform)).reason, 'disconnect')
})

test('TCP and WebSocket take over from each other', async () => {
  await using web = await openWebPlatform()
  await using first = await web.platform.connect('pump-7')
  await using second = await openWebSocketByteScript(web.url)
  second.send(connectOf('pump-7'))
  await second.expect(accepted)
  await first.expectEnd()
  await using _third = await web.platform.connect('pump-7')
  await second.expectEnd()
})
