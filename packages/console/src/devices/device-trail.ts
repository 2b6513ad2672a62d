import { buildObservable } from '../platform/observable.ts'
import type { DevicesSearch } from './devices-search.ts'

/** The list that was last looked at: where a device page leads back to, and on to (console §5). */
export interface DeviceTrail {
  readonly search: DevicesSearch
  readonly ids: readonly string[]
}

export const deviceTrail = buildObservable<DeviceTrail>({ search: {}, ids: [] })

/** Its neighbours in the list; none at an end, or where the device is not in it. */
export function findNeighbours(
  ids: readonly string[],
  id: string,
): { readonly previous: string | undefined; readonly next: string | undefined } {
  const place = ids.indexOf(id)
  if (place === -1) return { previous: undefined, next: undefined }
  return { previous: ids[place - 1], next: ids[place + 1] }
}
