// What bounds a connection while it lives. security §10.1, §10.4; reliability §12, §13.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bytes } from '@pileus/testing'
import {
  deferred,
  openPlatform,
  pingreq,
  pingresp,
  type TestPlatform,
  until,
} from './mqtt-endpoint.fixture.ts'

/** So many publishes of QoS 1, with packet ids from 1. */
function publishes(count: number, payload = '1'): Uint8Array {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      bytes(`32 [ <s/us> ${(index + 1).toString(16).padStart(4, '0')} "${payload}" ]`),
    ),
  )
}

function pubacks(from: number, to: number): Uint8Array {
  return Buffer.concat(
    Array.from({ length: to - from + 1 }, (_, index) =>
      Buffer.from([0x40, 2, (from + index) >> 8, (from + index) & 0xff]),
    ),
  )
}

/** Everything that the sockets have is read. */
async function untilRead(platform: TestPlatform, byteCount: number): Promise<void> {
  await until(() => platform.endpoint.counters.bytesIn >= byteCount)
}

describe('unacknowledged publishes', () => {
  test('are 64 at most; more are not looked at', async () => {
    await using platform = await openPlatform({ publishBurst: 1000 })
    await using neighbour = await platform.connect('neighbour')
    await using device = await platform.connect()
    const { peer } = platform.door
    const durable = deferred()
    peer.onPublish = () => durable.promise
    const sent = publishes(100)
    device.send(sent)
    await untilRead(platform, sent.length + 40)
    assert.equal(peer.heard.length, 64)
    assert.equal(platform.endpoint.gauges().unread, 1)
    neighbour.send(pingreq)
    await neighbour.expect(pingresp)
    durable.resolve()
    await device.expect(pubacks(1, 100))
    assert.equal(platform.endpoint.gauges().unread, 0)
  })

  test('are 256 KiB at most', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const { peer } = platform.door
    const durable = deferred()
    peer.onPublish = () => durable.promise
    device.send(publishes(20, 'x'.repeat(16_000)))
    await peer.untilHeard(17)
    await until(() => platform.endpoint.gauges().unread === 1)
    assert.equal(peer.heard.length, 17)
    durable.resolve()
    await device.expect(pubacks(1, 20))
  })

  test('of QoS 0 count too', async () => {
    await using platform = await openPlatform({ unacknowledgedPublishes: 2 })
    await using device = await platform.connect()
    const { peer } = platform.door
    const outcomes = [deferred(), deferred(), deferred()]
    peer.onPublish = () => (outcomes[peer.heard.length - 1] ?? deferred()).promise
    device.send('30 [ <s/us> "1" ]', '30 [ <s/us> "2" ]', '30 [ <s/us> "3" ]', pingreq)
    await peer.untilHeard(2)
    await until(() => platform.endpoint.gauges().unread === 1)
    outcomes[0]?.resolve()
    await peer.untilHeard(3)
    outcomes[1]?.resolve()
    outcomes[2]?.resolve()
    await device.expect(pingresp)
  })
})

describe('rates', () => {
  test('500 publishes at once, then 100 a second, and never a cut', async () => {
    await using platform = await openPlatform()
    await using device = await platform.connect()
    const { peer } = platform.door
    const sent = publishes(700)
    device.send(sent)
    await device.expect(pubacks(1, 500))
    await untilRead(platform, sent.length)
    assert.equal(peer.heard.length, 500)
    platform.clock.advance(1000)
    await device.expect(pubacks(501, 600))
    for (let second = 0; second < 40; second++) platform.clock.advance(1000)
    await device.expect(pubacks(601, 700))
    assert.equal(platform.endings.length, 0)
  })

  test('bytes wait too', async () => {
    await using platform = await openPlatform({ bytesBurst: 40_000, bytesPerSecond: 10_000 })
    await using device = await platform.connect()
    const sent = publishes(6, 'x'.repeat(10_000))
    device.send(sent)
    await until(() => platform.endpoint.gauges().unread === 1)
    const before = platform.endpoint.counters.bytesIn
    await until(() => true)
    assert.ok(before > 40_000 - 4096)
    platform.clock.advance(10_000)
    await device.expect(pubacks(1, 6))
  })

  test('are lifted where the limits are open', async () => {
    await using platform = await openPlatform({
      publishesPerSecond: Number.POSITIVE_INFINITY,
      bytesPerSecond: Number.POSITIVE_INFINITY,
    })
    await using device = await platform.connect()
    device.send(publishes(2000))
    await device.expect(pubacks(1, 2000))
  })

  test('waiting for its rate is no silence', async () => {
    await using platform = await openPlatform({ publishBurst: 1, publishesPerSecond: 0.1 })
    await using device = await platform.connect('p', '10 [ <MQTT> 04 02 0001 <p> ]')
    device.send(publishes(2))
    await device.expect(pubacks(1, 1))
    await until(() => platform.endpoint.gauges().unread === 1)
    platform.clock.advance(9_900)
    assert.equal(platform.endings.length, 0)
    platform.clock.advance(200)
    await device.expect(pubacks(2, 2))
  })
})

