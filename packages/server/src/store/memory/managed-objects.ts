import type {
  FindsManagedObjects,
  ManagedObject,
  ManagedObjectFilter,
  SavesManagedObjects,
  TenantReader,
} from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import type { Sequences } from '../sequences.ts'
import { containsWord } from '../word-match.ts'
import { withOwnFragments } from './json-copy.ts'
import { byId, byPosition, pageOf } from './order.ts'
import { referenceKey } from './references.ts'
import { compositeKey, type TenantTables, type TenantView } from './tables.ts'

export function findsManagedObjects(view: TenantView): FindsManagedObjects {
  return { findManagedObject: (id) => view.managedObjects.get(id) }
}

export function savesManagedObjects(
  tables: TenantTables,
  sequences: Sequences,
): SavesManagedObjects {
  return {
    insertManagedObject(unnumbered) {
      const id = String(sequences.next('managedObject')) as ManagedObject['id']
      const managedObject = withOwnFragments({ ...unnumbered, id })
      tables.managedObjects.set(id, managedObject)
      return managedObject
    },

    saveManagedObject(managedObject) {
      const { id } = managedObject
      if (tables.managedObjects.get(id) === undefined) {
        throw new InternalError(`Managed object ${id} was saved before it was inserted.`)
      }
      tables.managedObjects.set(id, withOwnFragments(managedObject))
    },

    deleteManagedObject(id) {
      const ofSource = (item: { readonly sourceId: string }) => item.sourceId === id
      const idOf = <Id>(item: { readonly id: Id }) => item.id
      tables.managedObjects.delete(id)
      tables.externalIds.deleteWhere(
        (stored) => stored.managedObjectId === id,
        ({ externalId }) => compositeKey(externalId.type, externalId.value),
      )
      tables.references.deleteWhere(
        (reference) => reference.parentId === id || reference.childId === id,
        referenceKey,
      )
      tables.measurements.deleteWhere(ofSource, idOf)
      tables.events.deleteWhere(ofSource, idOf)
      tables.alarms.deleteWhere(ofSource, idOf)
      tables.operations.deleteWhere((operation) => operation.deviceId === id, idOf)
    },
  }
}

export function listsManagedObjects(
  view: TenantView,
): Pick<TenantReader, 'listManagedObjects' | 'countManagedObjects'> {
  return {
    async listManagedObjects(filter, page) {
      return pageOf(matching(view, filter), page)
    },
    async countManagedObjects(filter) {
      return matching(view, filter).length
    },
  }
}

function matching(view: TenantView, filter: ManagedObjectFilter): readonly ManagedObject[] {
  return candidates(view, filter).filter((managedObject) => matches(view, filter, managedObject))
}

/** In the order of the answer. */
function candidates(view: TenantView, { childOf }: ManagedObjectFilter): readonly ManagedObject[] {
  if (childOf === undefined) return [...view.managedObjects.values()].sort(byId)
  return [...view.references.values()]
    .filter((reference) => reference.parentId === childOf.parentId)
    .filter((reference) => reference.kind === childOf.kind)
    .sort(byPosition)
    .flatMap((reference) => view.managedObjects.get(reference.childId) ?? [])
}

function matches(view: TenantView, filter: ManagedObjectFilter, candidate: ManagedObject): boolean {
  const { type, owner, fragmentType, text, ids, parentOf, onlyRoots, visibleTo } = filter
  const { id, fragments } = candidate
  return (
    (type === undefined || candidate.type === type) &&
    (owner === undefined || candidate.owner === owner) &&
    (fragmentType === undefined || Object.hasOwn(fragments, fragmentType)) &&
    (text === undefined ||
      [candidate.name, candidate.type, candidate.owner, fragments].some((part) =>
        containsWord(part, text),
      )) &&
    (ids === undefined || ids.includes(id)) &&
    (parentOf === undefined ||
      view.references.get(referenceKey({ ...parentOf, parentId: id })) !== undefined) &&
    (visibleTo === undefined || isVisibleTo(candidate, visibleTo)) &&
    (onlyRoots !== true || isRoot(view, candidate, visibleTo))
  )
}

/** Owned by the user, or meant for everybody. */
export function isVisibleTo(managedObject: ManagedObject, userName: string): boolean {
  return managedObject.owner === userName || Object.hasOwn(managedObject.fragments, 'c8y_Global')
}

/** A parent that the caller may not see does not count (rest-api §7.3). */
function isRoot(view: TenantView, { id }: ManagedObject, visibleTo: string | undefined): boolean {
  for (const reference of view.references.values()) {
    if (reference.childId !== id || reference.kind === 'childAdditions') continue
    const parent = view.managedObjects.get(reference.parentId)
    if (parent === undefined) continue
    if (visibleTo === undefined || isVisibleTo(parent, visibleTo)) return false
  }
  return true
}
