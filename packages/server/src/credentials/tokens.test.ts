// Tokens from their issue to their end, with keys in a store, a clock to move, and the
// authenticator that decides what a token is worth.
import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  deleteUser,
  devicesGroupId,
  managementTenant,
  type Tenant,
  type TenantId,
  type User,
} from '@pileus/domain'
import { ManualClock } from '@pileus/testing'
import fc from 'fast-check'
import { CompactSign, compactVerify } from 'jose'
import { PlatformError } from '../platform-error.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import type { ObservableStore } from '../store/open-store.ts'
import { Authenticator, type DecidedLogin, type TokenLogin } from './authenticate.ts'
import { type AuthenticationLimits, authenticationLimits } from './authentication-limits.ts'
import { MasterKey } from './master-key.ts'
import { PasswordWork } from './password-work.ts'
import { SecretHashes } from './secret-hashes.ts'
import { formatTokenClaims, type TokenClaims } from './token-claims.ts'
import { type TokenKey, tokenKeysOption } from './token-keys.ts'
import { buildTokens, publicHost } from './tokens.fixture.ts'
import { DummyHashes, SecretVerifier } from './verify-secret.ts'

const t100 = 't100' as TenantId
const t200 = 't200' as TenantId
const secondMs = 1000
const dayMs = 24 * 3_600_000
const pump = 'device_pump'

const limits = Object.fromEntries(
  Object.entries(authenticationLimits).map(([name, row]) => [name, row.default]),
) as AuthenticationLimits

interface SceneOptions {
  readonly keyDays?: number
  readonly lifeSeconds?: number
}

class Scene implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly store: ObservableStore = openMemoryStore({
    onCommitted: (events) => {
      for (const event of events) this.authenticator.onTenantEvent(event)
    },
  })
  readonly decided: (readonly [DecidedLogin, string])[] = []
  readonly tokens
  readonly authenticator: Authenticator
  readonly #options: SceneOptions

  constructor(options: SceneOptions) {
    this.#options = options
    this.tokens = this.restart()
    const work = new PasswordWork({ runningMax: 1, waitingMax: 1 })
    const hashes = new SecretHashes(new MasterKey(Buffer.alloc(32, 7)), work)
    const now = () => this.clock.now()
    this.authenticator = new Authenticator({
      reads: this.store,
      verifier: new SecretVerifier({ hashes, work, now, verifiedSecretsCached: 1 }),
      tokens: this.tokens.verifier,
      publicHost,
      dummies: new DummyHashes(hashes),
      limits,
      defaultTenant: t100,
      sourceOf: (address) => address,
      now,
      random: () => 0,
      onVerdict: (login, verdict) => this.decided.push([login, verdict.kind]),
    })
  }

  /** What knows nothing but the store. */
  restart(masterKeyByte = 7) {
    const options = { ...this.#options, masterKeyByte }
    return buildTokens(this.store, () => this.clock.now(), options)
  }

  saveTenant(id: TenantId, status: Tenant['status'] = 'ACTIVE', domain?: string): Promise<void> {
    const tenant = { id, status, creationTime: 0, ...(domain === undefined ? {} : { domain }) }
    return this.store.run(managementTenant, this.clock.now(), async ({ instance }) =>
      instance.saveTenant(tenant),
    )
  }

  /** Saves without a word to anybody, as another node would. */
  saveUser(changes: Partial<User> = {}): Promise<void> {
    const user: User = {
      tenantId: t100,
      userName: pump,
      secretHash: 'hash',
      groupIds: [devicesGroupId],
      enabled: true,
      shouldResetPassword: false,
      lastPasswordChange: 0,
      creationTime: 0,
      profile: {},
      ...changes,
    }
    return this.store.run(user.tenantId, this.clock.now(), async ({ repository }) =>
      repository.saveUser(user),
    )
  }

  async issue(userName = pump, tenantId = t100): Promise<string> {
    const token = await this.tokens.issuer.issueToken(tenantId, userName)
    assert.ok(token !== undefined, `${userName} is given a token`)
    return token
  }

  async kindOf(token: string, more: Partial<TokenLogin> = {}): Promise<string> {
    const login = { token, remoteAddress: '10.0.0.7', host: 'iot.example:8080', ...more }
    return (await this.authenticator.authenticateToken(login)).kind
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
  }
}

