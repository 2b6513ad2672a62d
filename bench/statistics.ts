/** What is said about several measurements of the same thing. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The middle value, or the mean of the two in the middle; `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  if (sorted.length % 2 === 1) return upper
  return ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** How long something took, told by the values that are usually asked for. */
export interface Latencies {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Times in ms, in any order; `NaN` of none. */
export function summarizeLatencies(timesMs: readonly number[] | Float64Array): Latencies {
  const sorted = Float64Array.from(timesMs).sort()
  return {
    count: sorted.length,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    maxMs: percentile(sorted, 100),
  }
}

/**
 * The smallest value that at least `percent` of the values do not exceed (nearest rank), so it
 * is always one that was measured. `sorted` ascends; `percent` is above 0, up to 100.
 */
export function percentile(sorted: Float64Array, percent: number): number {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN
}
