import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RegistrationRequest, Store, User } from '@pileus/domain'
import { parseDeviceIdentifier } from '@pileus/domain'
import { change, firstTenant, now, type OpenStore, secondTenant } from './store-samples.ts'

/** What every store promises about users, options, tenants and registration requests. */
export function storeInstanceContract(open: OpenStore): void {
  describe('users', () => {
    test('are inserted, replaced and deleted by name, in their tenant', async () => {
      await using store = await open(() => {})
      const user = aUser('device_pump7')
      await change(store, async (repository) => {
        await repository.saveUser(user)
        assert.deepEqual(await repository.findUser(user.userName), user)
      })
      const reader = store.reader(firstTenant)
      assert.deepEqual(await reader.findUser(user.userName), user)
      assert.equal(await store.reader(secondTenant).findUser(user.userName), undefined)
      const { owner: _owner, ...changed } = { ...user, enabled: false, groupIds: [] }
      await change(store, (repository) => repository.saveUser(changed))
      assert.deepEqual(await reader.findUser(user.userName), changed)
      await change(store, async (repository) => {
        assert.equal(await repository.deleteUser(user.userName), true)
        assert.equal(await repository.deleteUser(user.userName), false)
      })
      assert.equal(await reader.findUser(user.userName), undefined)
    })
  })

  describe('options', () => {
    test('have one value by category and key', async () => {
      await using store = await open(() => {})
      const option = { category: 'device', key: 'policy', value: 'OPTIONAL' }
      await change(store, async (repository) => {
        await repository.saveTenantOption(option)
        await repository.saveTenantOption({ ...option, key: 'other', value: 'x' })
        await repository.saveTenantOption({ ...option, value: 'REQUIRED' })
        assert.equal(await repository.findTenantOption('device', 'policy'), 'REQUIRED')
      })
      const reader = store.reader(firstTenant)
      assert.equal(await reader.findTenantOption('device', 'policy'), 'REQUIRED')
      assert.equal(await reader.findTenantOption('devicep', 'olicy'), undefined)
      assert.equal(await store.reader(secondTenant).findTenantOption('device', 'policy'), undefined)
    })
  })

  describe('tenants', () => {
    test('are saved and listed by id', async () => {
      await using store = await open(() => {})
      const second = { id: secondTenant, status: 'ACTIVE', creationTime: now } as const
      const first = { ...second, id: firstTenant, domain: 'pumps.example.org' } as const
      await store.run(firstTenant, now, async ({ instance }) => {
        await instance.saveTenant(second)
        await instance.saveTenant(first)
        assert.deepEqual(await instance.findTenant(firstTenant), first)
      })
      const { instanceReader } = store
      assert.deepEqual(await instanceReader.listTenants(), [first, second])
      const suspended = { ...second, status: 'SUSPENDED' } as const
      await store.run(firstTenant, now, ({ instance }) => instance.saveTenant(suspended))
      assert.deepEqual(await instanceReader.findTenant(secondTenant), suspended)
      assert.equal((await instanceReader.listTenants()).length, 2)
    })
  })

  describe('registration requests', () => {
    test('are saved, replaced and deleted by device id', async () => {
      await using store = await open(() => {})
      const request = aRequest('pump7', { customProperties: { site: { hall: 3 } } })
      await save(store, request)
      const { instanceReader } = store
      const id = request.deviceIdentifier
      assert.deepEqual(await instanceReader.findRegistrationRequest(id), request)
      const accepted: RegistrationRequest = { ...request, status: 'ACCEPTED', acceptedBy: 'maria' }
      await save(store, accepted)
      assert.deepEqual(await instanceReader.findRegistrationRequest(id), accepted)
      await store.run(firstTenant, now, async ({ instance }) => {
        assert.equal(await instance.deleteRegistrationRequest(id), true)
        assert.equal(await instance.deleteRegistrationRequest(id), false)
      })
      assert.equal(await instanceReader.findRegistrationRequest(id), undefined)
    })

    test('are listed in order of creation, by tenant and status', async () => {
      await using store = await open(() => {})
      const [z, a, m] = [aRequest('z'), aRequest('a', { status: 'BLOCKED' }), aRequest('m')]
      const foreign = aRequest('b', { tenantId: secondTenant })
      await save(store, z, a, foreign, m)
      // Saving again is no new creation.
      await save(store, z)
      const { instanceReader } = store
      const list = (query: object) =>
        instanceReader.listRegistrationRequests({
          tenantId: firstTenant,
          offset: 0,
          limit: 10,
          ...query,
        })
      assert.deepEqual(await list({}), [z, a, m])
      assert.deepEqual(await list({ offset: 1, limit: 1 }), [a])
      assert.deepEqual(await list({ status: 'WAITING_FOR_CONNECTION' }), [z, m])
      assert.deepEqual(await list({ revert: true, limit: 2 }), [m, a])
      assert.deepEqual(await list({ status: 'WAITING_FOR_CONNECTION', revert: true, offset: 1 }), [
        z,
      ])
      const count = (query: object) =>
        instanceReader.countRegistrationRequests({ tenantId: firstTenant, ...query })
      assert.equal(await count({}), 3)
      assert.equal(await count({ status: 'WAITING_FOR_CONNECTION' }), 2)
      assert.equal(await count({ status: 'ACCEPTED' }), 0)
      await store.run(firstTenant, now, async ({ instance }) => {
        await instance.deleteRegistrationRequest(z.deviceIdentifier)
        await instance.saveRegistrationRequest(z)
      })
      assert.deepEqual(await list({}), [a, m, z])
    })

    test('are found by the time since when they are in a status', async () => {
      await using store = await open(() => {})
      const [late, early] = [aRequest('a', { statusSince: 20 }), aRequest('b', { statusSince: 10 })]
      const accepted = aRequest('c', { statusSince: 5, status: 'ACCEPTED' })
      await save(store, late, early, accepted, aRequest('d', { statusSince: 30 }))
      const since = (before: number, limit: number) =>
        store.instanceReader.listRegistrationRequestsSince({
          status: 'WAITING_FOR_CONNECTION',
          before,
          limit,
        })
      assert.deepEqual(await since(30, 10), [early, late])
      assert.deepEqual(await since(30, 1), [early])
      assert.deepEqual(await since(10, 10), [])
    })
  })
}

function save(store: Store, ...requests: readonly RegistrationRequest[]): Promise<void> {
  return store.run(firstTenant, now, async ({ instance }) => {
    for (const request of requests) await instance.saveRegistrationRequest(request)
  })
}

function aUser(userName: string): User {
  return {
    tenantId: firstTenant,
    userName,
    secretHash: '$hmac-sha256$…',
    groupIds: [2, 12],
    enabled: true,
    owner: 'maria',
    shouldResetPassword: false,
    lastPasswordChange: now,
    creationTime: now,
    profile: { displayName: 'Pump 7' },
    expectedDevice: { name: 'Pump 7' },
  }
}

function aRequest(
  identifier: string,
  members: Partial<RegistrationRequest> = {},
): RegistrationRequest {
  const deviceIdentifier = parseDeviceIdentifier(identifier, 247)
  assert.ok(deviceIdentifier)
  return {
    deviceIdentifier,
    tenantId: firstTenant,
    status: 'WAITING_FOR_CONNECTION',
    owner: 'maria',
    creationTime: now,
    statusSince: now,
    customProperties: {},
    wrongTokens: 0,
    claimants: [{ address: '192.0.2.7', firstSeen: now, lastSeen: now, polls: 1 }],
    polls: [{ time: now, address: '192.0.2.7', hasToken: false }],
    isContested: false,
    ...members,
  }
}
