import type { Instant, Store, TenantId, User } from '@pileus/domain'
import { bootstrapUserName, createInstance, managementTenant } from '@pileus/domain'
import type { MasterKey, SubKey } from './master-key.ts'
import { masterKeyCheckOption, openMasterKey } from './master-key.ts'
import type { PasswordWork } from './password-work.ts'
import type { Secret } from './secret.ts'
import { parseSecretHash } from './secret-hash.ts'
import { SecretHashes } from './secret-hashes.ts'
import { SecretVerifier } from './verify-secret.ts'

export interface InstanceSettings {
  readonly keysDir: string
  readonly masterKey?: Secret | undefined
  readonly allowInsecurePermissions: boolean
  readonly tenantId: TenantId
  readonly adminUserName: string
  readonly adminPassword?: Secret | undefined
  readonly bootstrapPassword?: Secret | undefined
  readonly isBootstrapEnabled: boolean
}

/** What the operator must be shown once: secrets that nobody but this process knows. */
export interface FirstSecrets {
  readonly adminPassword?: string
  readonly bootstrapPassword?: string
}

export interface PreparedInstance {
  readonly secretHashes: SecretHashes
  /** Seals the keys that tokens are signed with. */
  readonly tokenSealingKey: SubKey
  readonly isFirstStart: boolean
  /** The key was made by this start: backups of the data are useless without it. */
  readonly isMasterKeyGenerated: boolean
  readonly firstSecrets: FirstSecrets
}

/** Characters of a password that a person is shown once (security S-11.8). */
const adminPasswordCharacters = 24

/**
 * Makes an empty store an instance: master key, tenants, administrators, bootstrap user; nothing
 * is generated or shown twice. Later starts only bring the bootstrap user in line with the
 * settings. No listener may open before this has settled.
 */
export async function prepareInstance(
  store: Store,
  settings: InstanceSettings,
  work: PasswordWork,
  now: Instant,
): Promise<PreparedInstance> {
  const { category, key } = masterKeyCheckOption
  const storedCheck = await store.reader(managementTenant).findTenantOption(category, key)
  const { masterKey, isGenerated } = openMasterKey({
    keysDir: settings.keysDir,
    configured: settings.masterKey,
    storedCheck,
    allowInsecurePermissions: settings.allowInsecurePermissions,
  })
  const secretHashes = new SecretHashes(masterKey, work)
  const isFirstStart = storedCheck === undefined
  const firstSecrets = isFirstStart ? await fill(store, settings, masterKey, secretHashes, now) : {}
  await alignBootstrapUser(store, settings, secretHashes, work, now)
  return {
    secretHashes,
    tokenSealingKey: masterKey.subKey('wrap-token-key'),
    isFirstStart,
    isMasterKeyGenerated: isGenerated,
    firstSecrets,
  }
}

async function fill(
  store: Store,
  settings: InstanceSettings,
  masterKey: MasterKey,
  hashes: SecretHashes,
  now: Instant,
): Promise<FirstSecrets> {
  const adminPassword =
    settings.adminPassword?.reveal() ?? hashes.drawSecret(adminPasswordCharacters)
  const bootstrapPassword = settings.bootstrapPassword?.reveal() ?? hashes.drawSecret()
  const first = {
    tenantId: settings.tenantId,
    adminUserName: settings.adminUserName,
    adminSecretHash: await hashes.hashPassword(adminPassword),
    isAdminPasswordGenerated: settings.adminPassword === undefined,
    // What people choose may be short, so it is hashed like the password of a person.
    bootstrapSecretHash:
      settings.bootstrapPassword === undefined
        ? hashes.hashDeviceSecret(managementTenant, bootstrapUserName, bootstrapPassword)
        : await hashes.hashPassword(bootstrapPassword),
  }
  await store.run(managementTenant, now, async (unit) => {
    await createInstance(unit, first)
    await unit.repository.saveTenantOption({
      ...masterKeyCheckOption,
      value: masterKey.checkValue(),
    })
  })
  return {
    ...(settings.adminPassword === undefined ? { adminPassword } : {}),
    ...(settings.bootstrapPassword === undefined ? { bootstrapPassword } : {}),
  }
}

/** A configured password replaces the stored one; the switch turns the user off and on. */
async function alignBootstrapUser(
  store: Store,
  { bootstrapPassword, isBootstrapEnabled }: InstanceSettings,
  hashes: SecretHashes,
  work: PasswordWork,
  now: Instant,
): Promise<void> {
  const user = await store.reader(managementTenant).findUser(bootstrapUserName)
  if (user === undefined) return
  const isSamePassword =
    bootstrapPassword === undefined ||
    (await isSecretOf(user, bootstrapPassword.reveal(), hashes, work))
  if (isSamePassword && user.enabled === isBootstrapEnabled) return
  const secretHash = isSamePassword
    ? user.secretHash
    : await hashes.hashPassword(bootstrapPassword.reveal())
  const aligned = { ...user, secretHash, enabled: isBootstrapEnabled, lastPasswordChange: now }
  await store.run(managementTenant, now, (unit) => unit.repository.saveUser(aligned))
}

async function isSecretOf(
  { tenantId, userName, secretHash }: User,
  secret: string,
  hashes: SecretHashes,
  work: PasswordWork,
): Promise<boolean> {
  const hash = parseSecretHash(secretHash)
  if (hash === undefined) return false
  const verifier = new SecretVerifier({ hashes, work, now: Date.now, verifiedSecretsCached: 1 })
  return (await verifier.verify({ tenantId, userName, secret }, hash)) === 'right'
}
