import { whenThere } from './eventually.ts'
import { isExternalIdText } from './identity.ts'
import type { DeviceIdentifier, Instant, ManagedObjectId } from './ids.ts'
import {
  agentFragment,
  assignChild,
  checkDepthBelow,
  deviceChildKinds,
  deviceFragment,
  insertManagedObject,
  isAtOrBelow,
  updateManagedObject,
} from './inventory.ts'
import type { JsonObject } from './json.ts'
import type { ExpectedDevice } from './model.ts'
import { serialType } from './model.ts'
import type { Actor } from './permissions.ts'
import {
  deviceUserName,
  isDeviceUserName,
  isUserOfDevice,
  mayAct,
  mayCreateObjects,
} from './permissions.ts'
import type {
  Eventually,
  FindsExternalIds,
  FindsManagedObjects,
  FindsReferences,
  FindsRegistrationRequests,
  FindsTenantOptions,
  FindsUsers,
  SavesExternalIds,
  SavesManagedObjects,
  SavesReferences,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'
import { isExpired } from './registration.ts'

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
  FindsUsers &
  FindsTenantOptions

const rootDeviceType = 'c8y_MQTTDevice'
const childDeviceType = 'c8y_MQTTChildDevice'
export const serviceType = 'c8y_Service'

function defaultName(externalId: string): string {
  return `MQTT Device ${externalId}`
}

function findDevice(unit: Unit<FindsExternalIds>, externalId: string) {
  return unit.repository.findByExternalId({ type: serialType, value: externalId })
}

/**
 * The root device of the connection, created on the first message if it is missing.
 *
 * Every measurement comes this way, so a known device of its own user needs no wait. For others
 * the rules of the connect hold for every row: rights may have been withdrawn since (security
 * S-2.11), and what is gone may be somebody else's to create.
 */
function ensureRootDevice(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
): Eventually<Result<ManagedObjectId>> {
  const { deviceIdentifier, actor } = connection
  return whenThere(findDevice(unit, deviceIdentifier), (id) => {
    const isAdministrator = id !== undefined && actor.permissions.has('ROLE_INVENTORY_ADMIN')
    if (!isAdministrator && !isUserOfDevice(actor.userName, deviceIdentifier)) {
      return ensureForeignRoot(unit, connection, id)
    }
    return id === undefined ? createRootDevice(unit, connection, {}) : done(id)
  })
}

async function ensureForeignRoot(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  id: ManagedObjectId | undefined,
): Promise<Result<ManagedObjectId>> {
  if (!(await mayConnectAs(unit, connection))) {
    return refused('notBelowConnection', { externalId: connection.deviceIdentifier })
  }
  return id === undefined ? createRootDevice(unit, connection, {}) : done(id)
}

async function createRootDevice(
  unit: Unit<DeviceAbilities>,
  { deviceIdentifier, actor }: Connection,
  given: { readonly name?: string; readonly type?: string },
): Promise<Result<ManagedObjectId>> {
  const expected = await findExpectedDevice(unit, actor)
  const created = await createNamedDevice(unit, actor, deviceIdentifier, {
    role: 'root',
    name: given.name ?? expected.name ?? defaultName(deviceIdentifier),
    type: given.type ?? expected.type ?? rootDeviceType,
    fragments: { [deviceFragment]: {}, [agentFragment]: {} },
  })
  if (created.ok && expected.groupId !== undefined) {
    // A group that is gone by now is ignored (registration §11).
    await assignChild(unit, expected.groupId, 'childAssets', created.value)
  }
  return created
}

async function findExpectedDevice(unit: Unit<FindsUsers>, actor: Actor): Promise<ExpectedDevice> {
  const user = await unit.repository.findUser(actor.userName)
  return user?.expectedDevice ?? {}
}

interface NamedDevice {
  readonly role: 'root' | 'childDevice' | 'service'
  readonly name: string
  readonly type: string
  readonly fragments: JsonObject
  readonly parentId?: ManagedObjectId
}

/**
 * Object, external id and reference in one unit, owned by the actor: the caller has looked the
 * external id up in this unit, so it is free (registration §7.3).
 */
async function createNamedDevice(
  unit: Unit<SavesManagedObjects & SavesExternalIds & FindsReferences & SavesReferences>,
  actor: Actor,
  externalId: string,
  { role, parentId, ...device }: NamedDevice,
): Promise<Result<ManagedObjectId>> {
  if (!mayCreateObjects(actor)) return refused('forbidden')
  if (!isExternalIdText(externalId)) return refused('externalIdInvalid')
  if (parentId !== undefined) {
    const depth = await checkDepthBelow(unit.repository, parentId)
    if (!depth.ok) return depth
  }
  const managedObject = await insertManagedObject(unit, { ...device, owner: actor.userName })
  const pair = { type: serialType, value: externalId }
  if (!(await unit.repository.insertExternalId(pair, managedObject.id))) {
    throw new Error(`External id ${externalId} was taken between looking it up and using it`)
  }
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
  return done(managedObject.id)
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
  const isWithin =
    (await isOwnedBy(unit, connection.actor, id)) ||
    (await isAtOrBelow(unit.repository, rootId, id))
  return isWithin ? { kind: 'found', id } : { kind: 'foreign' }
}

async function isOwnedBy(
  unit: Unit<FindsManagedObjects>,
  actor: Actor,
  id: ManagedObjectId,
): Promise<boolean> {
  return (await unit.repository.findManagedObject(id))?.owner === actor.userName
}

/**
 * Whether an object is the root device, hangs below it, or is owned by the user: what a connection
 * may write about (json-mqtt §3, §5). Nothing comes into being.
 */
export async function isWithinReach(
  unit: Unit<ConnectSurroundings['repository'] & FindsReferences>,
  connection: Connection,
  id: ManagedObjectId,
): Promise<boolean> {
  if (await isOwnedBy(unit, connection.actor, id)) return true
  const rootId = await findDevice(unit, connection.deviceIdentifier)
  if (rootId === undefined || !(await isAtOrBelow(unit.repository, rootId, id))) return false
  // As for rows, the rules of the connect hold for every message (security S-2.11).
  return mayConnectAs(unit, connection)
}

/** The object of that external id, which must exist: a typing error must not grow the hierarchy. */
export async function findTarget(
  unit: Unit<ConnectSurroundings['repository'] & FindsReferences>,
  connection: Connection,
  externalId: string,
): Promise<Result<ManagedObjectId>> {
  const id = await findDevice(unit, externalId)
  if (id === undefined) {
    return refused('externalIdUnknown', { type: serialType, value: externalId })
  }
  return (await isWithinReach(unit, connection, id))
    ? done(id)
    : refused('notBelowConnection', { externalId })
}

/**
 * The object that a data row speaks about. What is missing is created: the root device, and a
 * first-level child for an unknown child id (registration §7.1).
 */
export function ensureTarget(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  child: string | undefined,
): Eventually<Result<ManagedObjectId>> {
  const other = otherThanRoot(connection, child)
  return other === undefined
    ? ensureRootDevice(unit, connection)
    : ensureChildTarget(unit, connection, other)
}

/** The child part of a topic, unless it names the root device, as none does. */
function otherThanRoot(
  { deviceIdentifier }: Connection,
  child: string | undefined,
): string | undefined {
  return child === deviceIdentifier ? undefined : child
}

async function ensureChildTarget(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  child: string,
): Promise<Result<ManagedObjectId>> {
  const root = await ensureRootDevice(unit, connection)
  if (!root.ok) return root
  const target = await findChildTarget(unit, connection, root.value, child)
  switch (target.kind) {
    case 'found':
      return done(target.id)
    case 'foreign':
      return refused('notBelowConnection', { externalId: child })
    case 'unknown':
      return createChild(unit, connection, root.value, { externalId: child })
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
): Promise<Result<ManagedObjectId>> {
  return createNamedDevice(unit, actor, child.externalId, {
    role: 'childDevice',
    parentId,
    name: child.name ?? defaultName(child.externalId),
    type: child.type ?? childDeviceType,
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
  const { deviceIdentifier, actor } = connection
  const other = otherThanRoot(connection, child)
  if (other === undefined) {
    if ((await findDevice(unit, deviceIdentifier)) !== undefined) return refused('deviceExists')
    const mayAct =
      isUserOfDevice(actor.userName, deviceIdentifier) || (await mayConnectAs(unit, connection))
    return mayAct
      ? createRootDevice(unit, connection, given)
      : refused('notBelowConnection', { externalId: deviceIdentifier })
  }
  const root = await ensureRootDevice(unit, connection)
  if (!root.ok) return root
  if ((await findDevice(unit, other)) !== undefined) return refused('deviceExists')
  return createChild(unit, connection, root.value, { externalId: other, ...given })
}

/**
 * Row 101: a child below the object of the topic. An object of the same owner that hangs below no
 * device is linked, which heals a lost reference; every other existing object is left alone.
 */
export async function createChildDevice(
  unit: Unit<DeviceAbilities>,
  connection: Connection,
  parentId: ManagedObjectId,
  child: NewChildDevice,
): Promise<Result<ManagedObjectId>> {
  const presentId = await findDevice(unit, child.externalId)
  if (presentId === undefined) return createChild(unit, connection, parentId, child)
  const present = await unit.repository.findManagedObject(presentId)
  const isRoot = child.externalId === connection.deviceIdentifier
  if (
    isRoot ||
    present?.owner !== connection.actor.userName ||
    (await hasDeviceParent(unit, presentId))
  ) {
    return refused('childExists', { externalId: child.externalId })
  }
  const linked = await assignChild(unit, parentId, 'childDevices', presentId)
  return linked.ok ? done(presentId) : linked
}

/** Being a member of a group is no place in the hierarchy of devices. */
async function hasDeviceParent(unit: Unit<FindsReferences>, id: ManagedObjectId): Promise<boolean> {
  for (const kind of deviceChildKinds) {
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
  const { externalId, name, serviceType: kind, status } = service
  const root = await ensureRootDevice(unit, connection)
  if (!root.ok) return root
  const parent = child === externalId ? root : await ensureTarget(unit, connection, child)
  if (!parent.ok) return parent
  const target = await findChildTarget(unit, connection, root.value, externalId)
  switch (target.kind) {
    case 'unknown':
      return createNamedDevice(unit, connection.actor, externalId, {
        role: 'service',
        parentId: parent.value,
        name,
        type: serviceType,
        fragments: { serviceType: kind, status },
      })
    case 'foreign':
      return refused('notBelowConnection', { externalId })
    case 'found': {
      const present = await unit.repository.findManagedObject(target.id)
      if (present?.type !== serviceType) return refused('notAService', { externalId })
      const set = { name, serviceType: kind, status }
      const updated = await updateManagedObject(unit, target.id, { set })
      return updated.ok ? done(target.id) : updated
    }
  }
}

/** What the decision about a connect reads: a unit, or what is committed. */
export interface ConnectSurroundings {
  readonly now: Instant
  readonly repository: FindsManagedObjects & FindsExternalIds & FindsUsers & FindsTenantOptions
  readonly instance: FindsRegistrationRequests
}

/**
 * Whether a user may come as this device: its own user always, else whoever owns or may administer
 * the object, else, as long as nobody has a claim to the identifier, whoever may create objects
 * (security S-2.9). Device users may create only themselves, unless the tenant allows it.
 */
export async function mayConnectAs(
  { now, repository, instance }: ConnectSurroundings,
  { deviceIdentifier, actor }: Connection,
): Promise<boolean> {
  if (isUserOfDevice(actor.userName, deviceIdentifier)) return true
  const id = await repository.findByExternalId({ type: serialType, value: deviceIdentifier })
  if (id !== undefined) {
    const managedObject = await repository.findManagedObject(id)
    return mayAct(actor, 'ROLE_INVENTORY_ADMIN', managedObject?.owner)
  }
  if (!mayCreateObjects(actor)) return false
  if ((await repository.findUser(deviceUserName(deviceIdentifier))) !== undefined) return false
  const request = await instance.findRegistrationRequest(deviceIdentifier)
  const isExpected = request?.tenantId === actor.tenantId && !isExpired(request, now)
  if (isExpected) return false
  return !isDeviceUserName(actor.userName) || (await mayBeForeign(repository))
}

async function mayBeForeign(repository: FindsTenantOptions): Promise<boolean> {
  return (await repository.findTenantOption('mqtt', 'foreign-client-id')) === 'true'
}
