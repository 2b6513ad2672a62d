import type {
  Connection,
  DeviceIdentifier,
  Eventually,
  ExternalId,
  JsonObject,
  KeepsSecrets,
  ManagedObject,
  ManagedObjectId,
  Permission,
  ReadsCommitted,
  TenantEvent,
  TenantId,
  Unit,
  User,
} from '@pileus/domain'
import { actorOf, devicesGroupId, deviceUserName, serialType } from '@pileus/domain'
import { firstTenant, ManualClock } from '@pileus/testing'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import type { ObservableStore } from '../store/open-store.ts'

/** The rules of the domain on an empty store. */
export interface Rules extends AsyncDisposable {
  readonly store: ObservableStore
  readonly clock: ManualClock
  /** What committed units announced, oldest first; told in the turn after the commit. */
  readonly events: readonly TenantEvent[]
  /** Does work in a unit of the first tenant, or of another one. */
  run<T>(work: (unit: Unit) => Eventually<T>, tenantId?: TenantId): Promise<T>
}

export function openRules(): Rules {
  const events: TenantEvent[] = []
  const clock = new ManualClock()
  const store = openMemoryStore({ onCommitted: (committed) => events.push(...committed) })
  return {
    store,
    clock,
    events,
    run: (work, tenantId = firstTenant) => store.run(tenantId, clock.now(), work),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/** A user as the store keeps it; a device user unless its groups say something else. */
export function aUser(userName: string, members: Partial<User> = {}): User {
  return {
    tenantId: firstTenant,
    userName,
    secretHash: '',
    groupIds: [devicesGroupId],
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: 0,
    creationTime: 0,
    profile: {},
    ...members,
  }
}

/** The connection of a device under its own user, or under another one. */
export function aConnection(id: string, userName = deviceUserName(id)): Connection {
  return { deviceIdentifier: id as DeviceIdentifier, actor: actorOf(aUser(userName)) }
}

/** The connection of a user with exactly these permissions. */
export function connectionWith(
  id: string,
  userName: string,
  permissions: readonly Permission[],
): Connection {
  const { deviceIdentifier, actor } = aConnection(id, userName)
  return { deviceIdentifier, actor: { ...actor, permissions: new Set(permissions) } }
}

/** Puts an object with an external id of type `c8y_Serial` into the inventory. */
export async function putObject(
  unit: Unit,
  externalId: string,
  members: Partial<Omit<ManagedObject, 'id'>> = {},
): Promise<ManagedObjectId> {
  const { id } = await unit.repository.insertManagedObject({
    owner: 'maria',
    creationTime: unit.now,
    lastUpdated: unit.now,
    fragments: {},
    ...members,
  })
  await unit.repository.insertExternalId(serial(externalId), id)
  return id
}

export function serial(value: string): ExternalId {
  return { type: serialType, value }
}

/** The object behind an external id of type `c8y_Serial`. */
export async function findObject(
  { store }: { readonly store: ReadsCommitted },
  externalId: string,
): Promise<ManagedObject | undefined> {
  const reader = store.reader(firstTenant)
  const id = await reader.findByExternalId(serial(externalId))
  return id === undefined ? undefined : reader.findManagedObject(id)
}

/** The object as a document without ids and times. */
export function documentOf(object: ManagedObject | undefined): JsonObject | undefined {
  if (object === undefined) return undefined
  const { name, type, owner, fragments } = object
  return {
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { type }),
    owner,
    ...fragments,
  }
}

export async function countObjects({ store }: Rules): Promise<number> {
  return store.reader(firstTenant).countManagedObjects({})
}

/** Hashes that anybody can read: the rules are about who gets what, not about secrecy. */
export class ReadableSecrets implements KeepsSecrets {
  readonly drawn: string[] = []

  drawSecret(): string {
    this.drawn.push(`secret-${this.drawn.length + 1}`)
    return this.drawn.at(-1) ?? ''
  }

  hashDeviceSecret(tenantId: TenantId, userName: string, secret: string): string {
    return `${tenantId}/${userName}/${secret}`
  }

  hashToken(deviceIdentifier: DeviceIdentifier, token: string): string {
    return `${deviceIdentifier}/${token}`
  }

  verifyToken(deviceIdentifier: DeviceIdentifier, token: string, hash: string): boolean {
    return this.hashToken(deviceIdentifier, token) === hash
  }

  async hashPassword(password: string): Promise<string> {
    return `password/${password}`
  }
}
