// CONNECT and its answers, byte by byte. mqtt-endpoint §1, §4; security §10.1.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConnectVerdict } from './device-door.ts'
import { accepted, connectOf, openPlatform, pingreq, pingresp } from './mqtt-endpoint.fixture.ts'

describe('accepts', () => {
  const cases = [
    ['MQTT 3.1.1', '10 [ <MQTT> 04 02 003c <pump-7> ]', 4],
    ['MQTT 3.1', '10 [ <MQIsdp> 03 02 003c <pump-7> ]', 3],
    ['clean session 0, without a session to resume', '10 [ <MQTT> 04 00 003c <pump-7> ]', 4],
    ['a needlessly long length field', '10 92 00 <MQTT> 04 02 003c <pump-7>', 4],
  ] as const
  for (const [name, connect, protocolLevel] of cases) {
    test(name, async () => {
      await using platform = await openPlatform()
      await using device = await platform.dial()
      device.send(connect)
      await device.expect(accepted)
      assert.equal(platform.door.requests[0]?.protocolLevel, protocolLevel)
    })
  }

  test('a CONNECT in single bytes', async () => {
    await using platform = await openPlatform()
    await using device = await platform.dial()
    for (const byte of [...Buffer.from('101200044d5154540402003c000670756d702d37', 'hex')]) {
      device.send(Uint8Array.of(byte))
    }
    await device.expect(accepted)
  })

  test('packets that come right behind CONNECT, in their order', async () => {
    await using platform = await openPlatform()
    await using device = await platform.dial()
    device.send(connectOf('pump-7'), '82 [ 0001 <s/ds> 01 ]', pingreq)
    await device.expect(accepted, '90 [ 0001 01 ]', pingresp)
  })

  test('and tells the door all that CONNECT said', async () => {
    await using platform = await openPlatform()
    await using device = await platform.dial()
    device.send('10 [ <MQTT> 04 c2 000a <d:pump-7> <t100/device_pump-7> <secret> ]')
    await device.expect(accepted)
    const { remoteAddress, password, ...request } = platform.door.requests[0] ?? assert.fail()
    assert.equal(remoteAddress, '127.0.0.1')
    assert.equal(Buffer.from(password ?? []).toString(), 'secret')
    assert.deepEqual(request, {
      clientId: 'd:pump-7',
      protocolLevel: 4,
      userName: 't100/device_pump-7',
      cleanSession: true,
      keepAliveSeconds: 10,
      transport: 'tcp',
    })
  })
})

