import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeviceIdentifier, Tenant, TenantEvent, TenantId, User } from '@pileus/domain'
import { sourceKeyOf } from '../mqtt-endpoint/source-key.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import { Authenticator, type Login, type LoginVerdict } from './authenticate.ts'
import { type AuthenticationLimits, authenticationLimits } from './authentication-limits.ts'
import { MasterKey } from './master-key.ts'
import { PasswordWork } from './password-work.ts'
import { SecretHashes } from './secret-hashes.ts'
import { buildTokens, publicHost } from './tokens.fixture.ts'
import { DummyHashes, SecretVerifier } from './verify-secret.ts'

const limits = Object.fromEntries(
  Object.entries(authenticationLimits).map(([name, row]) => [name, row.default]),
) as AuthenticationLimits

const management = 'management' as TenantId
const t100 = 't100' as TenantId
const t200 = 't200' as TenantId
const second = 1000
const hour = 3600 * second

const slowWork = new PasswordWork({ runningMax: 1, waitingMax: 64 })
const masterKey = new MasterKey(Buffer.alloc(32, 7))
const annasHash = await new SecretHashes(masterKey, slowWork).hashPassword('correct horse')

/** A small instance: tenants, users, a clock to move, and an authenticator before them. */
function buildScene(changes: Partial<AuthenticationLimits> = {}) {
  const work = new PasswordWork({ runningMax: 1, waitingMax: limits.passwordChecksWaiting })
  const hashes = new SecretHashes(masterKey, work)
  const clock = { now: 500_000 * hour }
  const reads: string[] = []
  const tenants: Tenant[] = [management, t100, t200].map((id) => ({
    id,
    status: 'ACTIVE',
    creationTime: 0,
    ...(id === t200 ? { domain: 'Acme.iot.example' } : {}),
  }))
  const users = new Map<string, User>()
  const add = (tenantId: TenantId, userName: string, secretHash: string, enabled = true) => {
    const user: User = {
      tenantId,
      userName,
      secretHash,
      enabled,
      groupIds: [],
      shouldResetPassword: false,
      lastPasswordChange: 0,
      creationTime: 0,
      profile: {},
    }
    users.set(`${tenantId}/${userName}`, user)
    return user
  }
  const addDevice = (userName: string, secret: string, tenantId = t100) =>
    add(tenantId, userName, hashes.hashDeviceSecret(tenantId, userName, secret))
  const authenticator = new Authenticator({
    reads: {
      reader: (tenantId) => ({
        findUser: (userName) => {
          reads.push(`${tenantId}/${userName}`)
          return users.get(`${tenantId}/${userName}`)
        },
      }),
      instanceReader: {
        findTenant: (id) => tenants.find((tenant) => tenant.id === id),
        listTenants: () => Promise.resolve(tenants),
      },
    },
    verifier: new SecretVerifier({
      hashes,
      work,
      now: () => clock.now,
      verifiedSecretsCached: limits.verifiedSecretsCached,
    }),
    tokens: buildTokens(openMemoryStore(), () => clock.now).verifier,
    publicHost,
    dummies: new DummyHashes(hashes),
    limits: { ...limits, ...changes },
    defaultTenant: t100,
    sourceOf: sourceKeyOf,
    now: () => clock.now,
    random: () => 0.5,
  })
  const login = async (
    userName: string,
    password: string,
    remoteAddress = '10.0.0.7',
    more: Partial<Login> = {},
  ): Promise<LoginVerdict> =>
    authenticator.authenticate({ channel: 'mqtt', userName, password, remoteAddress, ...more })
  return { authenticator, hashes, clock, reads, tenants, users, add, addDevice, login, work }
}

const kindOf = async (verdict: Promise<LoginVerdict>) => (await verdict).kind

