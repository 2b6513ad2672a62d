import { whenThere } from './eventually.ts'
import type { Instant, ManagedObjectId, MeasurementId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Measurement, ProcessingMode } from './model.ts'
import type { AppendsMeasurements, Eventually, Unit } from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

export interface NewMeasurement {
  readonly sourceId: ManagedObjectId
  readonly type: string
  readonly time: Instant
  readonly fragments: JsonObject
}

/** Whether data of this mode is kept; the rest is only told to listeners (mqtt-endpoint §9). */
export function isStored(mode: ProcessingMode): boolean {
  return mode === 'PERSISTENT' || mode === 'QUIESCENT'
}

/** Records a measurement of a source that the caller has found in this unit. */
export function createMeasurement(
  unit: Unit<AppendsMeasurements>,
  measurement: NewMeasurement,
  mode: ProcessingMode,
): Eventually<Measurement | NewMeasurement> {
  // walk: uplink 8
  const recorded = isStored(mode) ? unit.repository.insertMeasurement(measurement) : measurement
  return whenThere<Measurement | NewMeasurement, Measurement | NewMeasurement>(
    recorded,
    (created) => {
      unit.announce({ kind: 'measurementCreated', measurement: created, mode })
      return created
    },
  )
}

export async function deleteMeasurement(
  unit: Unit<AppendsMeasurements>,
  measurementId: MeasurementId,
): Promise<Result<undefined>> {
  if (!(await unit.repository.deleteMeasurement(measurementId))) {
    return refused('measurementUnknown', { id: measurementId })
  }
  unit.announce({ kind: 'measurementDeleted', measurementId })
  return done(undefined)
}
