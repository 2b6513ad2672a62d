import type {
  AppendsMeasurements,
  FindsMeasurements,
  Measurement,
  MeasurementFilter,
  TenantReader,
} from '@pileus/domain'
import type { Sequences } from '../sequences.ts'
import { hasSeries } from '../series-match.ts'
import { withOwnFragments } from './json-copy.ts'
import { byTime, isWithin, pageOf } from './order.ts'
import { isOwnSource } from './sources.ts'
import type { TenantTables, TenantView } from './tables.ts'

export function findsMeasurements(view: TenantView): FindsMeasurements {
  return { findMeasurement: (id) => view.measurements.get(id) }
}

export function appendsMeasurements(
  tables: TenantTables,
  sequences: Sequences,
): AppendsMeasurements {
  return {
    insertMeasurement(unnumbered) {
      const id = String(sequences.next('measurement')) as Measurement['id']
      const measurement = withOwnFragments({ ...unnumbered, id })
      tables.measurements.set(id, measurement)
      return measurement
    },

    deleteMeasurement: (id) => tables.measurements.delete(id),
  }
}

export function listsMeasurements(
  view: TenantView,
): Pick<TenantReader, 'listMeasurements' | 'countMeasurements'> {
  return {
    async listMeasurements(filter, page) {
      const ascending = matching(view, filter).sort(byTime)
      return pageOf(filter.revert === true ? ascending.reverse() : ascending, page)
    },
    async countMeasurements(filter) {
      return matching(view, filter).length
    },
  }
}

function matching(view: TenantView, filter: MeasurementFilter): Measurement[] {
  const { sourceId, type, time, valueFragmentType, valueFragmentSeries, visibleTo } = filter
  return [...view.measurements.values()].filter(
    (measurement) =>
      (sourceId === undefined || measurement.sourceId === sourceId) &&
      (type === undefined || measurement.type === type) &&
      isWithin(measurement.time, time) &&
      (valueFragmentType === undefined ||
        Object.hasOwn(measurement.fragments, valueFragmentType)) &&
      (valueFragmentSeries === undefined ||
        hasSeries(measurement.fragments, valueFragmentType, valueFragmentSeries)) &&
      isOwnSource(view, measurement.sourceId, visibleTo),
  )
}
