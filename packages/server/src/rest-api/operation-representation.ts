import type { ExternalId, JsonObject, Operation } from '@pileus/domain'
import { documentOfDelivery, documentOfOperation } from '@pileus/domain'
import { formatExternalId } from './external-id-representation.ts'
import { externalIdsUrl } from './links.ts'

/** What only some representations show. */
export interface OperationSurroundings {
  readonly deviceName: string | undefined
  /** Where asked for by agent: how that agent knows the device. */
  readonly deviceExternalIds?: readonly ExternalId[]
}

/** An operation as clients read it (rest-api §14.1). */
export function formatOperation(
  operation: Operation,
  { deviceName, deviceExternalIds }: OperationSurroundings,
  baseUrl: string,
): JsonObject {
  const { id, deviceId, delivery } = operation
  return {
    ...documentOfOperation(operation, deviceName),
    self: `${baseUrl}/devicecontrol/operations/${id}`,
    ...(deviceExternalIds === undefined
      ? {}
      : {
          deviceExternalIDs: {
            externalIds: deviceExternalIds.map((each) => formatExternalId(each, deviceId, baseUrl)),
            self: externalIdsUrl(baseUrl, deviceId),
          },
        }),
    // Only once a push was attempted.
    ...(delivery.log.length === 0 ? {} : { delivery: documentOfDelivery(delivery) }),
  }
}
