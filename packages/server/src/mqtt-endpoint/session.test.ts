// Established sessions, byte by byte. mqtt-endpoint §5, §7, §8; security §10.1.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  deferred,
  disconnect,
  openPlatform,
  pingreq,
  pingresp,
  until,
} from './mqtt-endpoint.fixture.ts'

describe('a publish', () => {
  const cases = [
    ['of QoS 0 has no answer', '30 [ <s/us> "100" ]', '', 'publish s/us 0 100'],
    ['of QoS 1 has PUBACK', '32 [ <s/us> 0007 "100" ]', '40 02 0007', 'publish s/us 1 100'],
    ['of QoS 2 has PUBREC', '34 [ <s/us> ffff "100" ]', '50 02 ffff', 'publish s/us 2 100'],
    ['with DUP says so', '3a [ <s/us> 0007 "100" ]', '40 02 0007', 'publish s/us 1 100 DUP'],
    [
      'with retain is one like any other',
      '33 [ <t/us> 0001 "1" ]',
      '40 02 0001',
      'publish t/us 1 1',
    ],
    ['may be empty', '32 [ <s/ucr> 0001 ]', '40 02 0001', 'publish s/ucr 1 '],
    ['may have slashes around its topic', '30 [ </s/us/> "1" ]', '', 'publish /s/us/ 0 1'],
  ] as const
  for (const [name, sent, answer, heard] of cases) {
    test(name, async () => {
      await using platform = await openPlatform()
      await using device = await platform.connect()
      device.send(sent)
      await device.expect(answer)
      device.send(pingreq)
      await device.expect(pingresp)
      assert.deepEqual(platform.door.peer.heard, [heard])
    })
  }

  test('may be as large as a packet may be', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const payload = 'x'.repeat(16_184 - 3 - 6 - 2)
    device.send(`32 [ <s/us> 0001 "${payload}" ]`)
    await device.expect('40 02 0001')
    assert.equal(platform.door.peer.heard[0], `publish s/us 1 ${payload}`)
  })

  test('is acknowledged only when its effects are durable', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const durable = deferred()
    platform.door.peer.onPublish = () => durable.promise
    device.send('32 [ <s/us> 0001 "100" ]', '34 [ <s/us> 0002 "101" ]', pingreq)
    await device.expect(pingresp)
    durable.resolve()
    await device.expect('40 02 0001', '50 02 0002')
  })

  test('that cannot be stored is not acknowledged, nor one after it', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const outcomes = [deferred(), deferred()]
    platform.door.peer.onPublish = ({ packetId }) => (outcomes[packetId - 1] ?? deferred()).promise
    device.send('32 [ <s/us> 0001 "100" ]', '32 [ <s/us> 0002 "101" ]')
    await platform.door.peer.untilHeard(2)
    outcomes[1]?.resolve()
    outcomes[0]?.reject(new Error('disk full'))
    await device.expectEnd()
    const ending = await platform.untilEnding(1)
    assert.equal(ending.reason, 'storageFailed')
    assert.equal(platform.failures[0]?.during, 'publish')
  })

  test('that the gateway refuses closes the connection', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    platform.door.peer.onPublish = () => ({ kind: 'refused', reason: 'Only s/ucr is served.' })
    device.send('32 [ <s/us> 0001 "100" ]', '32 [ <s/us> 0002 "100" ]')
    await device.expectEnd()
    const ending = await platform.untilEnding(1)
    assert.equal(ending.reason, 'publishRefused')
    assert.equal(ending.detail, 'Only s/ucr is served.')
    assert.equal(platform.door.peer.heard.length, 2)
  })

  test('at which the gateway throws closes the connection, and only that one', async () => {
    await using platform = await openPlatform()
    await using neighbour = await platform.connect('neighbour')
    await using device = await platform.connect()
    platform.door.peer.onPublish = () => {
      throw new Error('a bug')
    }
    device.send('32 [ <s/us> 0001 "100" ]')
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'internalError')
    neighbour.send(pingreq)
    await neighbour.expect(pingresp)
  })
})

