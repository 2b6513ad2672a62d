// How many logins of devices a core decides (security S-3.6): verification alone, and the whole
// decision with lookup in a warm cache and throttle. Run it directly with node.
import type { TenantId, User } from '@pileus/domain'
import { sourceKeyOf } from '../mqtt-endpoint/source-key.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import { Authenticator } from './authenticate.ts'
import { type AuthenticationLimits, authenticationLimits } from './authentication-limits.ts'
import { MasterKey } from './master-key.ts'
import { PasswordWork } from './password-work.ts'
import { parseSecretHash } from './secret-hash.ts'
import { SecretHashes } from './secret-hashes.ts'
import { buildTokens, publicHost } from './tokens.fixture.ts'
import { DummyHashes, SecretVerifier } from './verify-secret.ts'

const devices = 10_000
const tenantId = 't100' as TenantId
const work = new PasswordWork({ runningMax: 1, waitingMax: 64 })
const hashes = new SecretHashes(new MasterKey(Buffer.alloc(32, 7)), work)
const secrets = Array.from({ length: devices }, () => hashes.drawSecret())
const users = new Map<string, User>(
  secrets.map((secret, index) => {
    const userName = `device_${index}`
    const user: User = {
      tenantId,
      userName,
      secretHash: hashes.hashDeviceSecret(tenantId, userName, secret),
      groupIds: [3],
      enabled: true,
      shouldResetPassword: false,
      lastPasswordChange: 0,
      creationTime: 0,
      profile: {},
    }
    return [userName, user]
  }),
)
const verifier = new SecretVerifier({
  hashes,
  work,
  now: Date.now,
  verifiedSecretsCached: authenticationLimits.verifiedSecretsCached.default,
})
const authenticator = new Authenticator({
  reads: {
    reader: () => ({ findUser: (userName) => users.get(userName) }),
    instanceReader: {
      findTenant: () => undefined,
      listTenants: () => [{ id: tenantId, status: 'ACTIVE', creationTime: 0 }],
    },
  },
  verifier,
  tokens: buildTokens(openMemoryStore(), Date.now).verifier,
  publicHost,
  dummies: new DummyHashes(hashes),
  limits: Object.fromEntries(
    Object.entries(authenticationLimits).map(([name, row]) => [name, row.default]),
  ) as AuthenticationLimits,
  defaultTenant: tenantId,
  sourceOf: sourceKeyOf,
  now: Date.now,
  random: Math.random,
})

async function measure(name: string, round: () => Promise<void> | void): Promise<void> {
  await round()
  const rounds = 5
  const began = process.cpuUsage()
  for (let i = 0; i < rounds; i++) await round()
  const { user, system } = process.cpuUsage(began)
  const microseconds = (user + system) / (rounds * devices)
  console.log(
    `${name}: ${Math.round(1e6 / microseconds)}/s (${microseconds.toFixed(1)} µs CPU each)`,
  )
}

const parsed = secrets.map((secret, index) => {
  const userName = `device_${index}`
  const hash = parseSecretHash(users.get(userName)?.secretHash ?? '')
  if (hash === undefined) throw new Error('the hash does not read back')
  return { claim: { tenantId, userName, secret }, hash }
})

await measure('verification alone', () => {
  for (const { claim, hash } of parsed) verifier.verifyQuickly(claim, hash)
})

await measure('whole login, warm cache', async () => {
  for (const [index, secret] of secrets.entries()) {
    const verdict = await authenticator.authenticate({
      channel: 'mqtt',
      userName: `t100/device_${index}`,
      password: secret,
      remoteAddress: `10.0.${index % 256}.${index % 200}`,
    })
    if (verdict.kind !== 'user') throw new Error(verdict.kind)
  }
})
