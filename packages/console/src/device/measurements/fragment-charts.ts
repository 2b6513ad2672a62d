import type { Reading } from './reading.ts'

export interface Point {
  /** An instant in ms. */
  readonly at: number
  readonly value: number
}

export interface Series {
  readonly name: string
  /** The one that it was last sent with. */
  readonly unit: string | undefined
  /** The oldest first. */
  readonly points: readonly Point[]
}

/** The series that are drawn together: those of one fragment, in at most two units. */
export interface Chart {
  /** Unique among the charts of a device. */
  readonly key: string
  readonly fragment: string
  readonly series: readonly Series[]
}

const unitsMax = 2

/** One chart a fragment; units beyond the second have one of their own (console §7.5). */
export function collectCharts(readings: readonly Reading[]): readonly Chart[] {
  const charts: Chart[] = []
  for (const [fragment, series] of [...collectSeries(readings)].sort(byName)) {
    const sorted = [...series.values()].sort((a, b) => compareNames(a.name, b.name))
    const units = [...new Set(sorted.map(({ unit }) => unit))]
    const together = new Set(units.slice(0, unitsMax))
    charts.push({ key: fragment, fragment, series: sorted.filter((s) => together.has(s.unit)) })
    for (const unit of units.slice(unitsMax)) {
      const own = sorted.filter((each) => each.unit === unit)
      charts.push({ key: `${fragment} ${unit ?? ''}`, fragment, series: own })
    }
  }
  return charts
}

interface GrowingSeries {
  readonly name: string
  unit: string | undefined
  readonly points: Point[]
}

function collectSeries(readings: readonly Reading[]): Map<string, Map<string, GrowingSeries>> {
  const fragments = new Map<string, Map<string, GrowingSeries>>()
  for (const { at, values } of readings) {
    for (const { fragment, series: name, value, unit } of values) {
      const ofFragment = fragments.get(fragment) ?? new Map<string, GrowingSeries>()
      fragments.set(fragment, ofFragment)
      const series = ofFragment.get(name) ?? { name, unit, points: [] }
      ofFragment.set(name, series)
      series.unit = unit ?? series.unit
      series.points.push({ at, value })
    }
  }
  return fragments
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareNames(a, b)
}

const { compare: compareNames } = new Intl.Collator('en', { numeric: true })