describe('a slow store', () => {
  const manyFromOneSource = { sourceConnectsPerSecond: Number.POSITIVE_INFINITY }

  test('pauses every session, and resuming serves all', async () => {
    await using platform = await openPlatform(manyFromOneSource)
    const devices = await Promise.all(
      Array.from({ length: 300 }, (_, index) => platform.connect(`pump-${index}`)),
    )
    platform.endpoint.pause()
    for (const device of devices) device.send(publishes(1))
    assert.equal(platform.endpoint.gauges().unread, 300)
    await using late = await platform.connect('late')
    late.send(pingreq)
    assert.deepEqual(
      platform.door.peers.filter(({ heard }) => heard.length > 0),
      [],
    )
    platform.endpoint.resume()
    await Promise.all(devices.map((device) => device.expect(pubacks(1, 1))))
    await late.expect(pingresp)
    for (const device of devices) device.leave()
  })

  test('that recovers for a moment only serves those next that it did not reach', async () => {
    await using platform = await openPlatform(manyFromOneSource)
    const devices = await Promise.all(
      Array.from({ length: 300 }, (_, index) => platform.connect(`pump-${index}`)),
    )
    platform.endpoint.pause()
    platform.endpoint.resume()
    platform.endpoint.pause()
    assert.equal(platform.endpoint.gauges().unread, 300)
    platform.endpoint.resume()
    assert.equal(platform.endpoint.gauges().unread, 300 - 256)
    await until(() => platform.endpoint.gauges().unread === 0)
    for (const device of devices) device.leave()
  })
})

describe('a client that does not read', () => {
  const line = 'x'.repeat(10_000)

  /** Sends until no more is taken at once: the buffers of the system are full then. */
  async function fill(platform: TestPlatform): Promise<void> {
    const { downlink } = platform.door.peer
    while (platform.endpoint.gauges().outputBytes < platform.endpoint.limits.outputBytes) {
      downlink.send('s/ds', line, 0)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  test('is sent no more than 256 KiB and a queue of 1 MiB, and closed after 30 s', async () => {
    await using platform = await openPlatform()
    await using neighbour = await platform.connect('neighbour')
    await using device = await platform.connect()
    device.stopListening()
    await fill(platform)
    const { peer } = platform.door
    assert.equal(peer.downlink.room, 0)
    assert.equal(
      peer.downlink.send('s/ds', '510', 1, () => {}),
      false,
    )
    for (let index = 0; index < 200; index++) peer.downlink.send('s/ds', line, 0)
    const { outputBytes, queuedBytes } = platform.endpoint.limits
    assert.ok(platform.endpoint.gauges().outputBytes < outputBytes + queuedBytes + 16_184)
    platform.clock.advance(29_000)
    assert.equal(platform.endings.length, 0)
    platform.clock.advance(1_200)
    const ending = await platform.untilEnding(1)
    assert.equal(ending.reason, 'slowConsumer')
    assert.ok(ending.publishesDropped > 90)
    neighbour.send(pingreq)
    await neighbour.expect(pingresp)
  })

  test('and goes on in time gets the rest in order, and the gateway is told', async () => {
    await using platform = await openPlatform({ queuedMessages: 3 })
    await using device = await platform.connect()
    device.stopListening()
    await fill(platform)
    const { peer } = platform.door
    for (const text of ['lost', 'one', 'two', 'three']) peer.downlink.send('s/e', text, 0)
    platform.clock.advance(20_000)
    const { publishesOut } = platform.endpoint.counters
    device.listenAgain()
    const large = bytes(`30 [ <s/ds> "${line}" ]`)
    for (let index = 0; index < publishesOut; index++) await device.expect(large)
    await device.expect('30 [ <s/e> "one" ]', '30 [ <s/e> "two" ]', '30 [ <s/e> "three" ]')
    assert.deepEqual(peer.heard, ['dropped 1', 'windowOpened'])
    platform.clock.advance(20_000)
    assert.equal(platform.endings.length, 0)
  })

  test('is the first to go when all together have too much waiting', async () => {
    await using platform = await openPlatform({ outputBytesTotal: 200 * 1024 })
    await using neighbour = await platform.connect('neighbour')
    await using device = await platform.connect()
    device.stopListening()
    await fill(platform)
    platform.clock.advance(1_000)
    assert.equal((await platform.untilEnding(1)).reason, 'outputLimit')
    neighbour.send(pingreq)
    await neighbour.expect(pingresp)
  })
})
