import type {
  FindsManagedObjects,
  ManagedObject,
  ManagedObjectFilter,
  ManagedObjectId,
  SavesManagedObjects,
  TenantReader,
} from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import type { Sequences } from '../sequences.ts'
import { Conditions } from './conditions.ts'
import type { Connection } from './connection.ts'
import { keepsDeviceNames } from './device-names.ts'
import { parseStored } from './json-text.ts'
import type { LongReads } from './long-reads.ts'
import { removesMeasurementsOf } from './measurements.ts'
import { readCount, readPage } from './page.ts'
import type { TenantScope } from './tenant-keys.ts'
import type { WriterCaches } from './writer-caches.ts'

export type ManagedObjectRow = readonly [
  id: number,
  type: string | null,
  name: string | null,
  owner: string,
  creationTime: number,
  lastUpdated: number,
  fragments: string,
]

/** Of `managed_objects m`, in the order of a `ManagedObjectRow`. */
export const managedObjectColumns =
  'm.id, m.type, m.name, m.owner, m.creation_time, m.last_updated, m.fragments'

export function findsManagedObjects(
  connection: Connection,
  scope: TenantScope,
): FindsManagedObjects {
  const byId = connection.query<ManagedObjectRow>(
    `SELECT ${managedObjectColumns} FROM managed_objects m WHERE m.id = ? AND m.tenant_key = ?`,
  )
  return {
    findManagedObject(id) {
      const row = byId.get(Number(id), scope.key)
      return row && managedObjectOf(row)
    },
  }
}

/** The writer's own: it asks for the same few objects again and again. */
export function findsManagedObjectsCached(
  connection: Connection,
  scope: TenantScope,
  { managedObjects }: WriterCaches,
): { readonly findManagedObject: (id: ManagedObjectId) => ManagedObject | undefined } {
  const byId = connection.query<ManagedObjectRow>(
    `SELECT ${managedObjectColumns} FROM managed_objects m WHERE m.id = ? AND m.tenant_key = ?`,
  )
  return {
    findManagedObject(id) {
      const cached = managedObjects.get(id)
      if (cached !== undefined) return cached.key === scope.key ? cached.managedObject : undefined
      const row = byId.get(Number(id), scope.key)
      if (row === undefined) return undefined
      const managedObject = managedObjectOf(row)
      managedObjects.set(id, { key: scope.key, managedObject }, row[6].length)
      return managedObject
    },
  }
}

export function savesManagedObjects(
  connection: Connection,
  scope: TenantScope,
  sequences: Sequences,
  caches: WriterCaches,
): SavesManagedObjects {
  const { findManagedObject } = findsManagedObjectsCached(connection, scope, caches)
  const insert = connection.command('INSERT INTO managed_objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const update = connection.command(
    `UPDATE managed_objects SET type = ?, name = ?, owner = ?, creation_time = ?, last_updated = ?,
       fragments = ? WHERE id = ? AND tenant_key = ?`,
  )
  const remove = connection.command('DELETE FROM managed_objects WHERE id = ? AND tenant_key = ?')
  const removeMeasurements = removesMeasurementsOf(connection)
  const deviceNames = keepsDeviceNames(connection, scope)
  const insertFragment = connection.command(
    'INSERT OR IGNORE INTO managed_object_fragments VALUES (?, ?, ?)',
  )
  const removeFragment = connection.command(
    `DELETE FROM managed_object_fragments
     WHERE tenant_key = ? AND fragment = ? AND managed_object_id = ?`,
  )

  function remember(managedObject: ManagedObject, text: string): void {
    caches.managedObjects.set(managedObject.id, { key: scope.key, managedObject }, text.length)
  }

  return {
    insertManagedObject(unnumbered) {
      const number = sequences.next('managedObject')
      const managedObject = { ...unnumbered, id: String(number) as ManagedObjectId }
      const { type = null, name = null, owner, creationTime, lastUpdated } = unnumbered
      const text = JSON.stringify(unnumbered.fragments)
      insert(number, scope.key, type, name, owner, creationTime, lastUpdated, text)
      for (const fragment of Object.keys(unnumbered.fragments)) {
        insertFragment(scope.key, fragment, number)
      }
      deviceNames.replace(number, undefined, managedObject)
      remember(managedObject, text)
      return managedObject
    },

    saveManagedObject(managedObject) {
      const { id, type = null, name = null, owner, fragments } = managedObject
      const previous = findManagedObject(id)
      if (previous === undefined) {
        throw new InternalError(`Managed object ${id} was saved before it was inserted.`)
      }
      const number = Number(id)
      const text = JSON.stringify(fragments)
      const { creationTime, lastUpdated } = managedObject
      update(type, name, owner, creationTime, lastUpdated, text, number, scope.key)
      for (const fragment of Object.keys(fragments)) {
        if (!Object.hasOwn(previous.fragments, fragment)) {
          insertFragment(scope.key, fragment, number)
        }
      }
      for (const fragment of Object.keys(previous.fragments)) {
        if (!Object.hasOwn(fragments, fragment)) removeFragment(scope.key, fragment, number)
      }
      deviceNames.replace(number, previous, managedObject)
      remember(managedObject, text)
    },

    deleteManagedObject(id) {
      const previous = findManagedObject(id)
      // What hangs on the object goes by foreign keys; measurements and names have none.
      if (remove(Number(id), scope.key) > 0) {
        removeMeasurements(Number(id))
        deviceNames.replace(Number(id), previous, undefined)
      }
      caches.managedObjects.delete(id)
      caches.externalIds.clear()
    },
  }
}

