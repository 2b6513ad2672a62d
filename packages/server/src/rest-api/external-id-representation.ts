import type { ExternalId, JsonObject, ManagedObjectId } from '@pileus/domain'
import { externalIdUrl, managedObjectUrl } from './links.ts'

/** An external id as clients read it (rest-api §10). */
export function formatExternalId(
  externalId: ExternalId,
  managedObjectId: ManagedObjectId,
  baseUrl: string,
): JsonObject {
  return {
    type: externalId.type,
    externalId: externalId.value,
    managedObject: { id: managedObjectId, self: managedObjectUrl(baseUrl, managedObjectId) },
    self: externalIdUrl(baseUrl, externalId),
  }
}
