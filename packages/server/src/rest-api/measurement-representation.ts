import type { JsonObject, Measurement } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import { managedObjectUrl } from './links.ts'

/** A measurement as clients read it; one that is not stored has no id (rest-api §11.1). */
export function formatMeasurement(
  measurement: Measurement | Omit<Measurement, 'id'>,
  baseUrl: string,
): JsonObject {
  const { sourceId, type, time, fragments } = measurement
  return {
    ...('id' in measurement
      ? { id: measurement.id, self: `${baseUrl}/measurement/measurements/${measurement.id}` }
      : {}),
    type,
    time: formatDate(time),
    source: { id: sourceId, self: managedObjectUrl(baseUrl, sourceId) },
    ...fragments,
  }
}
