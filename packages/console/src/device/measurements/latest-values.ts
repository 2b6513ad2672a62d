import type { Reading } from './reading.ts'

export interface LatestValue {
  readonly fragment: string
  readonly series: string
  readonly value: number
  readonly unit: string | undefined
  /** An instant in ms. */
  readonly at: number
}

/** The newest value of each series, by name of fragment and series. Readings in any order. */
export function findLatestValues(readings: readonly Reading[]): readonly LatestValue[] {
  const latest = new Map<string, LatestValue>()
  for (const { at, values } of readings) {
    for (const { fragment, series, value, unit } of values) {
      const key = JSON.stringify([fragment, series])
      const known = latest.get(key)
      if (known !== undefined && known.at > at) continue
      latest.set(key, { fragment, series, value, unit: unit ?? known?.unit, at })
    }
  }
  return [...latest.values()].sort(
    (a, b) => compareNames(a.fragment, b.fragment) || compareNames(a.series, b.series),
  )
}

const { compare: compareNames } = new Intl.Collator('en', { numeric: true })
