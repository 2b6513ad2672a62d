// Take-over and wills. mqtt-endpoint §5.1, §5.4; reliability.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConnectVerdict } from './device-door.ts'
import {
  accepted,
  connectOf,
  deferred,
  disconnect,
  openPlatform,
  pingreq,
  pingresp,
  type TestPlatform,
} from './mqtt-endpoint.fixture.ts'

const withWill = '10 [ <MQTT> 04 0e 003c <pump-7> <s/us> <400,c8y_Lost,gone> ]'
const willHeard = 'publish s/us 1 400,c8y_Lost,gone'

function firstPeer(platform: TestPlatform) {
  return platform.door.peers[0] ?? assert.fail('Nobody has connected')
}

describe('take-over', () => {
  test('closes the older connection without a packet', async () => {
    await using platform = await openPlatform()
    await using older = await platform.connect('pump-7')
    await using newer = await platform.connect('pump-7')
    await older.expectEnd()
    assert.equal((await platform.untilEnding(1)).reason, 'takenOver')
    newer.send(pingreq)
    await newer.expect(pingresp)
    assert.deepEqual(firstPeer(platform).heard, ['closed takenOver'])
    assert.equal(platform.endpoint.gauges().sessions.tcp, 1)
  })

  test('needs a permission first: a refused connect touches nobody', async () => {
    await using platform = await openPlatform()
    await using older = await platform.connect('pump-7', withWill)
    platform.door.judge = () => Promise.resolve({ kind: 'refused', returnCode: 5, reason: 'No.' })
    await using stranger = await platform.dial()
    stranger.send(connectOf('pump-7'))
    await stranger.expect('20 02 00 05')
    older.send(pingreq)
    await older.expect(pingresp)
    assert.deepEqual(firstPeer(platform).heard, [])
  })

  test('is decided by the identity that the door names, not by the client id', async () => {
    await using platform = await openPlatform()
    platform.door.judge = async (request) =>
      platform.door.accept(request, request.clientId.replace(/^d:|:.*$/g, ''))
    await using older = await platform.connect('d:pump-7')
    await using newer = await platform.connect('pump-7:acme')
    await older.expectEnd()
    newer.send(pingreq)
    await newer.expect(pingresp)
  })

  test('holds CONNACK back until the will of the older one is durable', async () => {
    await using platform = await openPlatform()
    await using older = await platform.connect('pump-7', withWill)
    const durable = deferred()
    firstPeer(platform).onPublish = () => durable.promise
    await using newer = await platform.dial()
    newer.send(connectOf('pump-7'), '32 [ <s/us> 0001 "100" ]')
    await older.expectEnd()
    assert.deepEqual(firstPeer(platform).heard, [willHeard, 'closed takenOver'])
    assert.equal(platform.door.peers.length, 1)
    durable.resolve()
    await newer.expect(accepted, '40 02 0001')
    assert.equal((await platform.untilEnding(1)).will, 'published')
  })

  test('waits for a will that is still being stored although its connection has ended', async () => {
    await using platform = await openPlatform()
    const older = await platform.connect('pump-7', withWill)
    const durable = deferred()
    firstPeer(platform).onPublish = () => durable.promise
    older.leave()
    await firstPeer(platform).untilHeard(2)
    await using newer = await platform.dial()
    newer.send(connectOf('pump-7'))
    await platform.untilRequests(2)
    assert.equal(platform.door.peers.length, 1)
    durable.resolve()
    await newer.expect(accepted)
    assert.equal((await platform.untilEnding(1)).reason, 'clientClosed')
  })

  test('goes on when the will of the older one cannot be stored', async () => {
    await using platform = await openPlatform()
    await using older = await platform.connect('pump-7', withWill)
    firstPeer(platform).onPublish = () => Promise.reject(new Error('disk full'))
    await using newer = await platform.connect('pump-7')
    await older.expectEnd()
    newer.send(pingreq)
    await newer.expect(pingresp)
    assert.equal((await platform.untilEnding(1)).will, 'failed')
    assert.equal(platform.failures[0]?.during, 'will')
  })

  test('of parallel connects leaves the last accepted one, and fires each will once', async () => {
    await using platform = await openPlatform()
    await using first = await platform.connect('pump-7', withWill)
    const durable = deferred()
    firstPeer(platform).onPublish = () => durable.promise
    await using second = await platform.dial()
    second.send(withWill)
    await first.expectEnd()
    await using third = await platform.dial()
    third.send(connectOf('pump-7'))
    await second.expectEnd()
    assert.equal(platform.door.peers.length, 1)
    durable.resolve()
    await third.expect(accepted)
    third.send(pingreq)
    await third.expect(pingresp)
    assert.deepEqual(firstPeer(platform).heard, [willHeard, 'closed takenOver'])
    assert.equal(platform.door.peers.length, 2)
    assert.equal(platform.endpoint.gauges().sessions.tcp, 1)
  })

  test('follows the order of the verdicts, not that of the connects', async () => {
    await using platform = await openPlatform()
    const verdicts: PromiseWithResolvers<ConnectVerdict>[] = []
    platform.door.judge = () => {
      const verdict = Promise.withResolvers<ConnectVerdict>()
      verdicts.push(verdict)
      return verdict.promise
    }
    await using first = await platform.dial()
    first.send(connectOf('pump-7'))
    await platform.untilRequests(1)
    await using second = await platform.dial()
    second.send(connectOf('pump-7'))
    await platform.untilRequests(2)
    for (const index of [1, 0]) {
      const request = platform.door.requests[index] ?? assert.fail()
      verdicts[index]?.resolve(platform.door.accept(request))
      await verdicts[index]?.promise
    }
    await second.expect(accepted)
    await second.expectEnd()
    await first.expect(accepted)
    first.send(pingreq)
    await first.expect(pingresp)
  })

  test('of a storm of connects leaves exactly one', async () => {
    await using platform = await openPlatform()
    const devices = await Promise.all(Array.from({ length: 20 }, () => platform.dial()))
    for (const device of devices) device.send(withWill)
    await platform.untilEnding(19)
    assert.equal(platform.endpoint.gauges().sessions.tcp, 1)
    const open = platform.door.peers.filter(({ heard }) => heard.length === 0)
    assert.equal(open.length, 1)
    for (const { heard } of platform.door.peers) {
      if (heard.length > 0) assert.deepEqual(heard, [willHeard, 'closed takenOver'])
    }
    for (const device of devices) device.leave()
  })
})

