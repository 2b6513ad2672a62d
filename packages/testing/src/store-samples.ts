import type {
  Alarm,
  DeviceEvent,
  Eventually,
  ManagedObject,
  ManagedObjectId,
  Measurement,
  Operation,
  Store,
  TenantEvent,
  TenantId,
  TenantRepository,
  Unit,
  Unnumbered,
} from '@pileus/domain'
import { parseTenantId } from '@pileus/domain'

/** Opens an empty store that tells what was committed. */
export type OpenStore = (onCommitted: (events: readonly TenantEvent[]) => void) => Eventually<Store>

/** The time of receipt of every unit in the contract, unless time matters. */
export const now = Date.UTC(2031, 1, 10, 7)

export const firstTenant = tenantId('t100')
export const secondTenant = tenantId('t200')

export function tenantId(text: string): TenantId {
  const id = parseTenantId(text)
  if (id === undefined) throw new TypeError(`${text} is no tenant id`)
  return id
}

/** A page that holds everything a test stores. */
export const all = { offset: 0, limit: 1000 }

/** Does one thing in a unit of the first tenant. */
export function change<T>(
  store: Store,
  work: (repository: TenantRepository, unit: Unit) => Eventually<T>,
): Promise<T> {
  return store.run(firstTenant, now, (unit) => work(unit.repository, unit))
}

export function aManagedObject(
  members: Partial<Unnumbered<ManagedObject>> = {},
): Unnumbered<ManagedObject> {
  return { owner: 'maria', creationTime: now, lastUpdated: now, fragments: {}, ...members }
}

/** Stores objects and gives their ids in the same order. */
export async function storeObjects(
  store: Store,
  ...objects: readonly Partial<Unnumbered<ManagedObject>>[]
): Promise<readonly ManagedObjectId[]> {
  return change(store, async (repository) => {
    const ids: ManagedObjectId[] = []
    for (const members of objects) {
      ids.push((await repository.insertManagedObject(aManagedObject(members))).id)
    }
    return ids
  })
}

/** Stores one object and gives its id. */
export async function storeObject(
  store: Store,
  members: Partial<Unnumbered<ManagedObject>> = {},
): Promise<ManagedObjectId> {
  return (
    await change(store, (repository) => repository.insertManagedObject(aManagedObject(members)))
  ).id
}

export function aMeasurement(
  sourceId: ManagedObjectId,
  members: Partial<Unnumbered<Measurement>> = {},
): Unnumbered<Measurement> {
  const fragments = { c8y_Temperature: { T: { value: 25, unit: 'C' } } }
  return { sourceId, type: 'c8y_Temperature', time: now, fragments, ...members }
}

export function anEvent(
  sourceId: ManagedObjectId,
  members: Partial<Unnumbered<DeviceEvent>> = {},
): Unnumbered<DeviceEvent> {
  const times = { time: now, creationTime: now, lastUpdated: now }
  return { sourceId, type: 'pump_Started', text: 'started', ...times, fragments: {}, ...members }
}

export function anAlarm(
  sourceId: ManagedObjectId,
  members: Partial<Unnumbered<Alarm>> = {},
): Unnumbered<Alarm> {
  return {
    sourceId,
    type: 'pump_Overheat',
    text: 'too hot',
    severity: 'MAJOR',
    status: 'ACTIVE',
    time: now,
    count: 1,
    firstOccurrenceTime: now,
    creationTime: now,
    lastUpdated: now,
    fragments: {},
    ...members,
  }
}

export function anOperation(
  deviceId: ManagedObjectId,
  members: Partial<Unnumbered<Operation>> = {},
): Unnumbered<Operation> {
  return {
    deviceId,
    agentId: deviceId,
    status: 'PENDING',
    creationTime: now,
    statusChanges: [{ status: 'EXECUTING', time: now + 1 }],
    delivery: { status: 'PENDING', time: now, log: [] },
    fragments: { c8y_Restart: {} },
    ...members,
  }
}

export function idsOf<Id>(items: readonly { readonly id: Id }[]): readonly Id[] {
  return items.map((item) => item.id)
}
