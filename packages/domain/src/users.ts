import type { Instant, TenantId } from './ids.ts'
import { managementTenant } from './ids.ts'
import type { User } from './model.ts'
import { adminsGroupId, bootstrapUserName } from './permissions.ts'
import type { FindsUsers, SavesUsers, Unit } from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

/**
 * Deletes a user; its sessions end. A tenant's first administrator stays (security §1.1), so that
 * there is always one.
 */
export async function deleteUser(
  unit: Unit<FindsUsers & SavesUsers>,
  userName: string,
): Promise<Result<undefined>> {
  const user = await unit.repository.findUser(userName)
  if (user === undefined) return refused('userUnknown', { userName })
  if (user.groupIds.includes(adminsGroupId)) return refused('lastAdministrator')
  await unit.repository.deleteUser(userName)
  unit.announce({ kind: 'userAccessChanged', userName, reason: 'deleted' })
  return done(undefined)
}

/** What the first start needs to know (security S-11.8). */
export interface FirstRun {
  readonly tenantId: TenantId
  readonly adminUserName: string
  /** Hash of the administrator's password, the same in both tenants. */
  readonly adminSecretHash: string
  /** A generated password is to be changed: advice to the console, never a refusal. */
  readonly isAdminPasswordGenerated: boolean
  readonly bootstrapSecretHash: string
}

/**
 * Fills an empty instance: the tenants `management` and the first one, an administrator in each,
 * the bootstrap user. Does nothing, and gives `false`, when there is a tenant already.
 */
export async function createInstance(unit: Unit, first: FirstRun): Promise<boolean> {
  if ((await unit.instance.findTenant(managementTenant)) !== undefined) return false
  for (const tenantId of new Set([managementTenant, first.tenantId])) {
    await unit.instance.saveTenant({ id: tenantId, status: 'ACTIVE', creationTime: unit.now })
    await unit.tenant(tenantId).saveUser({
      ...newUser(tenantId, first.adminUserName, unit.now),
      secretHash: first.adminSecretHash,
      groupIds: [adminsGroupId],
      shouldResetPassword: first.isAdminPasswordGenerated,
    })
  }
  await unit.tenant(managementTenant).saveUser({
    ...newUser(managementTenant, bootstrapUserName, unit.now),
    secretHash: first.bootstrapSecretHash,
  })
  return true
}

function newUser(tenantId: TenantId, userName: string, now: Instant): Omit<User, 'secretHash'> {
  return {
    tenantId,
    userName,
    groupIds: [],
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: now,
    creationTime: now,
    profile: {},
  }
}