test('acknowledgements leave in the order of the publishes, however promises settle', async () => {
  await using platform = await openPlatform()
  const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 })
  const qos = fc.array(fc.constantFrom(1, 2), { minLength: 8, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(order, qos, async (settling, qosOf) => {
      await using device = await platform.connect()
      const outcomes = new Map(settling.map((packetId) => [packetId, deferred()]))
      platform.door.peer.onPublish = ({ packetId }) => outcomes.get(packetId)?.promise as never
      for (let packetId = 1; packetId <= 8; packetId++) {
        device.send(qosOf[packetId - 1] === 1 ? '32' : '34', `[ <s/us> 000${packetId} "1" ]`)
      }
      await platform.door.peer.untilHeard(8)
      for (const packetId of settling) {
        outcomes.get(packetId)?.resolve()
        await outcomes.get(packetId)?.promise
      }
      for (let packetId = 1; packetId <= 8; packetId++) {
        await device.expect(qosOf[packetId - 1] === 1 ? '40' : '50', `02 000${packetId}`)
      }
    }),
    { numRuns: 30 },
  )
})

describe('QoS 2 from the device', () => {
  test('has its effect once, however often it is repeated before PUBREL', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    device.send('34 [ <s/us> 0001 "100" ]')
    await device.expect('50 02 0001')
    device.send('3c [ <s/us> 0001 "100" ]', '3c [ <s/us> 0001 "other" ]')
    await device.expect('50 02 0001', '50 02 0001')
    device.send('62 02 0001')
    await device.expect('70 02 0001')
    assert.deepEqual(platform.door.peer.heard, ['publish s/us 2 100'])
  })

  test('answers a repetition before the commit with one PUBREC, after the commit', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const durable = deferred()
    platform.door.peer.onPublish = () => durable.promise
    device.send('34 [ <s/us> 0001 "100" ]', '3c [ <s/us> 0001 "100" ]', pingreq)
    await device.expect(pingresp)
    durable.resolve()
    device.send(pingreq)
    await device.expect('50 02 0001', pingresp)
    assert.deepEqual(platform.door.peer.heard, ['publish s/us 2 100'])
  })

  test('may use the packet id again after PUBREL', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    for (const text of ['100', '101']) {
      device.send(`34 [ <s/us> 0001 "${text}" ]`)
      await device.expect('50 02 0001')
      device.send('62 02 0001')
      await device.expect('70 02 0001')
    }
    assert.deepEqual(platform.door.peer.heard, ['publish s/us 2 100', 'publish s/us 2 101'])
  })

  test('answers a PUBREL of an unknown id', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    device.send('62 02 0009')
    await device.expect('70 02 0009')
  })

  test('closes at a PUBREL before PUBREC', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    platform.door.peer.onPublish = () => deferred().promise
    device.send('34 [ <s/us> 0001 "100" ]', '62 02 0001')
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'outOfOrder')
  })

  test('closes when more messages await their PUBREL than are remembered', async () => {
    await using platform = await openPlatform({ unreleasedQos2: 2 })
    await using device = await platform.connect()
    device.send('34 [ <s/us> 0001 "1" ]', '34 [ <s/us> 0002 "1" ]')
    await device.expect('50 02 0001', '50 02 0002')
    device.send('34 [ <s/us> 0003 "1" ]')
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'releasesMissing')
  })

  test('forgets its packet ids with the connection', async () => {
    await using platform = await openPlatform()
    for (const _ of [1, 2]) {
      const device = await platform.connect()
      device.send('34 [ <s/us> 0001 "100" ]')
      await device.expect('50 02 0001')
      device.leave()
    }
    assert.deepEqual(platform.door.peer.heard[0], 'publish s/us 2 100')
  })
})

