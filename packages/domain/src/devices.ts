import { whenThere } from './eventually.ts'
import type { DeviceIdentifier, ManagedObjectId } from './ids.ts'
import {
  agentFragment,
  assignChild,
  deviceFragment,
  insertManagedObject,
  isAtOrBelow,
  updateManagedObject,
} from './inventory.ts'
import type { JsonObject } from './json.ts'
import type { ExpectedDevice, ManagedObject } from './model.ts'
import { serialType } from './model.ts'
import type { Actor } from './permissions.ts'
import { isDeviceUserName, mayAct } from './permissions.ts'
import type {
  Eventually,
  FindsExternalIds,
  FindsManagedObjects,
  FindsReferences,
  FindsUsers,
  SavesExternalIds,
  SavesManagedObjects,
  SavesReferences,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

/** Who speaks: the root device of a connection and the user that it came as. */
export interface Connection {
  readonly deviceIdentifier: DeviceIdentifier
  readonly actor: Actor
}

/** What coming into being reads and writes. */
export type DeviceAbilities = FindsManagedObjects &
  SavesManagedObjects &
  FindsExternalIds &
  SavesExternalIds &
  FindsReferences &
  SavesReferences &
  FindsUsers

const rootDeviceType = 'c8y_MQTTDevice'
const childDeviceType = 'c8y_MQTTChildDevice'
export const serviceType = 'c8y_Service'

function defaultName(externalId: string): string {
  return `MQTT Device ${externalId}`
}

/** The root device of the connection, created on the first message if it is missing. */
export async function ensureRootDevice(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
): Promise<ManagedObjectId> {
  return (
    (await findDevice(unit, connection.deviceIdentifier)) ??
    (await createRootDevice(unit, connection, {}))
  )
}

function findDevice(unit: Unit<FindsExternalIds>, externalId: string) {
  return unit.repository.findByExternalId({ type: serialType, value: externalId })
}

async function createRootDevice(
  unit: Unit<DeviceAbilities>,
  { deviceIdentifier, actor }: Connection,
  given: { readonly name?: string; readonly type?: string },
): Promise<ManagedObjectId> {
  const expected = await findExpectedDevice(unit, actor)
  const device = await createNamedDevice(unit, deviceIdentifier, {
    role: 'root',
    name: given.name ?? expected.name ?? defaultName(deviceIdentifier),
    type: given.type ?? expected.type ?? rootDeviceType,
    owner: actor.userName,
    fragments: { [deviceFragment]: {}, [agentFragment]: {} },
  })
  if (expected.groupId !== undefined) {
    // A group that is gone by now is ignored (registration §11).
    await assignChild(unit, expected.groupId, 'childAssets', device.id)
  }
  return device.id
}

async function findExpectedDevice(unit: Unit<FindsUsers>, actor: Actor): Promise<ExpectedDevice> {
  const user = await unit.repository.findUser(actor.userName)
  return user?.expectedDevice ?? {}
}

interface NamedDevice {
  readonly role: 'root' | 'childDevice' | 'service'
  readonly name: string
  readonly type: string
  readonly owner: string
  readonly fragments: JsonObject
  readonly parentId?: ManagedObjectId
}

/**
 * Object, external id and reference in one unit: the caller has looked the external id up in this
 * unit, so it is free (registration §7.3).
 */
async function createNamedDevice(
  unit: Unit<SavesManagedObjects & SavesExternalIds & SavesReferences>,
  externalId: string,
  { role, parentId, ...device }: NamedDevice,
): Promise<ManagedObject> {
  const managedObject = await insertManagedObject(unit, device)
  const pair = { type: serialType, value: externalId }
  await unit.repository.insertExternalId(pair, managedObject.id)
  if (parentId !== undefined) {
    const kind = role === 'service' ? 'childAdditions' : 'childDevices'
    await unit.repository.insertChild(parentId, kind, managedObject.id)
  }
  unit.announce({
    kind: 'managedObjectCreated',
    managedObject,
    role,
    externalId: pair,
    ...(parentId === undefined ? {} : { parentId }),
  })
  return managedObject
}

/** Where a child topic leads. */
export type ChildTarget =
  | { readonly kind: 'found'; readonly id: ManagedObjectId }
  | { readonly kind: 'unknown' }
  /** It exists, but neither below the root device nor owned by the user. */
  | { readonly kind: 'foreign' }

/** Finds the object behind a child topic for this connection (mqtt-endpoint §6.3). */
export async function findChildTarget(
  unit: Unit<FindsManagedObjects & FindsExternalIds & FindsReferences>,
  connection: Connection,
  rootId: ManagedObjectId,
  child: string,
): Promise<ChildTarget> {
  const id = await findDevice(unit, child)
  if (id === undefined) return { kind: 'unknown' }
  if (id === rootId) return { kind: 'found', id }
  const managedObject = await unit.repository.findManagedObject(id)
  if (managedObject?.owner === connection.actor.userName) return { kind: 'found', id }
  if (await isAtOrBelow(unit.repository, rootId, id)) return { kind: 'found', id }
  return { kind: 'foreign' }
}

/**
 * The object that a data row speaks about. What is missing is created: the root device, and a
 * first-level child for an unknown child id (registration §7.1). A known root device is found
 * without waiting, since every measurement comes this way.
 */
export function ensureTarget(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  child: string | undefined,
): Eventually<Result<ManagedObjectId>> {
  if (child !== undefined && child !== connection.deviceIdentifier) {
    return ensureChildTarget(unit, connection, child)
  }
  return whenThere(findDevice(unit, connection.deviceIdentifier), (id) =>
    id === undefined ? createRootDevice(unit, connection, {}).then(done) : done(id),
  )
}

async function ensureChildTarget(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  child: string,
): Promise<Result<ManagedObjectId>> {
  const rootId = await ensureRootDevice(unit, connection)
  const target = await findChildTarget(unit, connection, rootId, child)
  switch (target.kind) {
    case 'found':
      return done(target.id)
    case 'foreign':
      return refused('notBelowConnection', { externalId: child })
    case 'unknown':
      return done((await createChild(unit, connection, rootId, { externalId: child })).id)
  }
}

export interface NewChildDevice {
  readonly externalId: string
  readonly name?: string
  readonly type?: string
  /** `false` leaves out the device marker. */
  readonly isDevice?: boolean
}

function createChild(
  unit: Unit<DeviceAbilities>,
  { actor }: Connection,
  parentId: ManagedObjectId,
  child: NewChildDevice,
): Promise<ManagedObject> {
  return createNamedDevice(unit, child.externalId, {
    role: 'childDevice',
    parentId,
    name: child.name ?? defaultName(child.externalId),
    type: child.type ?? childDeviceType,
    owner: actor.userName,
    fragments: child.isDevice === false ? {} : { [deviceFragment]: {} },
  })
}

/** Row 100: the object of the topic, unless it exists. Never renames (static-templates §3.1). */
export async function createDeviceOnce(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  child: string | undefined,
  given: { readonly name?: string; readonly type?: string },
): Promise<Result<ManagedObjectId>> {
  const isRoot = child === undefined || child === connection.deviceIdentifier
  if (isRoot) {
    if ((await findDevice(unit, connection.deviceIdentifier)) !== undefined) {
      return refused('deviceExists')
    }
    return done(await createRootDevice(unit, connection, given))
  }
  const rootId = await ensureRootDevice(unit, connection)
  if ((await findDevice(unit, child)) !== undefined) return refused('deviceExists')
  const created = await createChild(unit, connection, rootId, { externalId: child, ...given })
  return done(created.id)
}

/**
 * Row 101: a child below the object of the topic. An object of the same owner that hangs nowhere
 * is linked, which heals a lost reference; every other existing object is left alone.
 */
export async function createChildDevice(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  parentId: ManagedObjectId,
  child: NewChildDevice,
): Promise<Result<ManagedObjectId>> {
  const presentId = await findDevice(unit, child.externalId)
  if (presentId === undefined) {
    return done((await createChild(unit, connection, parentId, child)).id)
  }
  const present = await unit.repository.findManagedObject(presentId)
  const isRoot = child.externalId === connection.deviceIdentifier
  if (
    isRoot ||
    present?.owner !== connection.actor.userName ||
    (await hasParent(unit, presentId))
  ) {
    return refused('childExists', { externalId: child.externalId })
  }
  const linked = await assignChild(unit, parentId, 'childDevices', presentId)
  return linked.ok ? done(presentId) : linked
}

async function hasParent(unit: Unit<FindsReferences>, id: ManagedObjectId): Promise<boolean> {
  for (const kind of ['childDevices', 'childAdditions', 'childAssets'] as const) {
    if ((await unit.repository.listParents(id, kind)).length > 0) return true
  }
  return false
}

export interface ServiceReport {
  readonly externalId: string
  readonly serviceType: string
  readonly name: string
  readonly status: string
}

/**
 * Row 102: creates or updates a service. `child` is the child part of the topic; when it names the
 * service itself, a new service hangs below the root device (static-templates §3.1).
 */
export async function reportService(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  child: string | undefined,
  service: ServiceReport,
): Promise<Result<ManagedObjectId>> {
  const isOwnTopic = child === service.externalId
  const parent = await ensureTarget(unit, connection, isOwnTopic ? undefined : child)
  if (!parent.ok) return parent
  const presentId = await findDevice(unit, service.externalId)
  if (presentId === undefined) {
    const created = await createNamedDevice(unit, service.externalId, {
      role: 'service',
      parentId: parent.value,
      name: service.name,
      type: serviceType,
      owner: connection.actor.userName,
      fragments: { serviceType: service.serviceType, status: service.status },
    })
    return done(created.id)
  }
  const rootId = await ensureRootDevice(unit, connection)
  const target = await findChildTarget(unit, connection, rootId, service.externalId)
  if (target.kind === 'foreign') {
    return refused('notBelowConnection', { externalId: service.externalId })
  }
  const present = await unit.repository.findManagedObject(presentId)
  if (present?.type !== serviceType) {
    return refused('notAService', { externalId: service.externalId })
  }
  const { name, serviceType: kind, status } = service
  const updated = await updateManagedObject(unit, presentId, {
    set: { name, serviceType: kind, status },
  })
  return updated.ok ? done(presentId) : updated
}

/** Whether a user may come as this device (security S-2.9). */
export async function mayConnectAs(
  repository: FindsManagedObjects & FindsExternalIds & FindsUsers,
  isRegistered: boolean,
  { deviceIdentifier, actor }: Connection,
): Promise<boolean> {
  const ownName = `device_${deviceIdentifier}`
  if (actor.userName === ownName) return true
  const id = await repository.findByExternalId({ type: serialType, value: deviceIdentifier })
  if (id !== undefined) {
    const managedObject = await repository.findManagedObject(id)
    return mayAct(actor, 'ROLE_INVENTORY_ADMIN', managedObject?.owner)
  }
  if (isDeviceUserName(actor.userName) || isRegistered) return false
  if ((await repository.findUser(ownName)) !== undefined) return false
  return (
    actor.permissions.has('ROLE_INVENTORY_CREATE') || actor.permissions.has('ROLE_INVENTORY_ADMIN')
  )
}