async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const scene = new Scene(options)
  for (const id of [managementTenant, t100, t200]) await scene.saveTenant(id)
  await scene.saveUser()
  await scene.saveUser({ tenantId: t200 })
  return scene
}

function claimsOf(token: string): TokenClaims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64').toString())
}

function headerOf(token: string): { readonly kid: string } {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
}

describe('what a token says', () => {
  test('who it is for, from when to when, signed with ES256', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    const { jti, tci, xsrfToken, ...rest } = claimsOf(token)
    const seconds = scene.clock.now() / 1000
    assert.deepEqual(rest, {
      iss: 'iot.example',
      aud: 'iot.example',
      sub: pump,
      ten: 't100',
      iat: seconds,
      nbf: seconds,
      exp: seconds + 3600,
      tfa: false,
    })
    for (const text of [jti, tci, xsrfToken]) assert.match(text, /^[\w-]{20,}$/)
    const { kid } = headerOf(token)
    assert.deepEqual(headerOf(token), { alg: 'ES256', kid, typ: 'JWT' })
    const key = await scene.tokens.keys.findKey(kid)
    assert.ok(key !== undefined)
    await compactVerify(token, key.publicKey)
  })

  test('a tenant with a domain is called by it, and by the name of the instance too', async () => {
    await using scene = await openScene()
    const before = await scene.issue(pump, t200)
    await scene.saveTenant(t200, 'ACTIVE', 'Acme.iot.example')
    scene.clock.advance(5 * secondMs)
    const token = await scene.issue(pump, t200)
    assert.equal(claimsOf(token).iss, 'acme.iot.example')
    assert.equal(await scene.kindOf(token, { host: 'acme.iot.example' }), 'user')
    assert.equal(await scene.kindOf(before, { host: 'acme.iot.example' }), 'user')
    // A host that is a tenant's admits no other tenant (security §1.4).
    const foreign = await scene.issue(pump, t100)
    assert.equal(await scene.kindOf(foreign, { host: 'ACME.iot.example:443' }), 'wrong')
  })

  test('nobody without access is given one', async () => {
    await using scene = await openScene()
    const { issuer } = scene.tokens
    assert.equal(await issuer.issueToken(t100, 'device_nobody'), undefined)
    assert.equal(await issuer.issueToken('t999' as TenantId, pump), undefined)
    await scene.saveUser({ enabled: false })
    assert.equal(await issuer.issueToken(t100, pump), undefined)
    await scene.saveTenant(t200, 'SUSPENDED')
    assert.equal(await issuer.issueToken(t200, pump), undefined)
  })
})

describe('life', () => {
  test('the same token until half of its life, then another, and both are believed', async () => {
    await using scene = await openScene()
    const first = await scene.issue()
    scene.clock.advance(1799 * secondMs)
    assert.equal(await scene.issue(), first)
    scene.clock.advance(secondMs)
    const second = await scene.issue()
    assert.notEqual(second, first)
    assert.deepEqual([await scene.kindOf(first), await scene.kindOf(second)], ['user', 'user'])
    scene.clock.advance((1800 + 59) * secondMs)
    assert.equal(await scene.kindOf(first), 'user')
    scene.clock.advance(secondMs)
    assert.equal(await scene.kindOf(first), 'expired')
    assert.equal(await scene.kindOf(second), 'user')
  })

  test('a clock set back makes new tokens', async () => {
    await using scene = await openScene()
    const first = await scene.issue()
    scene.clock.advance(-dayMs)
    const second = await scene.issue()
    assert.notEqual(second, first)
    assert.deepEqual([await scene.kindOf(first), await scene.kindOf(second)], ['expired', 'user'])
  })

  const lives: readonly (readonly [option: string, seconds: number])[] = [
    ['600', 600],
    ['60', 300],
    ['7200', 3600],
    ['soon', 3600],
    ['-600', 3600],
  ]
  for (const [value, seconds] of lives) {
    test(`a tenant that says ${value} gets ${seconds} s`, async () => {
      await using scene = await openScene()
      const option = {
        category: 'oauth.internal',
        key: 'device-token.lifespan.seconds',
        value,
      }
      await scene.store.run(t100, scene.clock.now(), async ({ repository }) =>
        repository.saveTenantOption(option),
      )
      const { iat, exp } = claimsOf(await scene.issue())
      assert.equal(exp - iat, seconds)
    })
  }
})