describe('closes', () => {
  const longTopic = 's/us/'.padEnd(513, 'x')
  const cases = [
    ['a second CONNECT', '10 [ <MQTT> 04 02 003c <pump-7> ]', 'secondConnect'],
    ['a topic that begins with $', '32 [ <$SYS/x> 0001 ]', 'topicForbidden'],
    ['a topic with +', '32 [ <s/+> 0001 ]', 'malformedPacket'],
    ['a topic with #', '32 [ <s/#> 0001 ]', 'malformedPacket'],
    ['a topic with NUL', '32 [ 0004 732f0073 0001 ]', 'malformedPacket'],
    ['an empty topic', '32 [ 0000 0001 ]', 'malformedPacket'],
    ['a topic of 513 bytes', `32 [ <${longTopic}> 0001 ]`, 'topicForbidden'],
    ['a topic of 11 levels', '32 [ <1/2/3/4/5/6/7/8/9/10/11> 0001 ]', 'topicForbidden'],
    ['QoS 3', '36 [ <s/us> 0001 ]', 'malformedPacket'],
    ['DUP with QoS 0', '38 [ <s/us> ]', 'malformedPacket'],
    ['packet id 0', '32 [ <s/us> 0000 ]', 'malformedPacket'],
    ['a packet of 16185 bytes, unread', '32 b6 7e', 'packetTooLarge'],
    ['a SUBSCRIBE without filters', '82 [ 0001 ]', 'malformedPacket'],
    ['a SUBSCRIBE with wrong flags', '80 [ 0001 <s/ds> 00 ]', 'malformedPacket'],
    ['a SUBSCRIBE of QoS 3', '82 [ 0001 <s/ds> 03 ]', 'malformedPacket'],
    ['an UNSUBSCRIBE without filters', 'a2 [ 0001 ]', 'malformedPacket'],
    ['PINGREQ with a body', 'c0 01 00', 'malformedPacket'],
    ['CONNACK from a client', '20 02 0000', 'unexpectedPacket'],
    ['SUBACK from a client', '90 [ 0001 00 ]', 'unexpectedPacket'],
    ['UNSUBACK from a client', 'b0 02 0001', 'unexpectedPacket'],
    ['PINGRESP from a client', 'd0 00', 'unexpectedPacket'],
    ['DISCONNECT', disconnect, 'disconnect'],
  ] as const
  for (const [name, sent, reason] of cases) {
    test(name, async () => {
      await using platform = await openPlatform()
      await using device = await platform.connect()
      device.send(sent, pingreq)
      await device.expectEnd()
      assert.equal((await platform.untilEnding(1)).reason, reason)
      assert.deepEqual(platform.door.peer.heard, [`closed ${reason}`])
    })
  }

  test('topics at the limit are served', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    device.send(`32 [ <${longTopic.slice(0, 512)}> 0001 ]`, '32 [ <1/2/3/4/5/6/7/8/9/10> 0002 ]')
    await device.expect('40 02 0001', '40 02 0002')
  })
})

describe('SUBSCRIBE', () => {
  test('is answered filter by filter, with the QoS of the gateway', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    platform.door.peer.onSubscribe = ({ filter, qos }) => (filter === 's/us' ? 0x80 : qos)
    device.send('82 [ 0102 <s/ds> 00 <s/us> 01 <s/e> 01 <s/dc/#> 02 ]')
    await device.expect('90 [ 0102 00 80 01 02 ]')
  })

  const longFilter = 's/dc/'.padEnd(513, 'x')
  const refused = [
    ['an empty filter', '<>'],
    ['a filter of 513 bytes', `<${longFilter}>`],
    ['a filter of 11 levels', '<1/2/3/4/5/6/7/8/9/10/11>'],
    ['# before the end', '<s/#/x>'],
    ['# inside a level', '<s/ds#>'],
    ['+ inside a level', '<s/d+>'],
  ] as const
  for (const [name, filter] of refused) {
    test(`refuses ${name} alone, without asking the gateway`, async () => {
      await using platform = await openPlatform()
      await using device = await platform.connect()
      device.send(`82 [ 0001 ${filter} 01 <s/ds> 01 ]`, `82 [ 0002 ${filter} 01 ]`)
      await device.expect('90 [ 0001 80 01 ]', '90 [ 0002 80 ]')
      assert.deepEqual(platform.door.peer.heard, ['subscribe s/ds 1'])
    })
  }

  test('SUBACK comes before what the subscription triggers', async () => {
    await using platform = await openPlatform()
    platform.door.prepare = (peer) => {
      peer.onSubscribed = () => void peer.downlink.send('s/ds', '510,pump-7', 1)
    }
    await using device = await platform.connect()
    device.send('82 [ 0001 <s/ds> 01 ]')
    await device.expect('90 [ 0001 01 ]', '32 [ <s/ds> 0001 "510,pump-7" ]')
  })

  test('takes 32 filters of one packet', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const filters = Array.from({ length: 33 }, (_, index) => `<s/dc/${index}> 01`)
    device.send(`82 [ 0001 ${filters.join(' ')} ]`)
    await device.expect(`90 [ 0001 ${'01'.repeat(32)} 80 ]`)
  })

  test('takes 50 filters of one session, which unsubscribing makes free again', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const filters = Array.from({ length: 51 }, (_, index) => `<s/dc/${index}> 00`)
    device.send(`82 [ 0001 ${filters.slice(0, 25).join(' ')} ]`)
    device.send(`82 [ 0002 ${filters.slice(25).join(' ')} ]`)
    await device.expect(`90 [ 0001 ${'00'.repeat(25)} ]`, `90 [ 0002 ${'00'.repeat(25)} 80 ]`)
    device.send('82 [ 0003 <s/dc/7> 01 ]')
    await device.expect('90 [ 0003 01 ]')
    device.send('a2 [ 0004 <s/dc/7> ]', '82 [ 0005 <s/dc/50> 01 ]')
    await device.expect('b0 02 0004', '90 [ 0005 01 ]')
  })

  test('UNSUBSCRIBE is always answered', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    device.send('a2 [ 0001 <never/subscribed> <s/ds> ]')
    await device.expect('b0 02 0001')
    assert.deepEqual(platform.door.peer.heard, ['unsubscribe never/subscribed s/ds'])
  })
})

