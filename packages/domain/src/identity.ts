import type { ManagedObjectId } from './ids.ts'
import type { NewManagedObject } from './inventory.ts'
import { createManagedObject } from './inventory.ts'
import type { ExternalId, ManagedObject } from './model.ts'
import { serialType } from './model.ts'
import type {
  FindsExternalIds,
  FindsManagedObjects,
  SavesExternalIds,
  SavesManagedObjects,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

const externalIdCharactersMax = 1024

/** Gives the object a further name. A pair of type and value names one object of a tenant. */
export async function addExternalId(
  unit: Unit<FindsManagedObjects & SavesExternalIds>,
  managedObjectId: ManagedObjectId,
  externalId: ExternalId,
): Promise<Result<ExternalId>> {
  if (!isExternalIdText(externalId.type) || !isExternalIdText(externalId.value)) {
    return refused('externalIdInvalid')
  }
  if ((await unit.repository.findManagedObject(managedObjectId)) === undefined) {
    return refused('managedObjectUnknown', { id: managedObjectId })
  }
  if (!(await unit.repository.insertExternalId(externalId, managedObjectId))) {
    return refused('externalIdTaken')
  }
  unit.announce({ kind: 'externalIdAdded', managedObjectId, externalId })
  return done(externalId)
}

/** Stores a free object together with a name of it; where the name is taken, neither. */
export async function createManagedObjectNamed(
  unit: Unit<FindsManagedObjects & SavesManagedObjects & FindsExternalIds & SavesExternalIds>,
  managedObject: NewManagedObject,
  externalId: ExternalId,
): Promise<Result<ManagedObject>> {
  if (!isExternalIdText(externalId.type) || !isExternalIdText(externalId.value)) {
    return refused('externalIdInvalid')
  }
  if ((await unit.repository.findByExternalId(externalId)) !== undefined) {
    return refused('externalIdTaken')
  }
  const created = await createManagedObject(unit, managedObject)
  const added = await addExternalId(unit, created.id, externalId)
  return added.ok ? done(created) : added
}

/** Whether a text can be the type or the value of an external id. */
export function isExternalIdText(text: string): boolean {
  return text.length > 0 && text.length <= externalIdCharactersMax
}

export async function removeExternalId(
  unit: Unit<FindsExternalIds & SavesExternalIds>,
  externalId: ExternalId,
): Promise<Result<undefined>> {
  const managedObjectId = await unit.repository.findByExternalId(externalId)
  if (managedObjectId === undefined) {
    return refused('externalIdUnknown', { type: externalId.type, value: externalId.value })
  }
  await unit.repository.deleteExternalId(externalId)
  unit.announce({ kind: 'externalIdRemoved', managedObjectId, externalId })
  return done(undefined)
}

/** The name under which rows speak of an object: `c8y_Serial`, else any external id. */
export async function preferredExternalId(
  repository: FindsExternalIds,
  id: ManagedObjectId,
): Promise<string | undefined> {
  return preferredOf(await repository.listExternalIds(id))?.value
}

/** Of all external ids of an object the one that it goes by. */
export function preferredOf(externalIds: readonly ExternalId[]): ExternalId | undefined {
  return externalIds.find(({ type }) => type === serialType) ?? externalIds[0]
}
