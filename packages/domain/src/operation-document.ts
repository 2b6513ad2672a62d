import type { Instant } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Delivery, Operation } from './model.ts'

/**
 * An operation as every door shows it: what REST answers, what devices get as JSON, what response
 * templates are applied to. Links and the delivery are added by those who show them.
 *
 * @see rest-api §14.1, json-mqtt §7
 */
export function documentOfOperation(
  { id, deviceId, agentId, status, failureReason, creationTime, fragments }: Operation,
  deviceName: string | undefined,
): JsonObject {
  return {
    id,
    deviceId,
    ...(deviceName === undefined ? {} : { deviceName }),
    agentId,
    status,
    ...(failureReason === undefined ? {} : { failureReason }),
    creationTime: textOf(creationTime),
    ...fragments,
  }
}

/** Member `delivery` of an operation (registration §8.3). */
export function documentOfDelivery({ status, time, log }: Delivery): JsonObject {
  return {
    status,
    time: textOf(time),
    log: log.map((entry) => ({ status: entry.status, time: textOf(entry.time) })),
  }
}

/** ISO 8601 in UTC with milliseconds. */
function textOf(instant: Instant): string {
  return new Date(instant).toISOString()
}