describe('to the device', () => {
  test('QoS 0, 1 and 2 each have their packets', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const { downlink } = platform.door.peer
    const acknowledged: string[] = []
    assert.ok(downlink.send('s/e', '41,100,Dëvice', 0))
    assert.ok(downlink.send('s/ds', 'one', 1, () => acknowledged.push('one')))
    assert.ok(downlink.send('s/ds', 'two', 2, () => acknowledged.push('two')))
    await device.expect(
      '30 [ <s/e> "41,100,Dëvice" ]',
      '32 [ <s/ds> 0001 "one" ]',
      '34 [ <s/ds> 0002 "two" ]',
    )
    assert.equal(downlink.room, 18)
    device.send('50 02 0002')
    await device.expect('62 02 0002')
    device.send('50 02 0002')
    await device.expect('62 02 0002')
    assert.deepEqual(acknowledged, [])
    device.send('70 02 0002', '40 02 0001', pingreq)
    await device.expect(pingresp)
    assert.deepEqual(acknowledged, ['two', 'one'])
    assert.equal(downlink.room, 20)
  })

  test('acknowledgements of nothing are ignored, and PUBREC gets its PUBREL', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    device.send('40 02 0007', '70 02 0007', '50 02 0007', pingreq)
    await device.expect('62 02 0007', pingresp)
  })

  const wrong = [
    ['PUBREC for QoS 1', 1, '50 02 0001'],
    ['PUBCOMP for QoS 1', 1, '70 02 0001'],
    ['PUBACK for QoS 2', 2, '40 02 0001'],
    ['PUBCOMP before PUBREC', 2, '70 02 0001'],
  ] as const
  for (const [name, qos, answer] of wrong) {
    test(`${name} closes`, async () => {
      await using platform = await openPlatform()
      await using device = await platform.connect()
      platform.door.peer.downlink.send('s/ds', '510', qos)
      await device.expect(qos === 1 ? '32' : '34', '[ <s/ds> 0001 "510" ]')
      device.send(answer)
      await device.expectEnd()
      assert.equal((await platform.untilEnding(1)).reason, 'outOfOrder')
    })
  }

  test('20 messages are in flight, operations are told when there is room again', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const { peer } = platform.door
    for (let index = 1; index <= 20; index++) {
      assert.ok(peer.downlink.send('s/ds', '510', 1, () => {}))
    }
    assert.equal(peer.downlink.room, 0)
    assert.equal(
      peer.downlink.send('s/ds', '510', 1, () => {}),
      false,
    )
    for (let index = 1; index <= 20; index++) {
      await device.expect(`32 [ <s/ds> 00${index.toString(16).padStart(2, '0')} "510" ]`)
    }
    assert.deepEqual(peer.heard, [])
    device.send('40 02 0003', pingreq)
    await device.expect(pingresp)
    assert.deepEqual(peer.heard, ['windowOpened'])
    assert.equal(peer.downlink.room, 1)
  })

  test('replies wait behind a full window; a full queue drops QoS 0, else the oldest', async () => {
    await using platform = await openPlatform({ inFlightMessages: 1, queuedMessages: 2 })
    await using device = await platform.connect()
    const { peer } = platform.door
    assert.ok(peer.downlink.send('s/ds', 'first', 1))
    assert.ok(peer.downlink.send('s/ds', 'dropped', 1))
    assert.ok(peer.downlink.send('s/ds', 'second', 1))
    assert.equal(peer.downlink.send('s/e', 'third', 0), false)
    assert.ok(peer.downlink.send('s/ds', 'fourth', 1))
    await device.expect('32 [ <s/ds> 0001 "first" ]')
    device.send('40 02 0001')
    await device.expect('32 [ <s/ds> 0002 "second" ]')
    device.send('40 02 0002')
    await device.expect('32 [ <s/ds> 0003 "fourth" ]')
    device.send('40 02 0003', pingreq)
    await device.expect(pingresp)
    assert.deepEqual(peer.heard, ['dropped 2', 'windowOpened'])
    device.send(disconnect)
    assert.equal((await platform.untilEnding(1)).publishesDropped, 2)
  })

  test('a packet above the size limit is never sent', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const { downlink } = platform.door.peer
    const largest = 'x'.repeat(16_184 - 3 - 6)
    assert.equal(downlink.send('s/ds', `${largest}x`, 0), false)
    assert.ok(downlink.send('s/ds', largest, 0))
    await device.expect(`30 [ <s/ds> "${largest}" ]`)
  })

  test('closing sends what was said before', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const { downlink } = platform.door.peer
    downlink.send('s/e', '41,,The user has been disabled', 0)
    downlink.close('The user was disabled.')
    assert.equal(downlink.send('s/e', 'too late', 0), false)
    await device.expect('30 [ <s/e> "41,,The user has been disabled" ]')
    await device.expectEnd()
    const ending = await platform.untilEnding(1)
    assert.equal(ending.reason, 'closedByPlatform')
    assert.equal(ending.detail, 'The user was disabled.')
  })
})

