import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { User } from '@pileus/domain'
import { deleteUser } from '@pileus/domain'
import { secondTenant } from '@pileus/testing'
import { aUser, putObject } from '../domain-rules/rules.fixture.ts'
import type { ConnectRequest, LoginVerdict } from './device-gateway.ts'
import { openScene, ScriptedDownlink, settled } from './gateway.fixture.ts'
import { RateByKey } from './rate-by-key.ts'

const request: ConnectRequest = {
  clientId: 'meter-8',
  protocolLevel: 4,
  userName: 'device_meter-8',
  password: Buffer.from('secret'),
  remoteAddress: '10.0.0.7',
}

describe('a connection is refused', () => {
  const { userName: _userName, ...withoutUser } = request
  const { password: _password, ...withoutPassword } = request
  const cases: readonly {
    readonly name: string
    readonly request: ConnectRequest
    readonly login?: LoginVerdict
    readonly returnCode: number
    readonly delayMs?: number
  }[] = [
    { name: 'without an id', request: { ...request, clientId: '' }, returnCode: 2 },
    {
      name: 'with an id too long for MQTT 3.1',
      request: { ...request, protocolLevel: 3, clientId: 'x'.repeat(24) },
      returnCode: 5,
    },
    { name: 'without credentials', request: withoutUser, returnCode: 5 },
    { name: 'without a password', request: withoutPassword, returnCode: 5 },
    {
      name: 'with an empty password',
      request: { ...request, password: new Uint8Array() },
      returnCode: 5,
    },
    {
      name: 'with a wrong password, after the time that the login says',
      request,
      login: { kind: 'wrong', answerAfterMs: 120 },
      returnCode: 4,
      delayMs: 120,
    },
    { name: 'of a disabled user', request, login: { kind: 'disabled' }, returnCode: 5 },
    {
      name: 'after too many wrong passwords',
      request,
      login: { kind: 'throttled', answerAfterMs: 1000 },
      returnCode: 3,
      delayMs: 1000,
    },
    { name: 'while passwords wait to be checked', request, login: { kind: 'busy' }, returnCode: 3 },
    {
      name: 'of a device user for another device',
      request: { ...request, userName: 'device_other' },
      returnCode: 5,
    },
  ]
  for (const { name, request: asked, login, returnCode, delayMs = 0 } of cases) {
    test(name, async () => {
      const parts = login === undefined ? {} : { logIn: async () => login }
      await using scene = openScene({ parts })
      const verdict = await scene.gateway.connect(asked)
      assert.ok(verdict.kind === 'refused')
      assert.deepEqual([verdict.returnCode, verdict.delayMs ?? 0], [returnCode, delayMs])
      assert.equal(scene.gateway.sessionCount, 0)
    })
  }

  test('when a device connects too often, which costs others nothing', async () => {
    const connectRate = new RateByKey({ perSecond: 1, burst: 2, keysMax: 10 })
    await using scene = openScene({ parts: { connectRate } })
    const kinds: string[] = []
    for (const clientId of ['meter-8', 'd:meter-8', ':meter-8:x', 'meter-9']) {
      const userName = clientId === 'meter-9' ? 'device_meter-9' : 'device_meter-8'
      const verdict = await scene.gateway.connect({ ...request, clientId, userName })
      kinds.push(verdict.kind === 'refused' ? String(verdict.returnCode) : verdict.kind)
    }
    assert.deepEqual(kinds, ['accepted', 'accepted', '3', 'accepted'])
  })
})

describe('the key of a session', () => {
  test('is tenant and device, whatever else the ClientId says', async () => {
    await using scene = openScene()
    scene.users.set('t200/device_meter-8', aUser('device_meter-8', { tenantId: secondTenant }))
    const keys: string[] = []
    for (const [clientId, userName] of [
      ['meter-8', 'device_meter-8'],
      ['d:meter-8:acme', 'device_meter-8'],
      ['meter-8', 't200/device_meter-8'],
      ['meter-8', 'devicebootstrap'],
    ] as const) {
      const verdict = await scene.gateway.connect({ ...request, clientId, userName })
      assert.ok(verdict.kind === 'accepted')
      keys.push(verdict.sessionKey)
    }
    assert.equal(keys[0], keys[1])
    assert.equal(new Set(keys).size, 3)
  })
})

