import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor, Connection, DeviceIdentifier, TenantId } from '@pileus/domain'
import { actorOf } from '@pileus/domain'
import { ManualClock } from '@pileus/testing'
import fc from 'fast-check'
import { settled } from '../device-gateway/gateway.fixture.ts'
import { aUser } from '../domain-rules/rules.fixture.ts'
import type { ConnectionEnding } from '../mqtt-endpoint/endpoint-observer.ts'
import type { PacketTap } from '../mqtt-endpoint/packet-tap.ts'
import type { Capture } from './capture.ts'
import { MessageStory } from './message-story.ts'
import { Wire } from './wire.ts'
import type { WireFeed } from './wire-feed.ts'
import { type WireLimits, wireLimits } from './wire-limits.ts'
import { WireReader } from './wire-reader.ts'
import { full, type WireRequest, WireWatch } from './wire-watch.ts'

const t100 = 't100' as TenantId
const t200 = 't200' as TenantId

/** A wire of two tenants, without an endpoint: the test says what its taps see. */
class Scene {
  readonly clock = new ManualClock()
  readonly taps = new Map<string, PacketTap>()
  readonly watched: string[] = []
  readonly wire: Wire
  readonly watch: WireWatch

  constructor(limits: Partial<WireLimits> = {}) {
    const now = () => this.clock.now()
    this.wire = new Wire({
      now,
      nowMs: now,
      limits: { ...wireLimits, ...limits },
      setTap: (key, tap) => {
        if (tap === undefined) this.taps.delete(key)
        else this.taps.set(key, tap)
      },
      tenantOf: (userName) => userName?.split('/')[0] as TenantId | undefined,
      isTenant: (tenantId) => Promise.resolve(tenantId === t100 || tenantId === t200),
    })
    this.watch = new WireWatch({
      wire: this.wire,
      lookUp: {
        findDeviceId: (tenantId, identifier) =>
          identifier === 'pump' ? `${tenantId}-pump` : undefined,
        findTemplates: () => undefined,
      },
      now,
      onWatched: ({ tenantId, userName, deviceIdentifier }) =>
        this.watched.push(`${tenantId}/${userName} ${deviceIdentifier}`),
    })
  }

  capture(deviceIdentifier = 'pump', tenantId = t100): Capture {
    const captured = this.wire.capture(tenantId, deviceIdentifier)
    assert.ok(captured)
    return captured.capture
  }

  async texts(request: Partial<WireRequest> = {}): Promise<readonly string[]> {
    const answer = await this.watch.read(asked(request))
    assert.ok(answer !== full)
    return answer.packets.map(({ packet, payload, reason }) => payload?.text ?? reason ?? packet)
  }

  open(request: Partial<WireRequest> = {}): WireFeed {
    const feed = this.watch.open(asked(request))
    assert.ok(feed !== full)
    return feed
  }
}

function asked(request: Partial<WireRequest>): WireRequest {
  const usual = { tenantId: t100, userName: 'admin', clientId: 'pump' }
  return { ...usual, errorsOnly: false, since: undefined, ...request }
}

function publishOf(text: string) {
  const payload = Buffer.from(text)
  return {
    topic: 's/us',
    payload,
    qos: 0,
    packetId: 0,
    isDuplicate: false,
    isRetained: false,
  } as const
}

/** A message that is understood and stored at once. */
function say(capture: Capture, text: string): void {
  answer(capture.publishReceived(publishOf(text)))
}

function answer(story: MessageStory): void {
  story.started()
  story.rowDone(0, undefined)
  story.answering([])
  story.answered()
}

function endingOf(sessionKey: string, connectionId = 1): ConnectionEnding {
  return {
    connectionId,
    transport: 'tcp',
    remoteAddress: '10.0.0.7',
    clientId: sessionKey.split('\n')[1] ?? '',
    sessionKey,
    reason: 'keepAliveTimeout',
    durationMs: 5000,
    bytesIn: 0,
    bytesOut: 0,
    publishesIn: 0,
    publishesOut: 0,
    publishesDropped: 0,
    will: 'none',
  }
}

