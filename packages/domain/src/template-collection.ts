import { createManagedObjectNamed } from './identity.ts'
import type { JsonObject } from './json.ts'
import type { ExternalId, ManagedObject } from './model.ts'
import type { Actor } from './permissions.ts'
import type {
  FindsExternalIds,
  FindsManagedObjects,
  FindsTenantOptions,
  SavesExternalIds,
  SavesManagedObjects,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

// How a template collection lies in the inventory: an object with this fragment, known by its X-ID
// under this type of external id. The object's own type is for people and consoles.
// @see smartrest-templates §1

export const templateCollectionType = 'c8y_SmartRest2Template'
/** Type of the external id whose value is the X-ID. */
export const xIdType = 'c8y_SmartRest2DeviceIdentifier'
/** Holds the request and the response templates. */
export const templatesFragment = 'com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate'

/** Collections of one tenant (security §10.2). */
export const templateCollectionsMax = 1000

/** The name by which an X-ID lies in the identity service. */
export function externalIdOfCollection(xId: string): ExternalId {
  return { type: xIdType, value: xId }
}

/**
 * Whether the actor may define collections over MQTT: administrators of the inventory always,
 * devices unless the tenant does not want it.
 *
 * @see smartrest-templates §2, security §2.8
 */
export async function mayDefineCollections(
  repository: FindsTenantOptions,
  { permissions, kind }: Actor,
): Promise<boolean> {
  if (permissions.has('ROLE_INVENTORY_ADMIN')) return true
  if (kind !== 'device') return false
  const option = await repository.findTenantOption('smartrest', 'device-templates')
  return (option ?? 'true') === 'true'
}

/**
 * Refuses what would define or change a collection in passing: over MQTT one comes into being on
 * `s/ut` only, and never changes. `present` is the object that the document changes.
 *
 * @see smartrest-templates §2
 */
export function checkNoCollection(
  document: JsonObject,
  present?: ManagedObject,
): Result<undefined> {
  const isTouched =
    Object.hasOwn(document, templatesFragment) ||
    (present !== undefined && Object.hasOwn(present.fragments, templatesFragment))
  return isTouched ? refused('collectionNotChangeable') : done(undefined)
}

/**
 * Stores a definition that has been found valid, with its X-ID, both or neither. What exists is
 * never changed: of two who define the same one is refused.
 *
 * @see smartrest-templates §1, §2
 */
export async function createTemplateCollection(
  unit: Unit<FindsManagedObjects & SavesManagedObjects & FindsExternalIds & SavesExternalIds>,
  owner: string,
  xId: string,
  templates: JsonObject,
): Promise<Result<ManagedObject>> {
  const externalId = externalIdOfCollection(xId)
  if ((await unit.repository.findByExternalId(externalId)) !== undefined) {
    return refused('collectionExists')
  }
  const managedObject = {
    type: templateCollectionType,
    name: xId,
    owner,
    fragments: { [templatesFragment]: templates },
  }
  return createManagedObjectNamed(unit, managedObject, externalId)
}
