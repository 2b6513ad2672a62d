import type { Point } from './fragment-charts.ts'

/**
 * At most two points for each of `buckets` equal parts of the time: the lowest and the highest of
 * it, in order of time, so that no peak is lost. Few points stay as they are.
 */
export function decimate(points: readonly Point[], buckets: number): readonly Point[] {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length <= 2 * buckets) return points
  const span = last.at - first.at
  const kept: Point[] = []
  let low = first
  let high = first
  let bucket = 0
  const flush = (): void => {
    if (low === high) kept.push(low)
    else kept.push(...(low.at <= high.at ? [low, high] : [high, low]))
  }
  for (const point of points) {
    const own = Math.min(Math.floor(((point.at - first.at) / span) * buckets), buckets - 1)
    if (own !== bucket) {
      flush()
      bucket = own
      low = point
      high = point
    } else {
      if (point.value < low.value) low = point
      if (point.value >= high.value) high = point
    }
  }
  flush()
  return kept
}
