import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PlatformError } from '../platform-error.ts'
import { MasterKey, openMasterKey, parseMasterKey } from './master-key.ts'
import { Secret } from './secret.ts'

const keyA = 'a1'.repeat(32)
const keyB = 'b2'.repeat(32)
const checkOfA = new MasterKey(Buffer.from(keyA, 'hex')).checkValue()

function temporaryFolder(t: { after(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'pileus-keys-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function refusal(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof PlatformError)
    assert.equal(error.code, code)
    assert.doesNotMatch(error.message, /a1a1|b2b2/)
    return true
  }
}

test('the first start makes a key that only its owner can read, the second reads it', (t) => {
  const keysDir = join(temporaryFolder(t), 'keys')
  const first = openMasterKey({ keysDir })
  assert.equal(first.isGenerated, true)
  assert.equal(statSync(join(keysDir, 'master.key')).mode & 0o777, 0o600)
  assert.equal(statSync(keysDir).mode & 0o777, 0o700)
  const second = openMasterKey({ keysDir, storedCheck: first.masterKey.checkValue() })
  assert.equal(second.isGenerated, false)
  assert.deepEqual(second.masterKey.subKey('device-hmac'), first.masterKey.subKey('device-hmac'))
})

test('a first start that died before its commit is repeated with the same key', (t) => {
  const keysDir = temporaryFolder(t)
  const first = openMasterKey({ keysDir })
  const again = openMasterKey({ keysDir })
  assert.equal(again.masterKey.checkValue(), first.masterKey.checkValue())
})

test('a missing key is refused and none is made', (t) => {
  const keysDir = temporaryFolder(t)
  assert.throws(() => openMasterKey({ keysDir, storedCheck: checkOfA }), refusal('keyMissing'))
  assert.equal(existsSync(join(keysDir, 'master.key')), false)
})

test('a wrong key is refused and left as it is', (t) => {
  const keysDir = temporaryFolder(t)
  const file = join(keysDir, 'master.key')
  writeFileSync(file, keyB, { mode: 0o600 })
  assert.throws(() => openMasterKey({ keysDir, storedCheck: checkOfA }), refusal('keyWrong'))
  assert.equal(readFileSync(file, 'utf8'), keyB)
  assert.throws(
    () => openMasterKey({ keysDir, configured: new Secret(keyB), storedCheck: checkOfA }),
    refusal('keyWrong'),
  )
})

test('a key file open to others is refused unless that is allowed', (t) => {
  const keysDir = temporaryFolder(t)
  writeFileSync(join(keysDir, 'master.key'), keyA)
  chmodSync(join(keysDir, 'master.key'), 0o640)
  assert.throws(() => openMasterKey({ keysDir }), refusal('keyTooOpen'))
  const opened = openMasterKey({ keysDir, allowInsecurePermissions: true, storedCheck: checkOfA })
  assert.equal(opened.masterKey.checkValue(), checkOfA)
})

test('a configured key wins over the file and must be whole', (t) => {
  const keysDir = temporaryFolder(t)
  const opened = openMasterKey({ keysDir, configured: new Secret(keyA), storedCheck: checkOfA })
  assert.equal(opened.isGenerated, false)
  assert.deepEqual(existsSync(join(keysDir, 'master.key')), false)
  assert.throws(
    () => openMasterKey({ keysDir, configured: new Secret('a1a1') }),
    refusal('keyMalformed'),
  )
})

const forms: readonly (readonly [string, boolean])[] = [
  [keyA, true],
  [keyA.toUpperCase(), true],
  [`${keyA}\n`, true],
  [Buffer.from(keyA, 'hex').toString('base64'), true],
  [Buffer.from(keyA, 'hex').toString('base64url'), true],
  ['', false],
  [keyA.slice(2), false],
  [`${keyA}00`, false],
  ['g'.repeat(64), false],
]

for (const [text, isKey] of forms) {
  test(`${JSON.stringify(text)} is ${isKey ? 'a' : 'no'} master key`, () => {
    const bytes = parseMasterKey(text)
    assert.deepEqual(bytes && Buffer.from(bytes).toString('hex'), isKey ? keyA : undefined)
  })
}

test('purposes have keys and key ids of their own', () => {
  const masterKey = new MasterKey(Buffer.from(keyA, 'hex'))
  const keys = (['device-hmac', 'otp-hmac', 'cursor'] as const).map((label) =>
    masterKey.subKey(label),
  )
  assert.equal(new Set(keys.map((key) => key.id)).size, keys.length)
  assert.equal(new Set(keys.map((key) => Buffer.from(key.bytes).toString('hex'))).size, keys.length)
  for (const key of keys) assert.match(key.id, /^[0-9a-f]{8}$/)
})