describe('silence', () => {
  const cases = [
    ['of 1.5 times the keep-alive', '0002', 3_000, 'keepAliveTimeout'],
    ['of 20 minutes without a keep-alive', '0000', 1_200_000, 'idleTimeout'],
  ] as const
  for (const [name, keepAlive, ms, reason] of cases) {
    test(`${name} ends the connection`, async () => {
      await using platform = await openPlatform()
      await using device = await platform.connect('p', `10 [ <MQTT> 04 02 ${keepAlive} <p> ]`)
      platform.clock.advance(ms - 200)
      device.send(pingreq)
      await device.expect(pingresp)
      platform.clock.advance(ms - 200)
      assert.equal(platform.endings.length, 0)
      platform.clock.advance(300)
      await device.expectEnd()
      assert.equal((await platform.untilEnding(1)).reason, reason)
    })
  }

  test('is not broken by half a packet', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect('p', '10 [ <MQTT> 04 02 0002 <p> ]')
    for (let index = 0; index < 4; index++) {
      device.send(index === 0 ? '30 20' : '00')
      await until(() => platform.endpoint.counters.bytesIn >= 16 + index)
      platform.clock.advance(700)
    }
    platform.clock.advance(300)
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'keepAliveTimeout')
  })
})

test('a client that half-closes still gets what it is owed', async () => {
  await using platform = await openPlatform()
  await using device = await platform.connect()
  const durable = deferred()
  platform.door.peer.onPublish = () => durable.promise
  device.send('32 [ <s/us> 0001 "100" ]')
  device.endInput()
  await platform.door.peer.untilHeard(1)
  durable.resolve()
  await device.expect('40 02 0001')
  await device.expectEnd()
  assert.equal((await platform.untilEnding(1)).reason, 'clientClosed')
})

test('a log line has all counts of a connection', async () => {
  await using platform = await openPlatform()
  await using device = await platform.connect()
  device.send('32 [ <s/us> 0001 "100" ]')
  await device.expect('40 02 0001')
  platform.door.peer.downlink.send('s/ds', '510', 0)
  await device.expect('30 [ <s/ds> "510" ]')
  platform.clock.advance(1_000)
  device.send(disconnect)
  await device.expectEnd()
  assert.deepEqual(await platform.untilEnding(1), {
    connectionId: 1,
    transport: 'tcp',
    remoteAddress: '127.0.0.1',
    clientId: 'pump-7',
    protocolLevel: 4,
    sessionKey: 'pump-7',
    reason: 'disconnect',
    durationMs: 1_000,
    bytesIn: 20 + 13 + 2,
    bytesOut: 4 + 4 + 11,
    publishesIn: 1,
    publishesOut: 1,
    publishesDropped: 0,
    will: 'none',
  })
})
