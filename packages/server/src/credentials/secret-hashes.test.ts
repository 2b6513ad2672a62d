import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { DeviceIdentifier, TenantId } from '@pileus/domain'
import fc from 'fast-check'
import { MasterKey } from './master-key.ts'
import { PasswordWork } from './password-work.ts'
import { formatSecretHash, parseSecretHash } from './secret-hash.ts'
import { SecretHashes } from './secret-hashes.ts'

const tenantId = 't100' as TenantId
const meter8 = 'meter-8' as DeviceIdentifier
const masterKey = new MasterKey(Buffer.alloc(32, 7))
const hashes = new SecretHashes(masterKey, new PasswordWork({ runningMax: 1, waitingMax: 4 }))

test('a device secret is hashed as security S-3.1 says', () => {
  const key = masterKey.subKey('device-hmac')
  const tag = createHmac('sha256', key.bytes)
    .update('dev-secret-v1')
    .update('\0')
    .update('t100')
    .update('\0')
    .update('device_meter-8')
    .update('\0')
    .update('abc')
    .digest('base64')
    .slice(0, 43)
  assert.equal(
    hashes.hashDeviceSecret(tenantId, 'device_meter-8', 'abc'),
    `$hmac-sha256$k=${key.id}$${tag}`,
  )
})

test('a tag cannot be moved to another user, tenant or secret', () => {
  const tags = [
    hashes.hashDeviceSecret(tenantId, 'device_a', 'secret'),
    hashes.hashDeviceSecret(tenantId, 'device_b', 'secret'),
    hashes.hashDeviceSecret('t101' as TenantId, 'device_a', 'secret'),
    hashes.hashDeviceSecret(tenantId, 'device_a', 'secres'),
    hashes.hashToken(meter8, 'secret'),
  ]
  assert.equal(new Set(tags).size, tags.length)
})

test('a password is hashed with the parameters of the table and a salt of its own', async () => {
  const first = await hashes.hashPassword('correct horse')
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(await hashes.hashPassword('correct horse'), first)
})

test('a token is verified for its request only', () => {
  const hash = hashes.hashToken(meter8, 'token-1234')
  assert.equal(hashes.verifyToken(meter8, 'token-1234', hash), true)
  assert.equal(hashes.verifyToken(meter8, 'token-1235', hash), false)
  assert.equal(hashes.verifyToken('meter-9' as DeviceIdentifier, 'token-1234', hash), false)
  assert.equal(hashes.verifyToken(meter8, 'token-1234', 'nonsense'), false)
  const deviceHash = hashes.hashDeviceSecret(tenantId, 'meter-8', 'token-1234')
  assert.equal(hashes.verifyToken(meter8, 'token-1234', deviceHash), false)
})

test('a drawn secret has its length and uses all letters evenly', () => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 2000; i++) {
    const secret = hashes.drawSecret()
    assert.match(secret, /^[A-Za-z0-9]{32}$/)
    for (const letter of secret) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  assert.equal(counts.size, 62)
  // 64 000 letters, 1032 of each expected, deviation 32: seven deviations either way.
  for (const [letter, count] of counts)
    assert.ok(Math.abs(count - 1032) < 225, `${letter} ${count}`)
  assert.equal(hashes.drawSecret(24).length, 24)
})

test('law: a hash reads back as it was written', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const keyId = fc.stringMatching(/^[0-9a-f]{8}$/)
  const keyed = fc.record({ kind: fc.constant('keyed' as const), keyId, tag: bytes(32) })
  const memoryHard = fc.record({
    kind: fc.constant('memoryHard' as const),
    memoryKib: fc.nat(9_999_999),
    passes: fc.nat(999),
    parallelism: fc.nat(99),
    salt: bytes(16),
    tag: bytes(32),
  })
  fc.assert(
    fc.property(fc.oneof(keyed, memoryHard), (hash) => {
      const text = formatSecretHash(hash)
      const parsed = parseSecretHash(text)
      assert.ok(parsed !== undefined)
      assert.equal(formatSecretHash(parsed), text)
      assert.equal(Buffer.compare(parsed.tag, hash.tag), 0)
    }),
  )
})

test('law: any text is a hash or none, without exception', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(parseSecretHash(text), undefined)
      parseSecretHash(`$hmac-sha256$k=${text}`)
      parseSecretHash(`$argon2id$v=19$${text}`)
    }),
  )
})
