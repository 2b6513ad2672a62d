import type {
  ChildKind,
  ExternalId,
  InstanceRepository,
  Instant,
  ManagedObjectId,
  ReadsCommitted,
  TenantId,
  TenantReader,
  TenantRepository,
  Unit,
} from '@pileus/domain'
import { childKinds } from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import { Sequences } from '../sequences.ts'
import { positions } from './order.ts'
import { tenantRepository } from './repositories.ts'
import type { StagedMap } from './staged-map.ts'
import { createTenantTables } from './tables.ts'

/**
 * The ids of what a discarded unit inserts begin behind these: far above those of any store, so
 * that nothing new is mistaken for something that exists.
 */
export const lastIdsOfOthers = {
  managedObject: 9_007_199_000_000_000,
  measurement: 9_007_199_000_000_000,
  event: 9_007_199_000_000_000,
  alarm: 9_007_199_000_000_000,
  operation: 4_294_900_000,
} as const

export interface DiscardedUnitOptions {
  readonly reads: ReadsCommitted
  readonly tenantId: TenantId
  readonly now: Instant
  /**
   * Before and after each question to the committed data; `items` is how many were given. It may
   * wait, and ends the unit by throwing.
   */
  readonly onRead: (items: number) => Promise<void>
}

/**
 * A unit of work on what is committed, whose changes only it sees: they lie in memory and go with
 * it. What it has not changed it reads as it is at that moment, one question at a time.
 *
 * It can do what rows of devices do. Whatever removes things for good is none of that.
 */
export function openDiscardedUnit(options: DiscardedUnitOptions): Unit {
  const { reads, tenantId, now } = options
  return {
    tenantId,
    now,
    repository: readThrough(options),
    instance: readsInstance(reads),
    tenant: () => refuse('tenant'),
    hasReceipt: () => false,
    rememberReceipt: () => {},
    announce: () => {},
  }
}

function readThrough({ reads, tenantId, onRead }: DiscardedUnitOptions): TenantRepository {
  const reader = reads.reader(tenantId)
  const tables = createTenantTables(new Set())
  const own = tenantRepository(tables, new Sequences(lastIdsOfOthers), positions())
  const adopted = new Adopted()

  async function read<T>(ask: (reader: TenantReader) => T | Promise<T>): Promise<T> {
    await onRead(0)
    const answer = await ask(reader)
    await onRead(Array.isArray(answer) ? answer.length : 1)
    return answer
  }

  async function adopt<Id, Item extends { readonly id: Id }>(
    table: StagedMap<Id, Item>,
    ask: (reader: TenantReader) => Found<Item> | Promise<Found<Item>>,
  ): Promise<void> {
    const found = await read(ask)
    const items: readonly Item[] = isList(found) ? found : found === undefined ? [] : [found]
    for (const item of items) adopted.once(table, item.id, () => table.set(item.id, item))
  }

  /** One by one: an id that is new here, or that is known already, is not asked for. */
  async function adoptOne<Id, Item extends { readonly id: Id }>(
    table: StagedMap<Id, Item>,
    id: Id,
    ask: (reader: TenantReader) => Found<Item> | Promise<Found<Item>>,
  ): Promise<Item | undefined> {
    if (table.get(id) === undefined) await adopt(table, ask)
    return table.get(id)
  }

  async function findByExternalId(externalId: ExternalId) {
    const known = await own.findByExternalId(externalId)
    return known ?? read((each) => each.findByExternalId(externalId))
  }

  async function listChildren(parentId: ManagedObjectId, kind: ChildKind) {
    const committed = await read((each) => each.listChildren(parentId, kind))
    return [...committed, ...(await own.listChildren(parentId, kind))]
  }

  async function listParents(childId: ManagedObjectId, kind: ChildKind) {
    const committed = await read((each) => each.listParents(childId, kind))
    return [...committed, ...(await own.listParents(childId, kind))]
  }

  return {
    findByExternalId,
    async listExternalIds(id) {
      const committed = await read((each) => each.listExternalIds(id))
      return [...committed, ...(await own.listExternalIds(id))]
    },
    async insertExternalId(externalId, id) {
      const taken = await findByExternalId(externalId)
      return taken === undefined ? own.insertExternalId(externalId, id) : false
    },

    listChildren,
    listParents,
    async countLevels(id, levelsMax) {
      let level = new Set([id])
      let levels = 0
      while (level.size > 0 && levels < levelsMax) {
        levels++
        level = await childrenOf(level, listChildren)
      }
      return levels
    },
    async insertChild(parentId, kind, childId) {
      const parents = await listParents(childId, kind)
      return parents.includes(parentId) ? false : own.insertChild(parentId, kind, childId)
    },

    findManagedObject: (id) =>
      adoptOne(tables.managedObjects, id, (each) => each.findManagedObject(id)),
    insertManagedObject: own.insertManagedObject,
    saveManagedObject: own.saveManagedObject,

    findMeasurement: (id) => adoptOne(tables.measurements, id, (each) => each.findMeasurement(id)),
    insertMeasurement: own.insertMeasurement,

    findEvent: (id) => adoptOne(tables.events, id, (each) => each.findEvent(id)),
    async findLatestEvent(sourceId, type) {
      await adopt(tables.events, (each) => each.findLatestEvent(sourceId, type))
      return own.findLatestEvent(sourceId, type)
    },
    insertEvent: own.insertEvent,
    saveEvent: own.saveEvent,

    findAlarm: (id) => adoptOne(tables.alarms, id, (each) => each.findAlarm(id)),
    async listUnresolvedAlarms(sourceId, type) {
      await adopt(tables.alarms, (each) => each.listUnresolvedAlarms(sourceId, type))
      return own.listUnresolvedAlarms(sourceId, type)
    },
    insertAlarm: own.insertAlarm,
    saveAlarm: own.saveAlarm,

    findOperation: (id) => adoptOne(tables.operations, id, (each) => each.findOperation(id)),
    async listOperationsOfDevice(query) {
      // Those adopted before may have left the status that is asked for.
      const limit = query.limit + adopted.countOf(tables.operations)
      await adopt(tables.operations, (each) => each.listOperationsOfDevice({ ...query, limit }))
      return own.listOperationsOfDevice(query)
    },
    insertOperation: own.insertOperation,
    saveOperation: own.saveOperation,

    findUser: (userName) => read((each) => each.findUser(userName)),
    findTenantOption: (category, key) => read((each) => each.findTenantOption(category, key)),

    deleteManagedObject: () => refuse('deleteManagedObject'),
    deleteExternalId: () => refuse('deleteExternalId'),
    deleteChild: () => refuse('deleteChild'),
    deleteMeasurement: () => refuse('deleteMeasurement'),
    deleteEvent: () => refuse('deleteEvent'),
    listPendingOperationsBelow: () => refuse('listPendingOperationsBelow'),
    saveUser: () => refuse('saveUser'),
    deleteUser: () => refuse('deleteUser'),
    saveTenantOption: () => refuse('saveTenantOption'),
  }
}

