import type { ManagedObjectId } from './ids.ts'
import { parseManagedObjectId } from './ids.ts'
import { deviceFragment } from './inventory.ts'
import type { ExternalId, ManagedObject } from './model.ts'
import { serialType } from './model.ts'
import type { Actor } from './permissions.ts'
import { mayAct, visibilityOf } from './permissions.ts'
import type {
  DeviceLikeness,
  FindsExternalIds,
  FindsManagedObjects,
  SearchesDevices,
} from './ports.ts'

/** Why a device was found, best first (console §2.4). */
export type DeviceMatch = 'externalId' | 'id' | DeviceLikeness

export interface DeviceFound {
  readonly device: ManagedObject
  readonly match: DeviceMatch
  /** The one that was searched for; else the device's serial number, if it has one. */
  readonly externalId?: ExternalId
}

export interface SearchResult {
  /** Best match first, each device once. */
  readonly devices: readonly DeviceFound[]
  /** Whether more devices match. */
  readonly hasMore: boolean
}

type Reader = FindsManagedObjects & FindsExternalIds & SearchesDevices

/**
 * Devices that the actor may read and that are meant by `text`: by exact external id of any type,
 * by exact id, by beginning of the name, by a part of the name, by beginning of the type.
 *
 * Each way is asked only while there is room for what it finds.
 *
 * @see console §2.4
 */
export async function searchDevices(
  reader: Reader,
  actor: Actor,
  { text, limit }: { readonly text: string; readonly limit: number },
): Promise<SearchResult> {
  // One more than asked for tells whether there are more.
  const wanted = limit + 1
  const found = new Map<ManagedObjectId, DeviceFound>()
  for await (const each of exactMatches(reader, actor, text, wanted)) {
    if (!found.has(each.device.id)) found.set(each.device.id, each)
  }
  for (const match of ['namePrefix', 'name', 'typePrefix'] as const) {
    if (found.size >= wanted) break
    const like = await reader.listDevicesLike({
      likeness: match,
      text,
      // Those that are known already may be among them.
      limit: wanted,
      ...visibilityOf(actor, 'ROLE_INVENTORY_READ'),
    })
    for (const device of like) {
      if (found.has(device.id)) continue
      found.set(device.id, { device, match, ...(await serialMember(reader, actor, device)) })
    }
  }
  const devices = [...found.values()]
  return { devices: devices.slice(0, limit), hasMore: devices.length > limit }
}

async function* exactMatches(
  reader: Reader,
  actor: Actor,
  text: string,
  limit: number,
): AsyncGenerator<DeviceFound> {
  for (const { externalId, id } of await reader.listByExternalIdValue(text, limit)) {
    const device = await findReadableDevice(reader, actor, id)
    if (device === undefined || !mayAct(actor, 'ROLE_IDENTITY_READ', device.owner)) continue
    yield { device, match: 'externalId', externalId }
  }
  const id = parseManagedObjectId(text)
  const device = id === undefined ? undefined : await findReadableDevice(reader, actor, id)
  if (device !== undefined) {
    yield { device, match: 'id', ...(await serialMember(reader, actor, device)) }
  }
}

async function findReadableDevice(
  reader: Reader,
  actor: Actor,
  id: ManagedObjectId,
): Promise<ManagedObject | undefined> {
  const found = await reader.findManagedObject(id)
  if (found === undefined || !Object.hasOwn(found.fragments, deviceFragment)) return undefined
  const isReadable =
    mayAct(actor, 'ROLE_INVENTORY_READ', found.owner) ||
    Object.hasOwn(found.fragments, 'c8y_Global')
  return isReadable ? found : undefined
}

async function serialMember(
  reader: Reader,
  actor: Actor,
  device: ManagedObject,
): Promise<{ readonly externalId?: ExternalId }> {
  if (!mayAct(actor, 'ROLE_IDENTITY_READ', device.owner)) return {}
  const externalIds = await reader.listExternalIds(device.id)
  const serial = externalIds.find(({ type }) => type === serialType)
  return serial === undefined ? {} : { externalId: serial }
}