describe('keys', () => {
  test('a restart knows the key, and tokens go on being valid', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    const restarted = scene.restart()
    assert.equal((await restarted.verifier.verify(token)).kind, 'genuine')
    const next = await restarted.issuer.issueToken(t100, pump)
    assert.equal(headerOf(next ?? '').kid, headerOf(token).kid)
  })

  test('many first tokens at once make one key', async () => {
    await using scene = await openScene()
    const nodes = [scene.tokens, scene.restart()]
    const users = Array.from({ length: 20 }, (_, index) => `device_${index}`)
    for (const userName of users) await scene.saveUser({ userName })
    const tokens = await Promise.all(
      users.map(async (userName, index) => nodes[index % 2]?.issuer.issueToken(t100, userName)),
    )
    assert.equal(new Set(tokens.map((token) => headerOf(token ?? '').kid)).size, 1)
  })

  test('after its days a key is followed by another, and believed until its tokens end', async () => {
    await using scene = await openScene()
    await scene.issue()
    scene.clock.advance(90 * dayMs - secondMs)
    const last = await scene.issue()
    scene.clock.advance(secondMs)
    const first = await scene.issue('device_pump', t200)
    assert.notEqual(headerOf(first).kid, headerOf(last).kid)
    assert.deepEqual([await scene.kindOf(last), await scene.kindOf(first)], ['user', 'user'])
    const { kid } = headerOf(last)
    const restarted = scene.restart()
    scene.clock.advance((3600 + 59) * secondMs)
    assert.ok((await restarted.keys.findKey(kid)) !== undefined)
    scene.clock.advance(secondMs)
    assert.equal(await restarted.keys.findKey(kid), undefined)
    assert.equal(await scene.tokens.keys.findKey(kid), undefined)
  })

  test('a key that nobody needs is dropped when another is made', async () => {
    await using scene = await openScene()
    const kids: string[] = []
    for (let round = 0; round < 4; round++) {
      kids.push(headerOf(await scene.issue()).kid)
      scene.clock.advance(91 * dayMs)
    }
    assert.equal(new Set(kids).size, 4)
    const { category, key } = tokenKeysOption
    const text = await scene.store.reader(managementTenant).findTenantOption(category, key)
    assert.deepEqual(
      JSON.parse(text ?? '').map(({ kid }: TokenKey) => kid),
      kids.slice(3),
    )
  })

  test('a key that another node has made is found within 5 s', async () => {
    await using scene = await openScene()
    await scene.issue()
    const other = scene.restart()
    scene.clock.advance(90 * dayMs)
    const token = (await other.issuer.issueToken(t100, pump)) ?? ''
    assert.equal(await scene.kindOf(token), 'user')
  })

  test('the store holds no key that can be read, not even with another master key', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    const { category, key } = tokenKeysOption
    const text = await scene.store.reader(managementTenant).findTenantOption(category, key)
    assert.doesNotMatch(text ?? '', /PRIVATE|MIG/)
    const thief = scene.restart(8)
    await assert.rejects(thief.issuer.issueToken(t100, pump), keyWrong)
    await assert.rejects(async () => thief.verifier.verify(token), keyWrong)
  })
})

const keyWrong = (error: unknown) => error instanceof PlatformError && error.code === 'keyWrong'

