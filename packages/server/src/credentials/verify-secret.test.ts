import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MasterKey } from './master-key.ts'
import { PasswordWork } from './password-work.ts'
import { SecretHashes } from './secret-hashes.ts'
import { DummyHashes, SecretVerifier } from './verify-secret.ts'

const work = new PasswordWork({ runningMax: 1, waitingMax: 4 })
const hashes = new SecretHashes(new MasterKey(Buffer.alloc(32, 7)), work)
const dummies = new DummyHashes(hashes)

test('a person who does not exist costs a memory-hard check', () => {
  for (const name of ['anna', '', 'devicebootstrap', 'Device_1']) {
    assert.equal(dummies.dummyFor('t100', name, 0).kind, 'memoryHard')
  }
})

test('devices that do not exist look like those of the tenant, in their proportion', () => {
  for (const share of [0, 0.25, 1]) {
    let memoryHard = 0
    for (let i = 0; i < 4000; i++) {
      if (dummies.dummyFor('t100', `device_${i}`, share).kind === 'memoryHard') memoryHard++
    }
    // Four deviations of a draw of 4000.
    assert.ok(Math.abs(memoryHard / 4000 - share) <= 4 * Math.sqrt((share * (1 - share)) / 4000))
  }
})

test('repeated probes of one name look alike, also after a restart with the same key', () => {
  const restarted = new DummyHashes(new SecretHashes(new MasterKey(Buffer.alloc(32, 7)), work))
  for (let i = 0; i < 200; i++) {
    const kindBefore = dummies.dummyFor('t100', `device_${i}`, 0.5).kind
    assert.equal(dummies.dummyFor('t100', `device_${i}`, 0.5).kind, kindBefore)
    assert.equal(restarted.dummyFor('t100', `device_${i}`, 0.5).kind, kindBefore)
  }
})

test('law: a device secret is right for its own hash and for no other', () => {
  const verifier = new SecretVerifier({ hashes, work, now: () => 0, verifiedSecretsCached: 1 })
  const part = fc.string({ maxLength: 12 }).filter((text) => !text.includes('\0'))
  const claim = fc.record({ tenantId: part, userName: part, secret: part })
  fc.assert(
    fc.property(claim, claim, (mine, other) => {
      const tag = hashes.deviceTag(mine.tenantId, mine.userName, mine.secret)
      const hash = { kind: 'keyed', keyId: hashes.deviceKeyId, tag } as const
      assert.equal(verifier.verifyQuickly(mine, hash), 'right')
      const isSame = JSON.stringify(mine) === JSON.stringify(other)
      assert.equal(verifier.verifyQuickly(other, hash), isSame ? 'right' : 'wrong')
      assert.equal(verifier.verifyQuickly(mine, { ...hash, keyId: '00000000' }), 'wrong')
    }),
  )
})