describe('a user that loses access', () => {
  const disabled = (user: User) => ({ ...user, enabled: false })

  test('loses all sessions, those of other devices too, and nobody else does', async () => {
    await using scene = openScene()
    await scene.run(async (unit) => {
      await unit.repository.saveUser(aUser('device_meter-8'))
      await putObject(unit, 'child', { owner: 'device_meter-8' })
      await putObject(unit, 'sibling', { owner: 'device_meter-8' })
    })
    const own = await scene.connect('meter-8')
    const child = await scene.connect('child', 'device_meter-8')
    const sibling = await scene.connect('sibling', 'device_meter-8')
    const other = await scene.connect('meter-9')
    sibling.session.closed('disconnect')
    own.subscribe('s/e')
    await scene.run((unit) => deleteUser(unit, 'device_meter-8'))
    await settled()
    assert.deepEqual(
      [own, child, sibling, other].map(({ downlink }) => downlink.closedWith !== undefined),
      [true, true, false, false],
    )
    assert.deepEqual(await own.received(), ['s/e 41,,The user of this connection has been deleted'])
    assert.equal(scene.gateway.sessionCount, 1)
  })

  test('in another tenant does not end the sessions of its namesake', async () => {
    await using scene = openScene()
    const device = await scene.connect('meter-8')
    const event = {
      kind: 'userAccessChanged',
      userName: 'device_meter-8',
      reason: 'deleted',
    } as const
    scene.gateway.onCommitted([{ tenantId: secondTenant, event }])
    assert.equal(device.downlink.closedWith, undefined)
  })

  const losses: readonly {
    readonly name: string
    readonly after: (user: User) => User | undefined
  }[] = [
    { name: 'was deleted', after: () => undefined },
    { name: 'was disabled', after: disabled },
    { name: 'got a new secret', after: (user) => ({ ...user, lastPasswordChange: 1 }) },
  ]
  for (const { name, after } of losses) {
    test(`${name} between login and CONNACK: the session ends at once`, async () => {
      await using scene = openScene()
      const user = aUser('device_meter-8')
      await scene.run((unit) => unit.repository.saveUser(user))
      const verdict = await scene.gateway.connect(request)
      assert.ok(verdict.kind === 'accepted')
      await scene.run(async (unit) => {
        const changed = after(user)
        if (changed === undefined) await unit.repository.deleteUser(user.userName)
        else await unit.repository.saveUser(changed)
        const { userName } = user
        unit.announce({ kind: 'userAccessChanged', userName, reason: 'deleted' })
      })
      await settled()
      const downlink = new ScriptedDownlink(20)
      downlink.session = verdict.open(downlink)
      await settled()
      assert.ok(downlink.closedWith)
      assert.equal(scene.gateway.sessionCount, 0)
    })
  }

  test('somewhere else: a session that is just opened stays', async () => {
    await using scene = openScene()
    await scene.run((unit) => unit.repository.saveUser(aUser('device_meter-8')))
    const verdict = await scene.gateway.connect(request)
    assert.ok(verdict.kind === 'accepted')
    const event = { kind: 'userAccessChanged', userName: 'device_x', reason: 'deleted' } as const
    scene.gateway.onCommitted([{ tenantId: secondTenant, event }])
    const downlink = new ScriptedDownlink(20)
    downlink.session = verdict.open(downlink)
    await settled()
    assert.equal(downlink.closedWith, undefined)
  })
})

test('of two sessions of one device the newer one is found, whenever the older one ends', async () => {
  await using scene = openScene()
  await scene.run(async (unit) => {
    await unit.repository.saveUser(aUser('device_meter-8'))
    await putObject(unit, 'child', { owner: 'device_meter-8' })
  })
  for (const clientId of ['meter-8', 'child']) {
    const older = await scene.connect(clientId, 'device_meter-8')
    await scene.connect(clientId, 'device_meter-8')
    older.session.closed('takenOver')
  }
  assert.equal(scene.gateway.sessionCount, 2)
  await scene.run((unit) => deleteUser(unit, 'device_meter-8'))
  await settled()
  assert.equal(scene.gateway.sessionCount, 0)
})