describe('answers', () => {
  const long = 'x'.repeat(513)
  const cases = [
    ['MQTT 5 with CONNACK 1', '10 [ <MQTT> 05 02 003c 00 <pump-7> ]', 1],
    ['an unknown protocol name with CONNACK 1', '10 [ <AMQP> 04 02 003c <pump-7> ]', 1],
    ['level 3 under the name of 3.1.1 with CONNACK 1', '10 [ <MQTT> 03 02 003c <pump-7> ]', 1],
    ['a client id of 513 bytes with CONNACK 2', `10 [ <MQTT> 04 02 003c <${long}> ]`, 2],
    ['a user name of 513 bytes with CONNACK 4', `10 [ <MQTT> 04 82 003c <pump-7> <${long}> ]`, 4],
    ['a password of 513 bytes with CONNACK 4', `10 [ <MQTT> 04 c2 003c <p> <u> <${long}> ]`, 4],
  ] as const
  for (const [name, connect, code] of cases) {
    test(name, async () => {
      await using platform = await openPlatform()
      await using device = await platform.dial()
      device.send(connect)
      await device.expect(`20 02 00 0${code}`)
      await device.expectEnd()
      assert.equal(platform.refusals[0]?.returnCode, code)
      assert.equal(platform.door.requests.length, 0)
    })
  }

  test('sizes at the limit are judged by the door', async () => {
    await using platform = await openPlatform()
    await using device = await platform.dial()
    const longest = 'x'.repeat(512)
    device.send(`10 [ <MQTT> 04 c2 003c <${longest}> <${longest}> <${longest}> ]`)
    await device.expect(accepted)
  })

  for (const returnCode of [2, 3, 4, 5] as const) {
    test(`what the door refuses with CONNACK ${returnCode}`, async () => {
      await using platform = await openPlatform()
      platform.door.judge = () =>
        Promise.resolve({ kind: 'refused', returnCode, reason: 'Not today.' })
      await using device = await platform.dial()
      device.send(connectOf('pump-7'), pingreq)
      await device.expect(`20 02 00 0${returnCode}`)
      await device.expectEnd()
      const ending = await platform.untilEnding(1)
      assert.equal(ending.reason, 'connectRefused')
      assert.equal(ending.detail, `CONNACK ${returnCode}: Not today.`)
    })
  }

  test('a refusal that is held back when its time has come', async () => {
    await using platform = await openPlatform()
    const asked = Promise.withResolvers<void>()
    platform.door.judge = async () => {
      setImmediate(asked.resolve)
      return { kind: 'refused', returnCode: 3, reason: 'Too many failures.', delayMs: 1000 }
    }
    await using device = await platform.dial()
    device.send(connectOf('pump-7'))
    await asked.promise
    platform.clock.advance(900)
    assert.equal(platform.refusals.length, 0)
    platform.clock.advance(200)
    await device.expect('20 02 00 03')
    await device.expectEnd()
  })

  test('a door that fails with CONNACK 3', async () => {
    await using platform = await openPlatform()
    platform.door.judge = () => Promise.reject(new Error('the store is gone'))
    await using device = await platform.dial()
    device.send(connectOf('pump-7'))
    await device.expect('20 02 00 03')
    await device.expectEnd()
    assert.equal(platform.failures[0]?.during, 'connect')
  })

  test('a check that does not end, after 30 s, with CONNACK 3', async () => {
    await using platform = await openPlatform()
    const verdict = Promise.withResolvers<ConnectVerdict>()
    platform.door.judge = () => verdict.promise
    await using device = await platform.dial()
    device.send(connectOf('pump-7'))
    await platform.untilRequests(1)
    platform.clock.advance(29_900)
    assert.equal(platform.refusals.length, 0)
    platform.clock.advance(200)
    await device.expect('20 02 00 03')
    await device.expectEnd()
    verdict.resolve(platform.door.accept(platform.door.requests[0] ?? assert.fail()))
    await verdict.promise
    assert.equal(platform.door.peers.length, 0)
  })

  test('one session more than there may be with CONNACK 3', async () => {
    await using platform = await openPlatform({ connections: 1 })
    await using first = await platform.connect('pump-7')
    await using second = await platform.dial()
    second.send(connectOf('pump-8'))
    await second.expect('20 02 00 03')
    await second.expectEnd()
    first.send(pingreq)
    await first.expect(pingresp)
    await using again = await platform.connect('pump-7')
    await first.expectEnd()
    again.send(pingreq)
    await again.expect(pingresp)
  })
})

