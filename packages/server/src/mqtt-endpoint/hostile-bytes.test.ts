// Whatever bytes come, the endpoint lives, lets go of them and no neighbour notices.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ByteScript, bytes } from '@pileus/testing'
import { accepted, connectOf, openPlatform, pingreq, pingresp } from './mqtt-endpoint.fixture.ts'

/** A small generator with a seed, so that a failure can be repeated. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const connect = bytes(connectOf('fuzz'))
const templates = [
  connect,
  bytes('10 [ <MQIsdp> 03 c6 003c <p> <s/us> <100> <t100/user> <secret> ]'),
  bytes('82 [ 0001 <s/ds> 01 <s/e> 00 ]'),
  bytes('32 [ <s/us> 0001 "200,c8y_T,T,25" ]'),
  bytes('34 [ <s/uc/acmeProto> 0002 "1,2,3" ]'),
  bytes('62 02 0002'),
  bytes('a2 [ 0003 <s/ds> ]'),
  bytes('40 02 0001'),
  bytes(pingreq),
]

/** Half of them pure noise, half a valid session with a few bytes changed, cut or repeated. */
function hostileStream(seed: number): Uint8Array {
  const random = randomOf(seed)
  if (seed % 2 === 0) {
    return Uint8Array.from({ length: 1 + random(200) }, () => random(256))
  }
  const packets = Array.from({ length: 1 + random(6) }, () => templates[random(templates.length)])
  const stream = Buffer.concat([random(4) > 0 ? connect : Buffer.alloc(0), ...packets] as Buffer[])
  for (let change = random(4); change > 0; change--) stream[random(stream.length)] = random(256)
  return stream.subarray(0, stream.length - random(8))
}

const streams = 10_000
const atOnce = 50

test(`${streams} hostile streams, and a neighbour that notices nothing`, async () => {
  await using platform = await openPlatform({
    sourceConnectsPerSecond: Number.POSITIVE_INFINITY,
    connectsPerSecond: Number.POSITIVE_INFINITY,
  })
  platform.door.judge = async (request) =>
    platform.door.accept(request, `${request.clientId} ${platform.door.requests.length}`)
  await using neighbour = await platform.connect('neighbour')
  let ended = 0
  for (let seed = 0; seed < streams; seed += atOnce) {
    const devices: ByteScript[] = await Promise.all(
      Array.from({ length: atOnce }, () => platform.dial()),
    )
    for (const [index, device] of devices.entries()) {
      device.send(hostileStream(seed + index))
      device.endInput()
    }
    neighbour.send(`32 [ <s/us> 0001 "${seed}" ]`)
    await neighbour.expect('40 02 0001')
    ended += atOnce
    await platform.untilEnding(ended)
    for (const device of devices) device.leave()
    platform.door.peers.length = 1
  }
  const reasons = new Set(platform.endings.map(({ reason }) => reason))
  assert.deepEqual(platform.failures, [])
  assert.ok(reasons.has('malformedPacket') && reasons.has('clientClosed'))
  assert.ok(!reasons.has('internalError'))
  await platform.untilConnections(1)
  assert.deepEqual(platform.endpoint.gauges().sessions, { tcp: 1, websocket: 0 })
})

test('half a packet and then silence keeps nothing but its bytes', async () => {
  await using platform = await openPlatform()
  await using neighbour = await platform.connect('neighbour')
  await using device = await platform.dial()
  device.send(connectOf('half'))
  await device.expect(accepted)
  device.send('32 b0 7e 0004 "s/us"')
  neighbour.send(pingreq)
  await neighbour.expect(pingresp)
  platform.clock.advance(45_000)
  neighbour.send(pingreq)
  await neighbour.expect(pingresp)
  platform.clock.advance(45_200)
  await device.expectEnd()
  assert.equal((await platform.untilEnding(1)).reason, 'keepAliveTimeout')
  assert.equal(platform.endings.length, 1)
})
