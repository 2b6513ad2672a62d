import type { Point, Series } from './fragment-charts.ts'

/** One row of times for all series: `null` ends a line, `undefined` says nothing about a series. */
export interface PlotData {
  readonly times: readonly number[]
  readonly columns: readonly (readonly (number | null | undefined)[])[]
  /** Of each series, the places of points that no line reaches: they are drawn as points. */
  readonly isolated: readonly (readonly number[])[]
}

/** A pause longer than so many usual ones is a gap, not a line (console §5.2). */
const gapFactor = 3
/**
 * What is usual: the median of the pauses around, so many on each side. Of all of them would make
 * a cloud of dots of the slow part where a device has begun to send faster.
 */
const pausesAround = 4

/** Pairs of neighbours with a gap between them, by the place of the first. */
export function findGaps(points: readonly Point[]): ReadonlySet<number> {
  const pauses = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at))
  const gaps = pauses.flatMap((pause, index) => {
    const around = pauses.slice(Math.max(index - pausesAround, 0), index + pausesAround + 1)
    return pause > gapFactor * median(around) ? [index] : []
  })
  return new Set(gaps)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const low = sorted[Math.floor(middle)] ?? 0
  const high = sorted[Math.ceil(middle)] ?? 0
  return (low + high) / 2
}

/** Puts the series side by side, each with the ends of its lines. */
export function alignSeries(series: readonly Pick<Series, 'points'>[]): PlotData {
  const marked = series.map(({ points }) => ({ points, gaps: findGaps(points) }))
  const times = new Set<number>()
  for (const { points, gaps } of marked) {
    points.forEach(({ at }, index) => {
      times.add(at)
      if (gaps.has(index)) times.add(middleOf(points, index))
    })
  }
  const sorted = [...times].sort((a, b) => a - b)
  const places = new Map(sorted.map((at, place) => [at, place]))
  const columns: (number | null | undefined)[][] = []
  const isolated: number[][] = []
  for (const { points, gaps } of marked) {
    const column = Array.from<number | null | undefined>({ length: sorted.length })
    const alone: number[] = []
    points.forEach(({ at, value }, index) => {
      const place = places.get(at) ?? 0
      column[place] = value
      const begins = index === 0 || gaps.has(index - 1)
      const ends = index === points.length - 1 || gaps.has(index)
      if (begins && ends) alone.push(place)
      if (gaps.has(index)) column[places.get(middleOf(points, index)) ?? 0] ??= null
    })
    columns.push(column)
    isolated.push(alone)
  }
  return { times: sorted, columns, isolated }
}

function middleOf(points: readonly Point[], index: number): number {
  const at = points[index]?.at ?? 0
  return (at + (points[index + 1]?.at ?? at)) / 2
}