export function listsManagedObjects(
  reads: LongReads,
  scope: TenantScope,
): Pick<TenantReader, 'listManagedObjects' | 'countManagedObjects'> {
  return {
    async listManagedObjects(filter, page) {
      const select = `SELECT ${managedObjectColumns} FROM ${sourceOf(filter)}`
      const order = filter.childOf === undefined ? 'm.id' : 'r.position'
      const conditions = conditionsOf(scope, filter)
      const rows = await readPage<ManagedObjectRow>(reads, select, conditions, order, page)
      return rows.map(managedObjectOf)
    },
    countManagedObjects: (filter) =>
      readCount(reads, sourceOf(filter), conditionsOf(scope, filter)),
  }
}

function sourceOf({ childOf }: ManagedObjectFilter): string {
  return childOf === undefined
    ? 'managed_objects m'
    : 'child_references r JOIN managed_objects m ON m.id = r.child_id'
}

function conditionsOf(scope: TenantScope, filter: ManagedObjectFilter): Conditions {
  const { childOf, parentOf, fragmentType, text, visibleTo } = filter
  const conditions = new Conditions()
    .equal('m.tenant_key', scope.key)
    .equal('m.type', filter.type)
    .equal('m.owner', filter.owner)
    .oneOf('m.id', filter.ids?.map(Number))
  if (childOf !== undefined) {
    conditions.equal('r.parent_id', Number(childOf.parentId)).equal('r.kind', childOf.kind)
  }
  if (parentOf !== undefined) {
    conditions.add(
      'm.id IN (SELECT parent_id FROM child_references WHERE child_id = ? AND kind = ?)',
      Number(parentOf.childId),
      parentOf.kind,
    )
  }
  if (fragmentType !== undefined) conditions.add(hasFragment('m'), fragmentType)
  if (visibleTo !== undefined) conditions.add(isVisible('m'), visibleTo)
  if (filter.onlyRoots === true) addOnlyRoots(conditions, visibleTo)
  if (text !== undefined) {
    conditions.add('contains_word(m.fragments, m.name, m.type, m.owner, ?)', text)
  }
  return conditions.add('within_time(m.id)')
}

function hasFragment(alias: string): string {
  return `${alias}.id IN (SELECT f.managed_object_id FROM managed_object_fragments f
    WHERE f.tenant_key = ${alias}.tenant_key AND f.fragment = ?)`
}

/** Owned by the user, or meant for everybody. */
export function isVisible(alias: string): string {
  return `(${alias}.owner = ? OR EXISTS (SELECT 1 FROM managed_object_fragments f
    WHERE f.tenant_key = ${alias}.tenant_key AND f.fragment = 'c8y_Global'
      AND f.managed_object_id = ${alias}.id))`
}

/** A parent that the caller may not see does not count (rest-api §7.3). */
function addOnlyRoots(conditions: Conditions, visibleTo: string | undefined): void {
  const parents = `SELECT 1 FROM child_references p JOIN managed_objects o ON o.id = p.parent_id
    WHERE p.child_id = m.id AND p.kind IN ('childDevices', 'childAssets')`
  if (visibleTo === undefined) conditions.add(`NOT EXISTS (${parents})`)
  else conditions.add(`NOT EXISTS (${parents} AND ${isVisible('o')})`, visibleTo)
}

export function managedObjectOf(row: ManagedObjectRow): ManagedObject {
  const [id, type, name, owner, creationTime, lastUpdated, fragments] = row
  return {
    id: String(id) as ManagedObjectId,
    ...(type !== null && { type }),
    ...(name !== null && { name }),
    owner,
    creationTime,
    lastUpdated,
    fragments: parseStored(fragments),
  }
}
