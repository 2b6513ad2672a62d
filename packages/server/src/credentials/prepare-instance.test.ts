import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TenantId } from '@pileus/domain'
import { bootstrapUserName, managementTenant } from '@pileus/domain'
import { PlatformError } from '../platform-error.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import { PasswordWork } from './password-work.ts'
import { type InstanceSettings, prepareInstance } from './prepare-instance.ts'
import { Secret } from './secret.ts'
import { parseSecretHash } from './secret-hash.ts'
import { SecretVerifier } from './verify-secret.ts'

const t100 = 't100' as TenantId

/** A platform that can be started again and again on one store and one folder of keys. */
function openScene(t: TestContext) {
  const keysDir = mkdtempSync(join(tmpdir(), 'pileus-first-'))
  const store = openMemoryStore()
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    rmSync(keysDir, { recursive: true })
  })
  const work = new PasswordWork({ runningMax: 1, waitingMax: 4 })
  const start = (changes: Partial<InstanceSettings> = {}) =>
    prepareInstance(
      store,
      {
        keysDir,
        allowInsecurePermissions: false,
        tenantId: t100,
        adminUserName: 'admin',
        isBootstrapEnabled: true,
        ...changes,
      },
      work,
      1000,
    )
  const user = async (tenantId: TenantId, userName: string) => {
    const found = await store.reader(tenantId).findUser(userName)
    assert.ok(found !== undefined, `${tenantId}/${userName}`)
    return found
  }
  /** Whether the stored hash of a user is that of this secret. */
  const knows = async (tenantId: TenantId, userName: string, secret = '') => {
    const { secretHashes: hashes } = await start()
    const verifier = new SecretVerifier({ hashes, work, now: Date.now, verifiedSecretsCached: 1 })
    const hash = parseSecretHash((await user(tenantId, userName)).secretHash)
    assert.ok(hash !== undefined)
    return (await verifier.verify({ tenantId, userName, secret }, hash)) === 'right'
  }
  return { keysDir, store, start, user, knows }
}

test('the first start shows its secrets once, and they work', async (t) => {
  const { start, user, knows } = openScene(t)
  const { isFirstStart, isMasterKeyGenerated, firstSecrets } = await start()
  assert.ok(isFirstStart && isMasterKeyGenerated)
  assert.match(firstSecrets.adminPassword ?? '', /^[A-Za-z0-9]{24}$/)
  assert.match(firstSecrets.bootstrapPassword ?? '', /^[A-Za-z0-9]{32}$/)
  const second = await start()
  assert.ok(!second.isFirstStart && !second.isMasterKeyGenerated)
  assert.deepEqual(second.firstSecrets, {})
  for (const tenantId of [managementTenant, t100]) {
    assert.equal((await user(tenantId, 'admin')).shouldResetPassword, true)
    assert.ok(await knows(tenantId, 'admin', firstSecrets.adminPassword))
  }
  assert.ok(await knows(managementTenant, bootstrapUserName, firstSecrets.bootstrapPassword))
})

test('configured secrets are not shown; the password of the administrator counts once', async (t) => {
  const { start, user, knows } = openScene(t)
  const adminPassword = new Secret('first of them all')
  const { firstSecrets } = await start({ adminPassword, bootstrapPassword: new Secret('boot one') })
  assert.deepEqual(firstSecrets, {})
  assert.equal((await user(t100, 'admin')).shouldResetPassword, false)
  await start({
    adminPassword: new Secret('another one'),
    bootstrapPassword: new Secret('boot two'),
  })
  assert.ok(await knows(t100, 'admin', 'first of them all'))
  assert.ok(await knows(managementTenant, bootstrapUserName, 'boot two'))
})

test('the bootstrap user is switched off and on by its setting', async (t) => {
  const { start, user } = openScene(t)
  await start()
  const before = await user(managementTenant, bootstrapUserName)
  await start({ isBootstrapEnabled: false })
  assert.equal((await user(managementTenant, bootstrapUserName)).enabled, false)
  await start()
  assert.deepEqual(await user(managementTenant, bootstrapUserName), before)
})

test('with a wrong or missing key nothing starts and nothing changes', async (t) => {
  const { keysDir, start, user } = openScene(t)
  await start()
  const before = await user(managementTenant, bootstrapUserName)
  const refusedWith = (code: string) => (error: unknown) =>
    error instanceof PlatformError && error.code === code && error.exitCode === 77
  const changed = { bootstrapPassword: new Secret('never stored') }
  await assert.rejects(
    start({ ...changed, masterKey: new Secret('b2'.repeat(32)) }),
    refusedWith('keyWrong'),
  )
  rmSync(join(keysDir, 'master.key'))
  await assert.rejects(start(changed), refusedWith('keyMissing'))
  writeFileSync(join(keysDir, 'master.key'), 'b2'.repeat(32), { mode: 0o600 })
  await assert.rejects(start(changed), refusedWith('keyWrong'))
  assert.deepEqual(await user(managementTenant, bootstrapUserName), before)
})