describe('revocation', () => {
  test('an announced change ends the token at once, whatever was remembered', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    assert.equal(await scene.kindOf(token), 'user')
    await scene.store.run(t100, scene.clock.now(), (unit) => deleteUser(unit, pump))
    // What was announced is told right after the commit.
    await new Promise(setImmediate)
    assert.equal(await scene.kindOf(token), 'wrong')
    await scene.saveUser({ creationTime: scene.clock.now() })
    scene.clock.advance(5 * secondMs)
    assert.equal(await scene.kindOf(token), 'wrong', 'a user of the same name is another one')
    assert.equal(await scene.kindOf(await scene.issue()), 'user')
  })

  const changes: readonly (readonly [string, Partial<User>, string])[] = [
    ['a new secret', { secretHash: 'other', lastPasswordChange: 1 }, 'wrong'],
    ['a new secret in the same millisecond', { secretHash: 'other' }, 'wrong'],
    ['disabling', { enabled: false }, 'disabled'],
  ]
  for (const [name, change, kind] of changes) {
    test(`${name} that nobody has announced ends the token within 5 s`, async () => {
      await using scene = await openScene()
      const token = await scene.issue()
      assert.equal(await scene.kindOf(token), 'user')
      await scene.saveUser(change)
      scene.clock.advance(5 * secondMs)
      assert.equal(await scene.kindOf(token), kind)
    })
  }

  test('after a new secret the next token is a new one, though the old one is young', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    await scene.saveUser({ secretHash: 'other' })
    const next = await scene.issue()
    assert.notEqual(next, token)
    assert.deepEqual([await scene.kindOf(token), await scene.kindOf(next)], ['wrong', 'user'])
  })

  test('a suspended tenant ends the tokens of all its users', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    await scene.kindOf(token)
    await scene.saveTenant(t100, 'SUSPENDED')
    scene.clock.advance(5 * secondMs)
    assert.equal(await scene.kindOf(token), 'disabled')
  })
})

