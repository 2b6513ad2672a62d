import type { JsonObject, JsonValue, ManagedObject, TenantId } from '@pileus/domain'
import { templateCollectionsMax, templateCollectionType, templatesFragment } from '@pileus/domain'
import type { RestPlatform } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuseAsInvalid } from './rest-result.ts'

/** Finds what is wrong with the definition of a template collection, for people. */
export type FindsTemplatesFault = (templates: JsonValue) => string | undefined

/**
 * Refuses an object that would be a template collection with a fault: one of that type, or with that
 * fragment. `stored` is the object that the body changes. Devices send rows by what is stored here,
 * so half a collection must not exist.
 *
 * @see smartrest-templates §1, §2.1
 */
export async function checkTemplates(
  { store, findTemplatesFault }: Pick<RestPlatform, 'store' | 'findTemplatesFault'>,
  tenantId: TenantId,
  body: JsonObject,
  stored?: ManagedObject,
): Promise<RestResult<undefined>> {
  const isGiven = Object.hasOwn(body, templatesFragment)
  if (!isGiven && body.type !== templateCollectionType) return accepted
  const present = stored?.fragments[templatesFragment]
  const templates = (isGiven ? body[templatesFragment] : present) ?? null
  if (templates === null && (body.type ?? stored?.type) !== templateCollectionType) return accepted
  const fault = findTemplatesFault(templates)
  if (fault !== undefined) return refuseAsInvalid(`Member '${templatesFragment}': ${fault}.`)
  if (present !== undefined) return accepted
  const filter = { fragmentType: templatesFragment }
  return (await store.reader(tenantId).countManagedObjects(filter)) < templateCollectionsMax
    ? accepted
    : refuseAsInvalid(`A tenant can have ${templateCollectionsMax} template collections.`)
}

const accepted: RestResult<undefined> = { ok: true, value: undefined }
