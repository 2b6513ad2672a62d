import type { MeasurementRepresentation } from '@pileus/rest-contract'

/** A measurement with the numbers that are in it; `at` is an instant in ms. */
export interface Reading {
  readonly id: string
  readonly at: number
  readonly values: readonly SeriesValue[]
}

export interface SeriesValue {
  readonly fragment: string
  readonly series: string
  readonly value: number
  readonly unit?: string
}

/** What of one measurement can be drawn; the rest of it is not read. */
const valuesMax = 200

/** A series is a member of a fragment that has a number as `value` (rest-api §11.1). */
export function parseReading(measurement: MeasurementRepresentation): Reading {
  const values: SeriesValue[] = []
  for (const [fragment, content] of Object.entries(measurement)) {
    if (!isObject(content)) continue
    for (const [series, member] of Object.entries(content)) {
      if (!isObject(member) || typeof member['value'] !== 'number') continue
      const { value, unit } = member
      const unitMember = typeof unit === 'string' && unit !== '' ? { unit } : {}
      if (values.length < valuesMax) values.push({ fragment, series, value, ...unitMember })
    }
  }
  return { id: measurement.id, at: Date.parse(measurement.time), values }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