describe('hostile tokens', () => {
  const encode = (value: object | string) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

  function signedBy(privateKey: KeyObject, header: object, payload: object | string): string {
    const signed = `${encode(header)}.${encode(payload)}`
    const dsaEncoding = 'ieee-p1363'
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding })
    return `${signed}.${signature.toString('base64url')}`
  }

  interface Material {
    readonly genuine: string
    readonly header: string
    readonly payload: string
    readonly signature: string
    readonly claims: TokenClaims
    readonly key: TokenKey
  }

  const forgeries: Readonly<Record<string, (made: Material) => string>> = {
    empty: () => '',
    'two dots': () => '..',
    'three dots more': ({ genuine }) => `${genuine}...`,
    'no signature': ({ header, payload }) => `${header}.${payload}.`,
    truncated: ({ genuine }) => genuine.slice(0, -1),
    'another payload': ({ header, claims, signature }) =>
      `${header}.${encode({ ...claims, sub: 'admin' })}.${signature}`,
    'alg none': ({ payload, key }) => `${encode({ alg: 'none', kid: key.kid })}.${payload}.`,
    'alg none, with the signature': ({ payload, key, signature }) =>
      `${encode({ alg: 'none', kid: key.kid })}.${payload}.${signature}`,
    'HS256 with the public key': ({ payload, key }) => {
      const signed = `${encode({ alg: 'HS256', kid: key.kid })}.${payload}`
      const secret = key.publicKey.export({ type: 'spki', format: 'pem' })
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
    },
    'another key under our kid': ({ claims, key }) =>
      signedBy(
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
        { alg: 'ES256', kid: key.kid },
        claims,
      ),
    'another key that it brings along': ({ claims, key }) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const jwk = publicKey.export({ format: 'jwk' })
      return signedBy(privateKey, { alg: 'ES256', kid: key.kid, jwk }, claims)
    },
    'our key under another kid': ({ claims, key }) =>
      signedBy(key.privateKey, { alg: 'ES256', kid: 'deadbeefdeadbeef' }, claims),
    'no kid': ({ claims, key }) => signedBy(key.privateKey, { alg: 'ES256' }, claims),
    'a kid that is no text': ({ claims, key }) =>
      signedBy(key.privateKey, { alg: 'ES256', kid: { toString: key.kid } }, claims),
    'a critical extension': ({ claims, key }) =>
      signedBy(key.privateKey, { alg: 'ES256', kid: key.kid, crit: ['x'], x: 1 }, claims),
    'a claim missing': ({ claims: { exp: _, ...claims }, key }) =>
      signedBy(key.privateKey, { alg: 'ES256', kid: key.kid }, claims),
    'a payload that is no JSON': ({ key }) =>
      signedBy(key.privateKey, { alg: 'ES256', kid: key.kid }, 'token'),
    '1 MB': ({ genuine }) => genuine.padEnd(1024 * 1024, 'A'),
    '1 MB of dots': () => '.'.repeat(1024 * 1024),
  }

  async function openForge() {
    const scene = await openScene()
    const genuine = await scene.issue()
    const [header = '', payload = '', signature = ''] = genuine.split('.')
    const key = await scene.tokens.keys.findKey(headerOf(genuine).kid)
    assert.ok(key !== undefined)
    return { scene, genuine, header, payload, signature, claims: claimsOf(genuine), key }
  }

  for (const [name, forge] of Object.entries(forgeries)) {
    test(`${name} is wrong`, async () => {
      const { scene, ...made } = await openForge()
      await using _ = scene
      assert.equal(await scene.kindOf(forge(made)), 'wrong')
      assert.deepEqual(scene.decided, [
        [
          {
            method: 'token',
            channel: 'rest',
            tenantId: undefined,
            userName: undefined,
            remoteAddress: '10.0.0.7',
          },
          'wrong',
        ],
      ])
      assert.equal(await scene.kindOf(made.genuine), 'user')
    })
  }

  const claimed: Readonly<Record<string, readonly [Partial<TokenClaims>, string]>> = {
    'nothing else': [{}, 'user'],
    'another user': [{ sub: 'device_other' }, 'wrong'],
    'another tenant': [{ ten: 't200' }, 'wrong'],
    'no tenant': [{ ten: '../t100' }, 'wrong'],
    'a tenant that is gone': [{ ten: 't999' }, 'wrong'],
    'a session that is gone': [{ tci: 'dev-000' }, 'wrong'],
    'another issuer': [{ iss: 'other.example' }, 'wrong'],
    'another audience': [{ aud: 'other.example' }, 'wrong'],
    'both of another place': [{ iss: 'other.example', aud: 'other.example' }, 'wrong'],
    'a past end': [{ exp: 1_893_456_000 }, 'expired'],
    'a future beginning': [{ nbf: 32_503_680_000, exp: 32_503_690_000 }, 'expired'],
    'a future issue': [{ iat: 32_503_680_000, exp: 32_503_690_000 }, 'expired'],
  }
  for (const [name, [changes, kind]] of Object.entries(claimed)) {
    test(`signed by us, with ${name}: ${kind}`, async () => {
      const { scene, claims, key } = await openForge()
      await using _ = scene
      await scene.saveUser({ userName: 'device_other' })
      const text = formatTokenClaims({ ...claims, ...changes })
      const token = await new CompactSign(Buffer.from(text))
        .setProtectedHeader({ alg: 'ES256', kid: key.kid })
        .sign(key.privateKey)
      assert.equal(await scene.kindOf(token), kind)
    })
  }

  test('any text is an answer, never an exception', async () => {
    await using scene = await openScene()
    const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(encode))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        assert.equal(await scene.kindOf(parts.join('.')), 'wrong')
      }),
    )
  })

  test('forgeries count for their source, and are never told anything but wrong', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    for (let round = 0; round < 60; round++) assert.equal(await scene.kindOf('a.b.c'), 'wrong')
    const guess = { userName: 't100/nobody', password: 'x', remoteAddress: '10.0.0.7' }
    const verdict = await scene.authenticator.authenticate({ ...guess, channel: 'rest' })
    assert.equal(verdict.kind, 'throttled')
    assert.equal(await scene.kindOf(token), 'user', 'the right token is right from everywhere')
  })

  test('what we have signed ourselves counts for nobody', async () => {
    await using scene = await openScene()
    const token = await scene.issue()
    scene.clock.advance(dayMs)
    for (let round = 0; round < 60; round++) assert.equal(await scene.kindOf(token), 'expired')
    const guess = { userName: 't100/device_x', password: 'x', remoteAddress: '10.0.0.7' }
    const verdict = await scene.authenticator.authenticate({ ...guess, channel: 'rest' })
    assert.equal(verdict.kind, 'wrong')
  })
})

test('a token that was seen before is decided at once', async () => {
  await using scene = await openScene()
  const token = await scene.issue()
  await scene.kindOf(token)
  const login = { token, remoteAddress: '10.0.0.7' }
  const verdict = scene.authenticator.authenticateToken(login)
  assert.ok(!(verdict instanceof Promise))
  assert.equal(verdict.kind, 'user')
})
