import type { Reading } from './reading.ts'

/** What is drawn at most: the newest ones of a range that has more (console §5.2). */
export const readingsMax = 5_000

export interface ReadingWindow {
  /** The oldest first. */
  readonly readings: readonly Reading[]
  /** Whether the range has older ones that were not read. */
  readonly isTruncated: boolean
}

/**
 * Puts what was read last into the window: each measurement once, in order of time, without what
 * has left the range (`from`, an instant in ms), and without the oldest beyond `readingsMax`.
 */
export function updateWindow(
  window: ReadingWindow,
  added: readonly Reading[],
  from: number,
): ReadingWindow {
  const { readings } = window
  const merged = added.length === 0 ? readings : mergeReadings(readings, added)
  const first = merged.findIndex(({ at }) => at >= from)
  const inRange = first === -1 ? [] : first === 0 ? merged : merged.slice(first)
  const isFull = inRange.length > readingsMax
  if (inRange === readings && !isFull) return window
  return {
    readings: isFull ? inRange.slice(-readingsMax) : inRange,
    // What was missing before the oldest one is missing until that one has left the range.
    isTruncated: isFull || (window.isTruncated && first === 0),
  }
}

function mergeReadings(
  readings: readonly Reading[],
  added: readonly Reading[],
): readonly Reading[] {
  const known = new Set(readings.map(({ id }) => id))
  const fresh = new Map(added.filter(({ id }) => !known.has(id)).map((each) => [each.id, each]))
  if (fresh.size === 0) return readings
  return [...readings, ...fresh.values()].sort((a, b) => a.at - b.at)
}