function connectionOf(deviceIdentifier: string, tenantId = t100): Connection {
  const actor: Actor = actorOf(aUser(`device_${deviceIdentifier}`, { tenantId }))
  return { deviceIdentifier: deviceIdentifier as DeviceIdentifier, actor }
}

const problem = { problem: { code: 45, messageId: '211', text: 'No.' }, place: 0 } as const

function refuse(wire: Wire, text: string, connection = connectionOf('pump')): void {
  const message = { topic: 's/us', qos: 1, packetId: 7, text, problems: [problem] } as const
  wire.onMessageRefused({ connection, ...message })
}

function refuseConnect(wire: Wire, clientId: string, userName: string, reason = 'wrong'): void {
  wire.onConnectRefused({
    connectionId: 9,
    transport: 'tcp',
    remoteAddress: '10.0.0.9',
    clientId,
    userName,
    returnCode: 4,
    reason,
  })
}

describe('a device that nobody watches', () => {
  test('is remembered by what was refused and how it ended, and by no more', async () => {
    const { wire, texts, taps } = bind(new Scene())
    assert.equal(wire.tapOf('t100\npump'), undefined)
    refuse(wire, '211,hot')
    refuseConnect(wire, 'd:pump', 't100/device_pump')
    await settled()
    wire.onConnectionClosed(endingOf('t100\npump'))
    const [first, second, third] = await texts()
    assert.equal(first, '211,hot')
    assert.equal(second, 'wrong')
    assert.match(third ?? '', /silent|keep-alive/i)
    assert.ok(taps.has('t100\npump'))
  })

  test('leaves as little as the bounds say', async () => {
    const limits = { devicesRemembered: 3, refusedMessagesPerDevice: 2, endingsPerDevice: 1 }
    const { wire, texts } = bind(new Scene({ ...limits, refusedPayloadBytes: 4 }))
    for (const id of ['a', 'b', 'c', 'd']) {
      for (let index = 0; index < 5; index++) {
        refuse(wire, `${index}-far too long`, connectionOf(id))
        wire.onConnectionClosed(endingOf(`t100\n${id}`))
      }
    }
    assert.deepEqual(await texts({ clientId: 'a' }), [])
    const all = await texts({ clientId: undefined })
    assert.equal(all.length, 3 * (2 + 1))
    assert.ok(all.includes('3-fa') && all.includes('4-fa') && !all.includes('2-fa'))
  })

  test('is a stranger where its tenant is none', async () => {
    const { wire, texts } = bind(new Scene({ refusedConnectsPerTenant: 2 }))
    refuseConnect(wire, 'x', 'nowhere/x')
    for (const reason of ['1', '2', '3']) refuseConnect(wire, 'x', 't100/x', reason)
    await settled()
    assert.deepEqual(await texts({ clientId: undefined }), ['2', '3'])
    assert.deepEqual(await texts({ clientId: undefined, tenantId: 'nowhere' as TenantId }), [])
  })
})

describe('nothing of one tenant is seen by another', () => {
  test('though its devices are called the same', async () => {
    const { wire, texts, capture, watch } = bind(new Scene())
    for (const tenantId of [t100, t200]) {
      say(capture('pump', tenantId), `211,${tenantId}`)
      refuse(wire, `refused ${tenantId}`, connectionOf('idle', tenantId))
      refuseConnect(wire, 'pump', `${tenantId}/device_pump`, `who ${tenantId}`)
      wire.onConnectionClosed(endingOf(`${tenantId}\nidle`))
    }
    await settled()
    for (const [tenantId, other] of [
      [t100, t200],
      [t200, t100],
    ] as const) {
      for (const clientId of ['pump', 'idle', undefined]) {
        const seen = await texts({ tenantId, clientId })
        assert.ok(seen.length > 0)
        assert.ok(!seen.join().includes(other), seen.join())
        const answer = await watch.read(asked({ tenantId, clientId }))
        assert.ok(!JSON.stringify(answer).includes(other))
      }
    }
  })

  test('nor told by a stream', async () => {
    const { capture, open } = bind(new Scene())
    const feed = open({ clientId: undefined })
    const events = feed.next()
    say(capture('pump', t200), '211,2')
    say(capture('pump', t100), '211,1')
    assert.deepEqual(
      (await events).map(({ data }) => 'payload' in data && data.payload?.text),
      ['211,1'],
    )
    feed.end('left')
  })
})

