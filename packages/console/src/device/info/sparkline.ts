import { decimate } from '../measurements/decimate.ts'
import type { Point } from '../measurements/fragment-charts.ts'
import { findGaps } from '../measurements/plot-data.ts'
import type { TimeBounds } from '../measurements/time-range.ts'

export interface SparklineSize {
  readonly width: number
  readonly height: number
}

/** What the line stays away from the upper and lower edge. */
const margin = 3

/**
 * The path of a small line over the whole time of `bounds`; it breaks at gaps. A value that is
 * always the same runs in the middle.
 */
export function sparklinePath(
  points: readonly Point[],
  { from, to }: TimeBounds,
  { width, height }: SparklineSize,
): string {
  const gaps = findGaps(points)
  const afterGap = new Set(points.filter((_, index) => gaps.has(index - 1)))
  const values = points.map(({ value }) => value)
  // In halves, since the difference of two numbers may be more than a number can be.
  const min = Math.min(...values) / 2
  const span = Math.max(...values) / 2 - min
  return splitAt(points, afterGap)
    .map((part) => {
      const steps = decimate(part, width).map(({ at, value }) => {
        const x = ((at - from) / (to - from)) * width
        const share = span === 0 ? 0.5 : (value / 2 - min) / span
        return `${round(x)} ${round(margin + (1 - share) * (height - 2 * margin))}`
      })
      // A point alone is a line of no length, which round ends make a dot.
      return `M${steps.join('L')}${steps.length === 1 ? 'h0' : ''}`
    })
    .join('')
}

function splitAt(
  points: readonly Point[],
  begins: ReadonlySet<Point>,
): readonly (readonly Point[])[] {
  const parts: Point[][] = []
  for (const point of points) {
    const present = parts.at(-1)
    if (present === undefined || begins.has(point)) parts.push([point])
    else present.push(point)
  }
  return parts
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
