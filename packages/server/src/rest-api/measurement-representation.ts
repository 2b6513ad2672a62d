import type { JsonObject, Measurement } from '@pileus/domain'
import { documentOfMeasurement } from '@pileus/domain'
import { managedObjectUrl } from './links.ts'

/** A measurement as clients read it; one that is not stored has no id (rest-api §11.1). */
export function formatMeasurement(
  measurement: Measurement | Omit<Measurement, 'id'>,
  baseUrl: string,
): JsonObject {
  const { sourceId } = measurement
  return {
    ...documentOfMeasurement(measurement),
    ...('id' in measurement
      ? { self: `${baseUrl}/measurement/measurements/${measurement.id}` }
      : {}),
    source: { id: sourceId, self: managedObjectUrl(baseUrl, sourceId) },
  }
}
