import type { ExternalId, JsonObject, Operation } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import { formatExternalId } from './external-id-representation.ts'
import { externalIdsUrl } from './links.ts'

/** Members of an operation that are no fragments. */
export const operationMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'deviceId',
  'deviceName',
  'agentId',
  'deviceExternalIDs',
  'bulkOperationId',
  'status',
  'failureReason',
  'creationTime',
  'delivery',
])

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
  const { id, deviceId, agentId, status, failureReason, creationTime, fragments } = operation
  return {
    id,
    self: `${baseUrl}/devicecontrol/operations/${id}`,
    deviceId,
    ...(deviceName === undefined ? {} : { deviceName }),
    agentId,
    ...(deviceExternalIds === undefined
      ? {}
      : {
          deviceExternalIDs: {
            externalIds: deviceExternalIds.map((each) => formatExternalId(each, deviceId, baseUrl)),
            self: externalIdsUrl(baseUrl, deviceId),
          },
        }),
    status,
    ...(failureReason === undefined ? {} : { failureReason }),
    creationTime: formatDate(creationTime),
    ...formatDelivery(operation),
    ...fragments,
  }
}

/** Only once a push was attempted. */
function formatDelivery({ delivery: { status, time, log } }: Operation): JsonObject {
  if (log.length === 0) return {}
  return {
    delivery: {
      status,
      time: formatDate(time),
      log: log.map((entry) => ({ status: entry.status, time: formatDate(entry.time) })),
    },
  }
}
