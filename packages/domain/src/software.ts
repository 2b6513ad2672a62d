import type { ManagedObjectId } from './ids.ts'
import { insertManagedObject, updateManagedObject } from './inventory.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isJsonObject } from './json.ts'
import type { ManagedObject, ProcessingMode } from './model.ts'
import type {
  FindsManagedObjects,
  FindsReferences,
  SavesManagedObjects,
  SavesReferences,
  Unit,
} from './ports.ts'

/** The child addition that holds what is installed on a device (static-templates §3.3). */
export const installedSoftwareType = 'c8y_InstalledSoftwareList'
const softwareListFragment = 'c8y_SoftwareList'

export interface SoftwareItem {
  readonly name: string
  readonly version: string
  readonly softwareType: string
  readonly url: string
}

type SoftwareAbilities = FindsManagedObjects &
  SavesManagedObjects &
  FindsReferences &
  SavesReferences

/** Row 140: the whole list. The device object loses a list of its own, if it has one. */
export async function setInstalledSoftware(
  unit: Unit<SoftwareAbilities>,
  deviceId: ManagedObjectId,
  items: readonly SoftwareItem[],
  mode: ProcessingMode,
): Promise<void> {
  const merged = items.reduce<readonly SoftwareItem[]>(withItem, [])
  await storeList(unit, deviceId, merged, mode)
  const device = await unit.repository.findManagedObject(deviceId)
  if (device !== undefined && Object.hasOwn(device.fragments, softwareListFragment)) {
    await updateManagedObject(unit, deviceId, { unset: [softwareListFragment] }, mode)
  }
}

/** Row 141: adds items; one of equal name, version and type is replaced in place. */
export async function addInstalledSoftware(
  unit: Unit<SoftwareAbilities>,
  deviceId: ManagedObjectId,
  items: readonly SoftwareItem[],
  mode: ProcessingMode,
): Promise<void> {
  const present = await readList(unit, deviceId)
  await storeList(unit, deviceId, items.reduce(withItem, present), mode)
}

/** Row 142: removes items of equal name and version, of any type. */
export async function removeInstalledSoftware(
  unit: Unit<SoftwareAbilities>,
  deviceId: ManagedObjectId,
  removals: readonly Pick<SoftwareItem, 'name' | 'version'>[],
  mode: ProcessingMode,
): Promise<void> {
  const present = await readList(unit, deviceId)
  const kept = present.filter(
    (item) => !removals.some(({ name, version }) => item.name === name && item.version === version),
  )
  await storeList(unit, deviceId, kept, mode)
}

function withItem(items: readonly SoftwareItem[], item: SoftwareItem): readonly SoftwareItem[] {
  const index = items.findIndex(
    ({ name, version, softwareType }) =>
      name === item.name && version === item.version && softwareType === item.softwareType,
  )
  return index < 0 ? [...items, item] : items.with(index, item)
}

async function findList(
  unit: Unit<FindsManagedObjects & FindsReferences>,
  deviceId: ManagedObjectId,
): Promise<ManagedObject | undefined> {
  for (const id of await unit.repository.listChildren(deviceId, 'childAdditions')) {
    const addition = await unit.repository.findManagedObject(id)
    if (addition?.type === installedSoftwareType) return addition
  }
  return undefined
}

async function readList(
  unit: Unit<FindsManagedObjects & FindsReferences>,
  deviceId: ManagedObjectId,
): Promise<readonly SoftwareItem[]> {
  const list = (await findList(unit, deviceId))?.fragments[softwareListFragment]
  return Array.isArray(list) ? list.filter(isJsonObject).map(itemOf) : []
}

/** What REST clients stored may lack members. */
function itemOf(item: JsonObject): SoftwareItem {
  return {
    name: textOf(item.name),
    version: textOf(item.version),
    softwareType: textOf(item.softwareType),
    url: textOf(item.url),
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

async function storeList(
  unit: Unit<SoftwareAbilities>,
  deviceId: ManagedObjectId,
  items: readonly SoftwareItem[],
  mode: ProcessingMode,
): Promise<void> {
  const list = items.map((item) => ({ ...item }))
  const fragments = { [softwareListFragment]: list }
  const present = await findList(unit, deviceId)
  if (present !== undefined) {
    await updateManagedObject(unit, present.id, { set: fragments }, mode)
  } else {
    const device = await unit.repository.findManagedObject(deviceId)
    const created = await insertManagedObject(unit, {
      name: installedSoftwareType,
      type: installedSoftwareType,
      owner: device?.owner ?? '',
      fragments,
    })
    await unit.repository.insertChild(deviceId, 'childAdditions', created.id)
    unit.announce({
      kind: 'managedObjectCreated',
      managedObject: created,
      role: 'object',
      parentId: deviceId,
    })
  }
  unit.announce({ kind: 'installedSoftwareSet', managedObjectId: deviceId, items: list, mode })
}
