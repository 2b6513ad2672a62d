import type { ManagedObject, SearchesDevices } from '@pileus/domain'
import { deviceFragment } from '@pileus/domain'
import { foldCase, likenessOf } from '../device-likeness.ts'
import { isVisibleTo } from './managed-objects.ts'
import { byId, byPosition } from './order.ts'
import type { TenantView } from './tables.ts'

export function searchesDevices(view: TenantView): SearchesDevices {
  return {
    listByExternalIdValue: (value, limit) =>
      [...view.externalIds.values()]
        .filter(({ externalId }) => externalId.value === value)
        .sort(byPosition)
        .slice(0, limit)
        .map(({ externalId, managedObjectId: id }) => ({ externalId, id })),

    async listDevicesLike({ likeness, text, limit, visibleTo }) {
      const folded = foldCase(text)
      const byType = likeness === 'typePrefix' ? byText('type') : () => 0
      return [...view.managedObjects.values()]
        .filter(({ fragments }) => Object.hasOwn(fragments, deviceFragment))
        .filter((device) => likenessOf(device, folded) === likeness)
        .filter((device) => visibleTo === undefined || isVisibleTo(device, visibleTo))
        .sort((left, right) => byType(left, right) || byName(left, right) || byId(left, right))
        .slice(0, limit)
    },
  }
}

function byText(member: 'name' | 'type') {
  return (left: ManagedObject, right: ManagedObject): number => {
    const [leftText, rightText] = [foldCase(left[member] ?? ''), foldCase(right[member] ?? '')]
    return leftText < rightText ? -1 : leftText > rightText ? 1 : 0
  }
}

const byName = byText('name')
