import type { TenantId } from './ids.ts'
import { managementTenant } from './ids.ts'
import type { ManagedObject, User } from './model.ts'

/** Areas and their levels (security §2.1). `ADMIN` does not imply `READ`. */
const levelsOfArea = {
  INVENTORY: ['READ', 'ADMIN', 'CREATE'],
  IDENTITY: ['READ', 'ADMIN'],
  MEASUREMENT: ['READ', 'ADMIN'],
  EVENT: ['READ', 'ADMIN'],
  ALARM: ['READ', 'ADMIN'],
  DEVICE_CONTROL: ['READ', 'ADMIN'],
  BULK_OPERATION: ['READ', 'ADMIN'],
  AUDIT: ['READ', 'ADMIN'],
  RETENTION_RULE: ['READ', 'ADMIN'],
  OPTION_MANAGEMENT: ['READ', 'ADMIN'],
  APPLICATION_MANAGEMENT: ['READ', 'ADMIN'],
  USER_MANAGEMENT: ['READ', 'ADMIN', 'CREATE', 'OWN_READ', 'OWN_ADMIN'],
  TENANT_MANAGEMENT: ['READ', 'ADMIN', 'CREATE', 'UPDATE'],
  TENANT_STATISTICS: ['READ'],
} as const

type Areas = typeof levelsOfArea
export type Permission =
  | { [Area in keyof Areas]: `ROLE_${Area}_${Areas[Area][number]}` }[keyof Areas]
  | 'ROLE_DEVICE'
  | 'ROLE_DEVICE_BOOTSTRAP'

/** Everything that can be assigned to people; device and bootstrap markers are not. */
export const assignablePermissions: readonly Permission[] = Object.entries(levelsOfArea).flatMap(
  ([area, levels]) => levels.map((level) => `ROLE_${area}_${level}` as Permission),
)

function permissionsIn(
  areas: readonly (keyof Areas)[],
  levels: readonly string[],
): readonly Permission[] {
  return assignablePermissions.filter((permission) =>
    areas.some((area) => levels.some((level) => permission === `ROLE_${area}_${level}`)),
  )
}

const dataAreas = ['INVENTORY', 'IDENTITY', 'MEASUREMENT', 'EVENT', 'ALARM'] as const
const controlAreas = ['DEVICE_CONTROL', 'BULK_OPERATION'] as const
const userAreas = ['USER_MANAGEMENT'] as const
const everyRead = assignablePermissions.filter((permission) => permission.endsWith('_READ'))

export interface UserGroup {
  readonly id: number
  readonly name: string
  readonly permissions: readonly Permission[]
}

/**
 * The groups of every new tenant; clients rely on the order of the ids and on 2 = admins.
 *
 * @see security §2.2, rest-api §6.3
 */
export const userGroups: readonly UserGroup[] = [
  {
    id: 1,
    name: 'business',
    permissions: permissionsIn([...dataAreas, ...controlAreas], ['READ', 'ADMIN']),
  },
  { id: 2, name: 'admins', permissions: assignablePermissions },
  {
    id: 3,
    name: 'devices',
    permissions: ['ROLE_DEVICE', 'ROLE_INVENTORY_CREATE', 'ROLE_USER_MANAGEMENT_OWN_READ'],
  },
  { id: 4, name: 'readers', permissions: everyRead },
  {
    id: 5,
    name: 'Tenant Manager',
    permissions: permissionsIn(
      ['TENANT_MANAGEMENT', 'TENANT_STATISTICS', 'OPTION_MANAGEMENT', 'APPLICATION_MANAGEMENT'],
      ['READ', 'ADMIN', 'CREATE', 'UPDATE'],
    ),
  },
  {
    id: 6,
    name: 'Global Manager',
    permissions: permissionsIn([...dataAreas, ...controlAreas, 'AUDIT'], ['READ', 'ADMIN']),
  },
  {
    id: 7,
    name: 'Devicemanagement User',
    permissions: permissionsIn([...dataAreas, ...controlAreas], ['READ', 'ADMIN']),
  },
  { id: 8, name: 'Cockpit User', permissions: permissionsIn([...dataAreas], ['READ']) },
  {
    id: 9,
    name: 'Global Reader',
    permissions: permissionsIn([...dataAreas, ...controlAreas], ['READ']),
  },
  {
    id: 10,
    name: 'Shared User Manager',
    permissions: permissionsIn(userAreas, ['READ', 'CREATE']),
  },
  {
    id: 11,
    name: 'Global User Manager',
    permissions: permissionsIn(userAreas, ['READ', 'ADMIN', 'CREATE']),
  },
  { id: 12, name: 'CEP Manager', permissions: permissionsIn(dataAreas, ['READ', 'ADMIN']) },
]