describe('how many are watched', () => {
  test('the one that nobody has looked at for longest makes room', () => {
    const { wire, capture, taps, clock } = bind(new Scene({ devicesCaptured: 2 }))
    capture('a')
    capture('b')
    clock.advance(1000)
    capture('a')
    capture('c')
    assert.deepEqual([...taps.keys()], ['t100\na', 't100\nc'])
    assert.equal(wire.capturedDevices, 2)
  })

  test('one tenant leaves room for the others', () => {
    const { capture, taps } = bind(new Scene({ devicesCaptured: 3, devicesCapturedPerTenant: 2 }))
    capture('a', t200)
    for (const id of ['a', 'b', 'c', 'd']) capture(id)
    assert.deepEqual([...taps.keys()], ['t200\na', 't100\nc', 't100\nd'])
  })

  test('where somebody looks on there is no room', () => {
    const { open, watch } = bind(new Scene({ devicesCaptured: 1 }))
    const feed = open({ clientId: 'a' })
    assert.equal(watch.open(asked({ clientId: 'b' })), full)
    feed.end('left')
    open({ clientId: 'b' })
  })

  test('an hour after the last look it is over, unless somebody still looks', async () => {
    const { wire, capture, taps, clock, open, watched, texts } = bind(new Scene())
    say(capture('pump'), '211,1')
    await texts()
    const feed = open({ clientId: 'other' })
    clock.advance(wireLimits.captureMs - 1)
    wire.sweep()
    assert.equal(wire.capturedDevices, 2)
    clock.advance(1)
    wire.sweep()
    assert.deepEqual([...taps.keys()], ['t100\nother'])
    feed.end('left')
    wire.sweep()
    assert.equal(wire.capturedDevices, 0)
    assert.deepEqual(await texts(), [])
    assert.deepEqual(watched, ['t100/admin other', 't100/admin pump'])
  })

  test('streams have bounds, and end with the access of their user', async () => {
    const { open, watch } = bind(new Scene({ streamsPerUser: 1, streamsPerTenant: 2 }))
    const feed = open()
    assert.equal(watch.open(asked({})), full)
    open({ userName: 'second' })
    assert.equal(watch.open(asked({ userName: 'third' })), full)
    const other = open({ tenantId: t200 })
    watch.onCommitted([
      {
        tenantId: t100,
        event: { kind: 'userAccessChanged', userName: 'admin', reason: 'disabled' },
      },
    ])
    assert.deepEqual(await last(feed), { reason: 'access' })
    assert.deepEqual(await feed.next(), [])
    assert.equal(watch.streams, 2)
    watch.close()
    assert.deepEqual(await last(other), { reason: 'stopping' })
    assert.equal(watch.streams, 0)
  })
})

async function last(feed: WireFeed): Promise<object> {
  for (;;) {
    const event = (await feed.next()).at(-1)
    if (event?.name === 'error') return event.data
  }
}

