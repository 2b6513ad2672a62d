import type { Point } from './fragment-charts.ts'
import { formatQuantity } from './number-words.ts'

export interface Summary {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly last: number
  readonly trend: Trend
}

export type Trend = 'rising' | 'falling' | 'steady'

/** What there is to say about a series; undefined where it has no points. */
export function summarize(points: readonly Point[]): Summary | undefined {
  const last = points.at(-1)
  if (last === undefined) return undefined
  let min = last.value
  let max = last.value
  let sum = 0
  for (const { value } of points) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
  }
  const mean = sum / points.length
  return { count: points.length, min, max, mean, last: last.value, trend: findTrend(points, mean) }
}

/**
 * Rising or falling when the straight line through the points changes by more than the points
 * usually differ from it (two standard deviations), else steady.
 */
function findTrend(points: readonly Point[], mean: number): Trend {
  const first = points[0]?.at ?? 0
  const span = (points.at(-1)?.at ?? 0) - first
  if (span === 0) return 'steady'
  const middle = points.reduce((sum, { at }) => sum + (at - first), 0) / points.length
  let spread = 0
  let joint = 0
  for (const { at, value } of points) {
    const distance = at - first - middle
    spread += distance * distance
    joint += distance * (value - mean)
  }
  const slope = joint / spread
  const deviations = points.reduce((sum, { at, value }) => {
    const difference = value - (mean + slope * (at - first - middle))
    return sum + difference * difference
  }, 0)
  const change = slope * span
  const noise = 2 * Math.sqrt(deviations / points.length)
  // Numbers that are all the same differ in the last bit from their own mean.
  if (Math.abs(change) <= Math.max(noise, Math.abs(mean) * 1e-9)) return 'steady'
  return change > 0 ? 'rising' : 'falling'
}

/** `T: 3.1 to 5.4 °C, last 4.2 °C, rising.` */
export function describeSummary(
  name: string,
  unit: string | undefined,
  { min, max, last, trend }: Summary,
): string {
  const range =
    min === max
      ? `always ${formatQuantity(min, unit)}`
      : `${formatQuantity(min, undefined)} to ${formatQuantity(max, unit)}, last ${formatQuantity(last, unit)}, ${trend}`
  return `${name}: ${range}.`
}