describe('verdicts', () => {
  const cases: readonly (readonly [
    userName: string,
    password: string,
    kind: LoginVerdict['kind'],
    more?: Partial<Login>,
  ])[] = [
    ['t100/device_pump7', 'pump7-secret', 'user'],
    ['device_pump7', 'pump7-secret', 'user'],
    ['t100/anna', 'correct horse', 'user'],
    ['anna', 'correct horse', 'user', { channel: 'rest', host: 'other.example:8080' }],
    ['t100/device_off', 'off-secret', 'disabled'],
    ['management/devicebootstrap', 'bootstrap-secret', 'user'],
    ['t200/devicebootstrap', 'bootstrap-secret', 'user', { channel: 'rest' }],
    ['t200/devicebootstrap', 'bootstrap-secret', 'wrong'],
    ['t100/device_pump7', 'pump7-secrex', 'wrong'],
    ['t100/device_off', 'wrong', 'wrong'],
    ['t100/anna', 'correct horsf', 'wrong'],
    ['t100/anna', '', 'wrong'],
    ['t100/device_pump7', '', 'wrong'],
    ['t100/device_pump7', 'x'.repeat(513), 'wrong'],
    ['t200/device_pump7', 'pump7-secret', 'wrong'],
    ['t100/device_pump8', 'pump7-secret', 'wrong'],
    ['t999/device_pump7', 'pump7-secret', 'wrong'],
    ['T100/device_pump7', 'pump7-secret', 'wrong'],
    ['t100/Anna', 'correct horse', 'wrong'],
    ['anna', 'correct horse', 'wrong', { host: 'acme.iot.example' }],
    ['t100/broken', 'anything', 'wrong'],
    ['', 'pump7-secret', 'wrong'],
  ]
  const scene = buildScene({ sourceFailuresBurst: 1000, userSourceFailures: 1000 })
  scene.addDevice('device_pump7', 'pump7-secret')
  scene.users.set('t100/device_off', {
    ...scene.addDevice('device_off', 'off-secret'),
    enabled: false,
  })
  scene.addDevice('devicebootstrap', 'bootstrap-secret', management)
  scene.add(t100, 'anna', annasHash)
  scene.add(t100, 'broken', 'not a hash')
  for (const [userName, password, kind, more] of cases) {
    const where = more === undefined ? 'mqtt' : JSON.stringify(more)
    test(`${userName} ${password.slice(0, 20)} ${where}: ${kind}`, async () => {
      assert.equal(await kindOf(scene.login(userName, password, '10.0.0.7', more)), kind)
    })
  }

  test('a suspended tenant refuses the right secret as disabled, the wrong one as wrong', async () => {
    const suspended = buildScene()
    suspended.addDevice('device_pump7', 'pump7-secret')
    suspended.tenants[1] = { id: t100, status: 'SUSPENDED', creationTime: 0 }
    assert.equal(await kindOf(suspended.login('t100/device_pump7', 'pump7-secret')), 'disabled')
    assert.equal(await kindOf(suspended.login('t100/device_pump7', 'wrong')), 'wrong')
  })

  test('a tag of another key is wrong', async () => {
    const other = new SecretHashes(new MasterKey(Buffer.alloc(32, 8)), slowWork)
    const moved = buildScene()
    moved.add(t100, 'device_a', other.hashDeviceSecret(t100, 'device_a', 'secret-of-a'))
    assert.equal(await kindOf(moved.login('t100/device_a', 'secret-of-a')), 'wrong')
  })
})

describe('honest parties under attack', () => {
  test('5000 guesses at a device refuse none of its 60 logins', async () => {
    const scene = buildScene()
    scene.addDevice('device_pump7', 'pump7-secret')
    const attacks = new Set<string>()
    for (let i = 0; i < 5000; i++) {
      attacks.add(await kindOf(scene.login('t100/device_pump7', `guess ${i}`, '10.0.0.9')))
      if (i % 100 === 0) {
        assert.equal(await kindOf(scene.login('t100/device_pump7', 'pump7-secret')), 'user')
      }
      if (i % 500 === 0) {
        const neverSeen = `10.9.0.${i / 500}`
        assert.equal(
          await kindOf(scene.login('t100/device_pump7', 'pump7-secret', neverSeen)),
          'user',
        )
      }
      scene.clock.now += 2
    }
    assert.deepEqual([...attacks], ['wrong', 'throttled'])
    // Even from the attacker's own address the right secret is right.
    assert.equal(await kindOf(scene.login('t100/device_pump7', 'pump7-secret', '10.0.0.9')), 'user')
  })

  test('guesses at a person refuse nobody at the usual address, not even behind one NAT', async () => {
    const scene = buildScene()
    scene.add(t100, 'anna', annasHash)
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'user')
    for (const attacker of ['10.0.0.9', '10.0.0.7']) {
      for (let i = 0; i < 60; i++) await scene.login('t100/anna', `guess ${i}`, attacker)
      assert.equal(await kindOf(scene.login('t100/anna', 'guess', attacker)), 'throttled')
      assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'user')
    }
  })

  test('an IPv6 attacker has one budget for its network', async () => {
    const scene = buildScene({ sourceFailuresBurst: 5 })
    for (let i = 1; i <= 5; i++) await scene.login(`t100/device_${i}`, 'x', `2001:db8::${i}`)
    assert.equal(await kindOf(scene.login('t100/device_9', 'x', '2001:db8::9')), 'throttled')
    assert.equal(await kindOf(scene.login('t100/device_9', 'x', '2001:db8:1::9')), 'wrong')
  })

  test('the answers say when to come back', async () => {
    const scene = buildScene()
    for (let i = 0; i < 5; i++) await scene.login('t100/nobody', 'guess')
    assert.deepEqual(await scene.login('t100/nobody', 'guess'), {
      kind: 'throttled',
      scope: 'userFromSource',
      retryAfterSeconds: 1,
      answerAfterMs: 1000,
    })
  })

  test('in a flood the refusals are spread in time', async () => {
    const scene = buildScene({ instanceFailuresPerSecond: 2 })
    const waits: number[] = []
    for (let i = 0; i < 3; i++) {
      const verdict = await scene.login('t100/device_x', 'guess', `10.0.0.${i}`)
      assert.ok(verdict.kind === 'wrong')
      waits.push(verdict.answerAfterMs)
    }
    assert.deepEqual(waits, [0, 0, 125])
  })
})