describe('a message whose fate is open', () => {
  test('is held back, with what comes after it, and told with its fate', async () => {
    const { capture, texts, clock } = bind(new Scene())
    const slow = capture().publishReceived(publishOf('211,slow'))
    say(capture(), '211,quick')
    assert.deepEqual(await texts(), [])
    clock.advance(wireLimits.settleMs - 1)
    answer(slow)
    assert.deepEqual(await texts(), ['211,slow', '211,quick'])
  })

  test('is told as pending after a while, and again when it is settled', async () => {
    const { capture, open, clock } = bind(new Scene({ settleMs: 50 }))
    const feed = open()
    const slow = capture().publishReceived(publishOf('211,slow'))
    await feed.next()
    clock.advance(50)
    const pending = (await feed.next()).find(({ name }) => name === 'packet')
    assert.ok(pending && 'isPending' in pending.data)
    answer(slow)
    const [settledNow] = await feed.next()
    assert.ok(settledNow?.name === 'packet' && !('isPending' in settledNow.data))
    assert.deepEqual([settledNow.data.seq, settledNow.id], [pending.id, undefined])
    feed.end('left')
  })
})

test('readers get everything once, in order, and know how much they have missed', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('say' as const), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 6 }) }),
    ),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(steps, (taken) => {
      const { wire, capture, clock } = bind(new Scene({ packetsPerDevice: 10 }))
      const query = { tenantId: t100, deviceIdentifier: 'pump', errorsOnly: false }
      const device = capture()
      const reader = new WireReader(wire, { ...query, since: wire.lastSeq })
      let said = 0
      const read: number[] = []
      let lost = 0
      const take = (count: number) => {
        const found = reader.take(count, clock.now())
        lost += found.lost
        for (const { content } of found.entries) {
          assert.ok(content.packet === 'PUBLISH')
          read.push(Number(Buffer.from(content.payload.bytes ?? []).toString()))
        }
        return found.isMore
      }
      // The first look knows where the others begin.
      take(1)
      for (const { kind, count } of taken) {
        if (kind === 'take') take(count)
        else for (let index = 0; index < count; index++) say(device, String(said++))
      }
      while (take(3));
      assert.deepEqual(
        read,
        read.toSorted((a, b) => a - b),
      )
      assert.equal(new Set(read).size, read.length)
      assert.equal(read.length + lost, said)
      assert.ok(said === 0 || read.at(-1) === said - 1)
    }),
  )
})

test('a position of another run begins with what there is, and says so', async () => {
  const { capture, watch, wire } = bind(new Scene())
  say(capture(), '211,1')
  for (const since of [wire.firstSeq - 5, wire.lastSeq + 1_000_000]) {
    const answer = await watch.read(asked({ since }))
    assert.ok(answer !== full)
    assert.equal(answer.packets.length, 1)
    assert.equal(answer.hasGap, true)
    assert.equal(answer.next, wire.lastSeq)
  }
  const none = await watch.read(asked({ since: wire.lastSeq }))
  assert.ok(none !== full && none.packets.length === 0 && !none.hasGap)
})

test('keep-alives are counted and not shown', async () => {
  const { capture, watch, clock } = bind(new Scene())
  const device = capture()
  const connection = { connectionId: 3, transport: 'tcp', remoteAddress: '::1' } as const
  device.connected({ ...connection, ageMs: 0, isCleanSession: true, keepAliveSeconds: 60 })
  for (let count = 0; count < 3; count++) {
    clock.advance(60_000)
    device.received({ kind: 'pingreq' })
    device.sent({ kind: 'pingresp' })
  }
  const answer = await watch.read(asked({}))
  assert.ok(answer !== full)
  assert.deepEqual(
    answer.packets.map(({ packet }) => packet),
    ['CONNECT', 'CONNACK'],
  )
  assert.equal(answer.state?.keepAlives, 3)
  assert.equal(answer.state.lastKeepAlive, new Date(clock.now()).toISOString())
  assert.equal(answer.state.deviceId, 't100-pump')
})

/** The parts of a scene, to be taken apart. */
function bind(scene: Scene) {
  const { wire, watch, clock, taps, watched } = scene
  return {
    wire,
    watch,
    clock,
    taps,
    watched,
    capture: scene.capture.bind(scene),
    texts: scene.texts.bind(scene),
    open: scene.open.bind(scene),
  }
}