describe('closes without an answer', () => {
  const cases = [
    ['a first packet that is not CONNECT', pingreq, 'connectMissing'],
    ['a PUBLISH before CONNECT', '30 [ <s/us> "100" ]', 'connectMissing'],
    ['a reserved packet type', 'f0 00', 'malformedPacket'],
    ['HTTP', '"GET / HTTP/1.1"', 'malformedPacket'],
    [
      'a CONNECT with reserved header flags',
      '11 [ <MQTT> 04 02 003c <pump-7> ]',
      'malformedPacket',
    ],
    ['a CONNECT with the reserved flag', '10 [ <MQTT> 04 03 003c <pump-7> ]', 'malformedPacket'],
    ['a CONNECT that is too short', '10 [ <MQTT> 04 02 00 ]', 'malformedPacket'],
    ['a CONNECT with bytes left over', '10 [ <MQTT> 04 02 003c <p> 00 ]', 'malformedPacket'],
    ['a will of QoS 3', '10 [ <MQTT> 04 1e 003c <p> <s/us> <100> ]', 'malformedPacket'],
    ['will flags without a will', '10 [ <MQTT> 04 0a 003c <p> ]', 'malformedPacket'],
    ['a password without a user name', '10 [ <MQTT> 04 42 003c <p> <secret> ]', 'malformedPacket'],
    ['a client id with NUL', '10 [ <MQTT> 04 02 003c 0002 70 00 ]', 'malformedPacket'],
    ['a client id that is not UTF-8', '10 [ <MQTT> 04 02 003c 0002 c3 28 ]', 'malformedPacket'],
    ['a surrogate in a client id', '10 [ <MQTT> 04 02 003c 0003 eda080 ]', 'malformedPacket'],
    ['a length of five bytes', '10 ff ff ff ff 01', 'malformedPacket'],
    ['a packet of 16185 bytes, unread', '10 b6 7e', 'packetTooLarge'],
  ] as const
  for (const [name, sent, reason] of cases) {
    test(name, async () => {
      await using platform = await openPlatform()
      await using device = await platform.dial()
      device.send(sent)
      await device.expectEnd()
      assert.equal((await platform.untilEnding(1)).reason, reason)
    })
  }

  test('a connection that says nothing, after 10 s', async () => {
    await using platform = await openPlatform()
    await using device = await platform.dial()
    await platform.untilConnections(1)
    platform.clock.advance(9_900)
    assert.equal(platform.endings.length, 0)
    platform.clock.advance(200)
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'connectTimeout')
  })

  test('half a CONNECT and then silence, after 10 s', async () => {
    await using platform = await openPlatform()
    await using device = await platform.dial()
    device.send('10 12 0004')
    await platform.untilConnections(1)
    platform.clock.advance(10_100)
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'connectTimeout')
  })

  test('the oldest silent connection of a source when it has one more than it may', async () => {
    await using platform = await openPlatform({ sourceUnauthenticatedConnections: 2 })
    await using established = await platform.connect('pump-7')
    await using first = await platform.dial()
    await platform.untilConnections(2)
    platform.clock.advance(100)
    await using second = await platform.dial()
    await platform.untilConnections(3)
    platform.clock.advance(100)
    await using third = await platform.dial()
    await platform.untilConnections(4)
    platform.clock.advance(100)
    await first.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'unauthenticatedEvicted')
    second.send(connectOf('second'))
    await second.expect(accepted)
    third.send(connectOf('third'))
    await third.expect(accepted)
    established.send(pingreq)
    await established.expect(pingresp)
  })

  test('the oldest silent connection of all when there is one more than there may be', async () => {
    await using platform = await openPlatform({ unauthenticatedConnections: 1 })
    await using first = await platform.dial()
    await platform.untilConnections(1)
    platform.clock.advance(100)
    await using second = await platform.dial()
    await platform.untilConnections(2)
    platform.clock.advance(100)
    await first.expectEnd()
    second.send(connectOf('second'))
    await second.expect(accepted)
  })
})

test('connects of one source beyond the burst wait, and are refused beyond two seconds', async () => {
  await using platform = await openPlatform({ sourceConnectsPerSecond: 1, sourceConnectBurst: 1 })
  await using first = await platform.connect('first')
  await using second = await platform.dial()
  second.send(connectOf('second'), pingreq)
  await platform.untilConnections(2)
  await using third = await platform.dial()
  third.send(connectOf('third'))
  await platform.untilConnections(3)
  await using fourth = await platform.dial()
  fourth.send(connectOf('fourth'))
  await platform.untilConnections(4)
  assert.equal(platform.door.requests.length, 1)
  platform.clock.advance(1000)
  await second.expect(accepted, pingresp)
  platform.clock.advance(1000)
  await third.expect(accepted)
  await fourth.expect('20 02 00 03')
  await fourth.expectEnd()
  first.send(pingreq)
  await first.expect(pingresp)
})

test('a client that leaves while it is judged opens no session', async () => {
  await using platform = await openPlatform()
  const verdict = Promise.withResolvers<ConnectVerdict>()
  platform.door.judge = () => verdict.promise
  const device = await platform.dial()
  device.send(connectOf('pump-7'))
  await platform.untilRequests(1)
  device.reset()
  assert.equal((await platform.untilEnding(1)).reason, 'connectionLost')
  verdict.resolve(platform.door.accept(platform.door.requests[0] ?? assert.fail()))
  await verdict.promise
  assert.equal(platform.door.peers.length, 0)
})