describe('a will', () => {
  const ends = [
    ['a closed connection', (_: TestPlatform) => '', 'clientClosed'],
    ['a malformed packet', (_: TestPlatform) => 'ff', 'malformedPacket'],
    ['a second CONNECT', (_: TestPlatform) => connectOf('pump-7'), 'secondConnect'],
    ['a forbidden topic', (_: TestPlatform) => '30 [ <$SYS> ]', 'topicForbidden'],
  ] as const
  for (const [name, sent, reason] of ends) {
    test(`is published after ${name}`, async () => {
      await using platform = await openPlatform()
      const device = await platform.connect('pump-7', withWill)
      device.send(sent(platform))
      device.endInput()
      const ending = await platform.untilEnding(1)
      assert.equal(ending.reason, reason)
      assert.equal(ending.will, 'published')
      assert.deepEqual(firstPeer(platform).heard, [willHeard, `closed ${reason}`])
      device.leave()
    })
  }

  test('is published after a reset', async () => {
    await using platform = await openPlatform()
    const device = await platform.connect('pump-7', withWill)
    device.reset()
    assert.equal((await platform.untilEnding(1)).reason, 'connectionLost')
    assert.deepEqual(firstPeer(platform).heard, [willHeard, 'closed connectionLost'])
  })

  test('is published after silence', async () => {
    await using platform = await openPlatform()
    await using _device = await platform.connect('pump-7', withWill)
    platform.clock.advance(90_200)
    assert.equal((await platform.untilEnding(1)).reason, 'keepAliveTimeout')
    assert.deepEqual(firstPeer(platform).heard, [willHeard, 'closed keepAliveTimeout'])
  })

  test('is published when the platform ends the session', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect('pump-7', withWill)
    firstPeer(platform).downlink.close('The user was disabled.')
    await device.expectEnd()
    assert.equal((await platform.untilEnding(1)).will, 'published')
  })

  test('is discarded by DISCONNECT, also one that came with the end', async () => {
    await using platform = await openPlatform()
    const device = await platform.connect('pump-7', withWill)
    device.send('32 [ <s/us> 0001 "100" ]', disconnect)
    device.endInput()
    const ending = await platform.untilEnding(1)
    assert.equal(ending.will, 'discarded')
    assert.deepEqual(firstPeer(platform).heard, ['publish s/us 1 100', 'closed disconnect'])
    device.leave()
  })

  test('comes after everything that was sent before the end', async () => {
    await using platform = await openPlatform({ unacknowledgedPublishes: 1 })
    const device = await platform.connect('pump-7', withWill)
    device.send('30 [ <s/us> "1" ]', '30 [ <s/us> "2" ]', '30 [ <s/us> "3" ]')
    device.endInput()
    await platform.untilEnding(1)
    assert.deepEqual(firstPeer(platform).heard, [
      'publish s/us 0 1',
      'publish s/us 0 2',
      'publish s/us 0 3',
      willHeard,
      'closed clientClosed',
    ])
    device.leave()
  })

  const forbidden = [
    ['beginning with $', '<$SYS/x>'],
    ['with a wildcard', '<s/#>'],
    ['that is empty', '<>'],
    ['of 11 levels', '<1/2/3/4/5/6/7/8/9/10/11>'],
  ] as const
  for (const [name, topic] of forbidden) {
    test(`to a topic ${name} is accepted at CONNECT and dropped later`, async () => {
      await using platform = await openPlatform()
      const connect = `10 [ <MQTT> 04 06 003c <pump-7> ${topic} <x> ]`
      const device = await platform.connect('pump-7', connect)
      device.leave()
      const ending = await platform.untilEnding(1)
      assert.equal(ending.will, 'refused')
      assert.ok(ending.detail)
      assert.deepEqual(firstPeer(platform).heard, ['closed clientClosed'])
    })
  }

  test('that the gateway refuses is recorded', async () => {
    await using platform = await openPlatform()
    const device = await platform.connect('pump-7', withWill)
    firstPeer(platform).onPublish = () => ({ kind: 'refused', reason: 'Only s/ucr is served.' })
    device.leave()
    assert.equal((await platform.untilEnding(1)).will, 'refused')
  })
})
