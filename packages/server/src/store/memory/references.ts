import type { ChildKind, FindsReferences, ManagedObjectId, SavesReferences } from '@pileus/domain'
import { agentFragment, deviceChildKinds } from '@pileus/domain'
import { byPosition, type NextPosition } from './order.ts'
import { compositeKey, type StoredReference, type TenantTables, type TenantView } from './tables.ts'

export function referenceKey(reference: Omit<StoredReference, 'position'>): string {
  return compositeKey(reference.parentId, reference.kind, reference.childId)
}

export function findsReferences(view: TenantView): FindsReferences {
  return {
    listChildren: (parentId, kind) =>
      referencesOf(view, kind, (reference) => reference.parentId === parentId).map(
        (reference) => reference.childId,
      ),

    listParents: (childId, kind) =>
      referencesOf(view, kind, (reference) => reference.childId === childId).map(
        (reference) => reference.parentId,
      ),

    countLevels(id, levelsMax) {
      let level = new Set([id])
      let levels = 0
      while (level.size > 0 && levels < levelsMax) {
        levels++
        level = childrenOf(view, level)
      }
      return levels
    },
  }
}

function childrenOf(view: TenantView, ids: ReadonlySet<ManagedObjectId>): Set<ManagedObjectId> {
  const children = new Set<ManagedObjectId>()
  for (const { parentId, childId } of view.references.values()) {
    if (ids.has(parentId)) children.add(childId)
  }
  return children
}

export function savesReferences(tables: TenantTables, nextPosition: NextPosition): SavesReferences {
  return {
    insertChild(parentId, kind, childId) {
      const key = referenceKey({ parentId, kind, childId })
      if (tables.references.get(key) !== undefined) return false
      tables.references.set(key, { position: nextPosition(), parentId, kind, childId })
      return true
    },

    deleteChild: (parentId, kind, childId) =>
      tables.references.delete(referenceKey({ parentId, kind, childId })),
  }
}

/** `rootId` and the devices and services below it; optionally without other agents' parts. */
export function deviceAndBelow(
  view: TenantView,
  rootId: ManagedObjectId,
  { entersAgents }: { readonly entersAgents: boolean },
): ReadonlySet<ManagedObjectId> {
  const found = new Set([rootId])
  // A set visits what is added to it on the way.
  for (const parentId of found) {
    for (const reference of view.references.values()) {
      if (reference.parentId !== parentId || !isDeviceChild(reference.kind)) continue
      const child = view.managedObjects.get(reference.childId)
      if (child === undefined) continue
      if (entersAgents || !Object.hasOwn(child.fragments, agentFragment)) found.add(child.id)
    }
  }
  return found
}

function isDeviceChild(kind: ChildKind): boolean {
  return deviceChildKinds.some((deviceChildKind) => deviceChildKind === kind)
}

function referencesOf(
  view: TenantView,
  kind: ChildKind,
  matches: (reference: StoredReference) => boolean,
): readonly StoredReference[] {
  return [...view.references.values()]
    .filter((reference) => reference.kind === kind && matches(reference))
    .sort(byPosition)
}