type Found<Item> = Item | readonly Item[] | undefined

function isList<Item>(found: Found<Item>): found is readonly Item[] {
  return Array.isArray(found)
}

/** What has been taken over from the committed data: a second time it would undo changes. */
class Adopted {
  readonly #ids = new Map<object, Set<unknown>>()

  once(table: object, id: unknown, take: () => void): void {
    let ids = this.#ids.get(table)
    if (ids === undefined) {
      ids = new Set()
      this.#ids.set(table, ids)
    }
    if (ids.has(id)) return
    ids.add(id)
    take()
  }

  countOf(table: object): number {
    return this.#ids.get(table)?.size ?? 0
  }
}

async function childrenOf(
  ids: ReadonlySet<ManagedObjectId>,
  listChildren: (id: ManagedObjectId, kind: ChildKind) => Promise<readonly ManagedObjectId[]>,
): Promise<Set<ManagedObjectId>> {
  const children = new Set<ManagedObjectId>()
  for (const id of ids) {
    for (const kind of childKinds) {
      for (const childId of await listChildren(id, kind)) children.add(childId)
    }
  }
  return children
}

function readsInstance({ instanceReader }: ReadsCommitted): InstanceRepository {
  return {
    findTenant: (id) => instanceReader.findTenant(id),
    listTenants: () => instanceReader.listTenants(),
    findRegistrationRequest: (id) => instanceReader.findRegistrationRequest(id),
    listRegistrationRequests: (query) => instanceReader.listRegistrationRequests(query),
    countRegistrationRequests: (query) => instanceReader.countRegistrationRequests(query),
    listRegistrationRequestsSince: (query) => instanceReader.listRegistrationRequestsSince(query),
    saveTenant: () => refuse('saveTenant'),
    saveRegistrationRequest: () => refuse('saveRegistrationRequest'),
    deleteRegistrationRequest: () => refuse('deleteRegistrationRequest'),
  }
}

function refuse(ability: string): never {
  throw new InternalError(`A discarded unit was asked for ${ability}, which no row needs.`)
}
