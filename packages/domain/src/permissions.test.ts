import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { TenantId } from './ids.ts'
import { managementTenant } from './ids.ts'
import type { User } from './model.ts'
import {
  actorOf,
  assignablePermissions,
  deviceUserName,
  isDeviceUserName,
  isUserOfDevice,
  mayAct,
  mayCreateObjects,
  userGroups,
  visibilityOf,
} from './permissions.ts'

function aUser(userName: string, groupIds: readonly number[] = [], tenantId = 't100'): User {
  return {
    tenantId: tenantId as TenantId,
    userName,
    groupIds,
    secretHash: '',
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: 0,
    creationTime: 0,
    profile: {},
  }
}

describe('groups', () => {
  const holds = (name: string) =>
    new Set(userGroups.find((group) => group.name === name)?.permissions)

  test('have distinct ids and names', () => {
    assert.equal(new Set(userGroups.map(({ id }) => id)).size, userGroups.length)
    assert.equal(new Set(userGroups.map(({ name }) => name)).size, userGroups.length)
  })

  test('hold what the specification gives them', () => {
    assert.deepEqual(holds('admins'), new Set(assignablePermissions))
    assert.deepEqual(
      holds('devices'),
      new Set(['ROLE_DEVICE', 'ROLE_INVENTORY_CREATE', 'ROLE_USER_MANAGEMENT_OWN_READ']),
    )
    assert.ok([...holds('readers')].every((permission) => permission.endsWith('_READ')))
    assert.ok(holds('readers').has('ROLE_TENANT_STATISTICS_READ'))
    assert.ok(holds('business').has('ROLE_BULK_OPERATION_ADMIN'))
    assert.ok(!holds('business').has('ROLE_USER_MANAGEMENT_READ'))
  })

  test('of people hold no marker of devices', () => {
    for (const { name, permissions } of userGroups) {
      if (name !== 'devices') assert.ok(!permissions.includes('ROLE_DEVICE'), name)
      assert.ok(!permissions.includes('ROLE_DEVICE_BOOTSTRAP'), name)
    }
  })

  test('known and unknown add up', () => {
    const actor = actorOf(aUser('maria', [3, 4711, 4]))
    assert.ok(mayCreateObjects(actor))
    assert.ok(actor.permissions.has('ROLE_ALARM_READ'))
    assert.equal(actorOf(aUser('paul', [3, 4711, 4])).permissions, actor.permissions)
    assert.equal(actorOf(aUser('nobody', [4711])).permissions.size, 0)
  })
})

describe('the bootstrap user', () => {
  test('may do one thing, whatever groups it is in', () => {
    const actor = actorOf(aUser('devicebootstrap', [2], managementTenant))
    assert.equal(actor.kind, 'bootstrap')
    assert.deepEqual([...actor.permissions], ['ROLE_DEVICE_BOOTSTRAP'])
  })

  test('of another tenant is an ordinary person', () => {
    const actor = actorOf(aUser('devicebootstrap', [2]))
    assert.equal(actor.kind, 'person')
    assert.ok(!actor.permissions.has('ROLE_DEVICE_BOOTSTRAP'))
  })
})

describe('a decision', () => {
  const maria = actorOf(aUser('maria'))
  const admin = actorOf(aUser('admin', [2]))

  test('follows the permission or the ownership, and neither from the other', () => {
    assert.ok(mayAct(admin, 'ROLE_ALARM_ADMIN', 'maria'))
    assert.ok(mayAct(maria, 'ROLE_ALARM_ADMIN', 'maria'))
    assert.ok(!mayAct(maria, 'ROLE_ALARM_ADMIN', 'paul'))
    assert.ok(!mayAct(maria, 'ROLE_ALARM_ADMIN', undefined))
    const writer = { ...maria, permissions: new Set(['ROLE_ALARM_ADMIN'] as const) }
    assert.ok(!mayAct(writer, 'ROLE_ALARM_READ', 'paul'))
  })

  test('about a list shows everything or what is the actor’s own', () => {
    assert.deepEqual(visibilityOf(admin, 'ROLE_EVENT_READ'), {})
    assert.deepEqual(visibilityOf(maria, 'ROLE_EVENT_READ'), { visibleTo: 'maria' })
  })

  test('about creating asks for one of two permissions', () => {
    for (const permission of assignablePermissions) {
      const actor = { ...maria, permissions: new Set([permission]) }
      const expected = ['ROLE_INVENTORY_CREATE', 'ROLE_INVENTORY_ADMIN'].includes(permission)
      assert.equal(mayCreateObjects(actor), expected)
    }
  })
})

test('the user of a device is the one whose name says so', () => {
  const aText = fc.oneof(fc.constantFrom('a', 'aa', 'device_', 'device_a', ''), fc.string())
  fc.assert(
    fc.property(aText, aText, (userName, id) => {
      assert.equal(isUserOfDevice(userName, id), userName === deviceUserName(id))
      assert.ok(isUserOfDevice(deviceUserName(id), id))
      assert.ok(isDeviceUserName(deviceUserName(id)))
    }),
  )
})
