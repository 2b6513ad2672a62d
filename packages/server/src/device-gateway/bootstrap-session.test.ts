import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeviceIdentifier } from '@pileus/domain'
import { acceptRegistration, actorOf, adminsGroupId, registerDevice } from '@pileus/domain'
import { firstTenant } from '@pileus/testing'
import { aUser } from '../domain-rules/rules.fixture.ts'
import type { Device, Scene } from './gateway.fixture.ts'
import { openScene } from './gateway.fixture.ts'
import { RateByKey } from './rate-by-key.ts'

const operator = actorOf(aUser('mira', { groupIds: [adminsGroupId] }))
const id = 'meter-8' as DeviceIdentifier

function register(scene: Scene, deviceIdentifier = 'meter-8') {
  return scene.run((unit) =>
    registerDevice(unit, operator, { deviceIdentifier, customProperties: {} }),
  )
}

function accept(scene: Scene) {
  return scene.run((unit) =>
    acceptRegistration(unit, scene.secrets, operator, id, { force: false }),
  )
}

function bootstrap(scene: Scene, clientId = 'meter-8'): Promise<Device> {
  return scene.connect(clientId, 'devicebootstrap')
}

function poll(device: Device, payload = '') {
  return device.publish(payload, { topic: 's/ucr' })
}

describe('a bootstrap session', () => {
  test('receives its credentials once they are accepted, and nothing before', async () => {
    await using scene = openScene()
    const device = await bootstrap(scene, 'd:meter-8')
    device.subscribe('s/dcr')
    await poll(device)
    await register(scene)
    for (let time = 0; time < 3; time++) {
      scene.clock.advance(5000)
      await poll(device)
    }
    assert.deepEqual(await device.received(), [])
    await accept(scene)
    scene.clock.advance(5000)
    await poll(device)
    assert.deepEqual(await device.received(), ['s/dcr 70,t100,device_meter-8,secret-1'])
  })

  test('that did not subscribe receives nothing and uses nothing up', async () => {
    await using scene = openScene()
    await register(scene)
    const device = await bootstrap(scene)
    await poll(device)
    await accept(scene)
    scene.clock.advance(5000)
    await poll(device)
    assert.deepEqual(scene.secrets.drawn, [])
    assert.equal(await scene.store.reader(firstTenant).findUser('device_meter-8'), undefined)
  })

  test('is heard every five seconds, also when the clock was set back', async () => {
    await using scene = openScene()
    await register(scene)
    const device = await bootstrap(scene)
    device.subscribe('s/dcr')
    await poll(device)
    await accept(scene)
    scene.clock.advance(4999)
    await poll(device)
    assert.deepEqual(await device.received(), [])
    scene.clock.advance(-3_600_000)
    await poll(device)
    assert.equal((await device.received()).length, 1)
  })

  test('hears of a token that is too short or too long', async () => {
    await using scene = openScene()
    const device = await bootstrap(scene)
    device.subscribe('s/e')
    for (const length of [7, 129]) {
      await poll(device, 'x'.repeat(length))
      scene.clock.advance(5000)
    }
    const line = 's/e 45,,A security token has 8 to 128 characters'
    assert.deepEqual(await device.received(), [line, line])
  })

  for (const topic of [
    's/us',
    's/us/x',
    's/uc/x',
    's/ut/x',
    's/uat',
    't/us',
    'event/events/create',
    'x',
  ]) {
    test(`ends when it publishes to ${topic}`, async () => {
      await using scene = openScene()
      const device = await bootstrap(scene)
      const outcome = device.session.publish({
        topic,
        payload: Buffer.from('100'),
        qos: 1,
        isDuplicate: false,
        packetId: 1,
      })
      assert.ok(!(outcome instanceof Promise) && outcome.kind === 'refused')
    })
  }

  test('may subscribe s/dcr and s/e and nothing else', async () => {
    await using scene = openScene()
    const device = await bootstrap(scene)
    const filters = ['s/dcr', 's/e', 's/ds', 's/dc/#', '#', 's/us', 'error']
    const codes = device.session.subscribe(filters.map((filter) => ({ filter, qos: 1 })))
    assert.deepEqual(codes, [1, 1, 0x80, 0x80, 0x80, 0x80, 0x80])
  })
})

describe('bootstrap sessions are bounded', () => {
  async function verdictOf(scene: Scene, clientId: string, remoteAddress = '10.0.0.7') {
    const verdict = await scene.gateway.connect({
      clientId,
      protocolLevel: 4,
      userName: 'devicebootstrap',
      password: Buffer.from('secret'),
      remoteAddress,
    })
    return verdict.kind === 'refused' ? verdict.returnCode : verdict.kind
  }

  test('in number; whoever has had its time makes room', async () => {
    await using scene = openScene()
    const first = await bootstrap(scene, 'a')
    await bootstrap(scene, 'b')
    assert.equal(await verdictOf(scene, 'c'), 3)
    first.session.closed('disconnect')
    assert.equal(await verdictOf(scene, 'c'), 'accepted')
    const third = await bootstrap(scene, 'c')
    assert.equal(await verdictOf(scene, 'd'), 3)
    scene.clock.advance(3_600_001)
    assert.equal(await verdictOf(scene, 'd'), 'accepted')
    assert.ok(third.downlink.closedWith)
  })

  test('in time, at the next poll', async () => {
    await using scene = openScene()
    const device = await bootstrap(scene)
    scene.clock.advance(3_600_001)
    await assert.rejects(poll(device), /the publish is taken/)
  })

  test('in connects and polls from one source, and in polls for one device', async () => {
    const rate = (burst: number) => new RateByKey({ perSecond: 0.001, burst, keysMax: 10 })
    const rates = {
      connectsOfSource: rate(4),
      pollsOfSource: rate(3),
      pollsOfDevice: rate(2),
    }
    await using scene = openScene({
      parts: {
        bootstrap: { pollIntervalMs: 0, sessionsMax: 99, sessionMs: 3_600_000, rates },
        sourceOf: (address) => address.split('.').slice(0, 3).join('.'),
      },
    })
    const one = await bootstrap(scene, 'one')
    const two = await bootstrap(scene, 'two')
    await poll(one)
    await poll(one)
    await assert.rejects(poll(one), /the publish is taken/)
    await assert.rejects(poll(two), /the publish is taken/)
    assert.equal(await verdictOf(scene, 'three'), 'accepted')
    assert.equal(await verdictOf(scene, 'four', '10.0.0.8'), 'accepted')
    assert.equal(await verdictOf(scene, 'five', '10.0.0.9'), 3)
    assert.equal(await verdictOf(scene, 'five', '10.0.1.9'), 'accepted')
  })
})