export const adminsGroupId = 2
export const devicesGroupId = 3

/** Whoever asks: an authenticated user with what it may do. */
export interface Actor {
  readonly tenantId: TenantId
  readonly userName: string
  readonly kind: 'person' | 'device' | 'bootstrap'
  readonly permissions: ReadonlySet<Permission>
}

const permissionsOfGroups = new Map(userGroups.map((group) => [group.id, group.permissions]))
/** Users share few combinations of groups, so their sets are shared too. */
const sharedSets = new Map<string, ReadonlySet<Permission>>()
const bootstrapPermissions: ReadonlySet<Permission> = new Set(['ROLE_DEVICE_BOOTSTRAP'])

export const bootstrapUserName = 'devicebootstrap'
const deviceUserPrefix = 'device_'

export function deviceUserName(deviceIdentifier: string): string {
  return deviceUserPrefix + deviceIdentifier
}

export function isDeviceUserName(userName: string): boolean {
  return userName.startsWith(deviceUserPrefix)
}

/** Whether the user is `device_<id>`. Asked for every row, so nothing is put together for it. */
export function isUserOfDevice(userName: string, deviceIdentifier: string): boolean {
  return (
    userName.length === deviceUserPrefix.length + deviceIdentifier.length &&
    isDeviceUserName(userName) &&
    userName.endsWith(deviceIdentifier)
  )
}

/** The actor behind an authenticated user. */
export function actorOf(user: User): Actor {
  const { tenantId, userName } = user
  if (tenantId === managementTenant && userName === bootstrapUserName) {
    return { tenantId, userName, kind: 'bootstrap', permissions: bootstrapPermissions }
  }
  const key = user.groupIds.join()
  let permissions = sharedSets.get(key)
  if (permissions === undefined) {
    permissions = new Set(user.groupIds.flatMap((id) => permissionsOfGroups.get(id) ?? []))
    if (sharedSets.size < 1000) sharedSets.set(key, permissions)
  }
  return { tenantId, userName, kind: isDeviceUserName(userName) ? 'device' : 'person', permissions }
}

/**
 * The decision procedure for one object: a global permission, or ownership of the managed object
 * (or of the data's source), which allows every verb.
 *
 * @see security §2.3 steps 2 and 3
 */
export function mayAct(actor: Actor, permission: Permission, owner: string | undefined): boolean {
  return actor.permissions.has(permission) || (owner !== undefined && owner === actor.userName)
}

/** Whether the actor may read an object; `c8y_Global` is for everybody (security §2.3 step 5). */
export function mayRead(actor: Actor, { owner, fragments }: ManagedObject): boolean {
  return mayAct(actor, 'ROLE_INVENTORY_READ', owner) || Object.hasOwn(fragments, 'c8y_Global')
}

/** Whether the actor may bring an object into being, which is its own then (security §2.4). */
export function mayCreateObjects({ permissions }: Actor): boolean {
  return permissions.has('ROLE_INVENTORY_CREATE') || permissions.has('ROLE_INVENTORY_ADMIN')
}

/** The restriction of a list for an actor: none with the global permission, else its own. */
export function visibilityOf(
  actor: Actor,
  permission: Permission,
): { readonly visibleTo?: string } {
  return actor.permissions.has(permission) ? {} : { visibleTo: actor.userName }
}
