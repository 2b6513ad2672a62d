import type { FindsExternalIds, SavesExternalIds } from '@pileus/domain'
import { byPosition, type NextPosition } from './order.ts'
import { compositeKey, type TenantTables, type TenantView } from './tables.ts'

export function findsExternalIds(view: TenantView): FindsExternalIds {
  return {
    findByExternalId: ({ type, value }) =>
      view.externalIds.get(compositeKey(type, value))?.managedObjectId,

    listExternalIds: (id) =>
      [...view.externalIds.values()]
        .filter((stored) => stored.managedObjectId === id)
        .sort(byPosition)
        .map((stored) => stored.externalId),
  }
}

export function savesExternalIds(
  tables: TenantTables,
  nextPosition: NextPosition,
): SavesExternalIds {
  return {
    insertExternalId({ type, value }, managedObjectId) {
      const key = compositeKey(type, value)
      if (tables.externalIds.get(key) !== undefined) return false
      tables.externalIds.set(key, {
        position: nextPosition(),
        externalId: { type, value },
        managedObjectId,
      })
      return true
    },

    deleteExternalId: ({ type, value }) => tables.externalIds.delete(compositeKey(type, value)),
  }
}