describe('slow hashes', () => {
  test('a thousand logins of one user cost one computation', async () => {
    const scene = buildScene()
    scene.add(t100, 'anna', annasHash)
    const verdicts = await Promise.all(
      Array.from({ length: 1000 }, () => scene.login('t100/anna', 'correct horse')),
    )
    assert.ok(verdicts.every((verdict) => verdict.kind === 'user'))
    // With one worker and 64 waiting, a second computation for any of them would have been seen.
    assert.equal(scene.work.isFull, false)
  })

  test('when the queue is full a login is busy, never wrong', async () => {
    const scene = buildScene()
    scene.add(t100, 'anna', annasHash)
    const release: (() => void)[] = []
    const jobs = Array.from({ length: 1 + limits.passwordChecksWaiting }, () =>
      scene.work.run(() => new Promise<void>((resolve) => release.push(resolve))),
    )
    assert.deepEqual(await scene.login('t100/anna', 'correct horse'), {
      kind: 'busy',
      retryAfterSeconds: 5,
    })
    scene.addDevice('device_pump7', 'pump7-secret')
    assert.equal(await kindOf(scene.login('t100/device_pump7', 'pump7-secret')), 'user')
    for (const job of jobs) {
      release.shift()?.()
      await job
      await Promise.resolve()
    }
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'user')
  })

  test('a verified password is remembered for a day and forgotten when it changes', async () => {
    const scene = buildScene()
    scene.add(t100, 'anna', annasHash)
    await scene.login('t100/anna', 'correct horse')
    // A full queue shows who needs a computation.
    let release = () => {}
    const jobs = [
      scene.work.run(() => new Promise<void>((resolve) => (release = resolve))),
      ...Array.from({ length: limits.passwordChecksWaiting }, () =>
        scene.work.run(() => Promise.resolve()),
      ),
    ]
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'user')
    scene.clock.now += 23 * hour
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'user')
    scene.clock.now += hour
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'busy')
    release()
    await Promise.all(jobs)
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'user')
    scene.add(t100, 'anna', await scene.hashes.hashPassword('battery staple'))
    scene.clock.now += 31 * second
    assert.equal(await kindOf(scene.login('t100/anna', 'correct horse')), 'wrong')
    assert.equal(await kindOf(scene.login('t100/anna', 'battery staple')), 'user')
  })
})

describe('the cache of users', () => {
  test('a known device is looked up once in 30 s, an unknown one once in 5 s', async () => {
    const scene = buildScene()
    scene.addDevice('device_a', 'secret-of-a')
    for (let i = 0; i < 3; i++) {
      await scene.login('t100/device_a', 'secret-of-a')
      await scene.login('t100/device_b', 'secret-of-b')
    }
    assert.deepEqual(scene.reads, ['t100/device_a', 't100/device_b'])
    scene.clock.now += 6 * second
    await scene.login('t100/device_a', 'secret-of-a')
    await scene.login('t100/device_b', 'secret-of-b')
    assert.deepEqual(scene.reads.slice(2), ['t100/device_b'])
    scene.clock.now += 25 * second
    await scene.login('t100/device_a', 'secret-of-a')
    assert.deepEqual(scene.reads.slice(3), ['t100/device_a'])
  })

  test('a login that needs nothing read or computed is decided at once', async () => {
    const scene = buildScene()
    scene.addDevice('device_a', 'secret-of-a')
    await scene.login('t100/device_a', 'secret-of-a')
    const verdict = scene.authenticator.authenticate({
      channel: 'mqtt',
      userName: 't100/device_a',
      password: 'secret-of-a',
      remoteAddress: '10.0.0.7',
    })
    assert.ok(!(verdict instanceof Promise))
    assert.equal(verdict.kind, 'user')
  })

  const changes: readonly (readonly [string, TenantEvent['event']])[] = [
    [
      'a changed secret',
      { kind: 'userAccessChanged', userName: 'device_a', reason: 'secretChanged' },
    ],
    [
      'handed out credentials',
      {
        kind: 'registrationChanged',
        change: 'updated',
        request: {
          deviceIdentifier: 'a' as DeviceIdentifier,
          tenantId: t100,
          status: 'ACCEPTED',
          owner: 'admin',
          creationTime: 0,
          statusSince: 0,
          customProperties: {},
          wrongTokens: 0,
          claimants: [],
          polls: [],
          isContested: false,
        },
      },
    ],
  ]
  for (const [name, event] of changes) {
    test(`${name}: the next login sees it`, async () => {
      const scene = buildScene()
      assert.equal(await kindOf(scene.login('t100/device_a', 'new-secret')), 'wrong')
      scene.addDevice('device_a', 'new-secret')
      scene.authenticator.onTenantEvent({ tenantId: t100, event })
      assert.equal(await kindOf(scene.login('t100/device_a', 'new-secret')), 'user')
      scene.addDevice('device_a', 'newer-secret')
      scene.authenticator.onTenantEvent({ tenantId: t100, event })
      assert.equal(await kindOf(scene.login('t100/device_a', 'new-secret')), 'wrong')
      assert.equal(await kindOf(scene.login('t100/device_a', 'newer-secret')), 'user')
    })
  }
})
