import type { TimeRange } from './time-range.ts'
import { formatTimeRange, parseTimeRange } from './time-range.ts'

/** What the address says of the tab (console §2.2). */
export interface MeasurementsSearch {
  readonly range: TimeRange
  readonly isPaused: boolean
  /** Keys of the charts that are shown as tables. */
  readonly tables: readonly string[]
  /** `chart series` of the lines that are not as they begin. */
  readonly flipped: readonly string[]
}

/** More than that of an address is not read. */
const entriesMax = 50

export function parseMeasurementsSearch(
  search: Readonly<Record<string, unknown>>,
): MeasurementsSearch {
  return {
    range: parseTimeRange(search),
    isPaused: search['paused'] === true,
    tables: parseTexts(search['tables']),
    flipped: parseTexts(search['flipped']),
  }
}

/** Defaults are left out. */
export function formatMeasurementsSearch({
  range,
  isPaused,
  tables,
  flipped,
}: MeasurementsSearch): Readonly<Record<string, unknown>> {
  return {
    ...formatTimeRange(range),
    ...(isPaused ? { paused: true } : {}),
    ...(tables.length === 0 ? {} : { tables }),
    ...(flipped.length === 0 ? {} : { flipped }),
  }
}

/** The list without the entry, or with it if it was not there. */
export function toggleEntry(list: readonly string[], entry: string): readonly string[] {
  const others = list.filter((each) => each !== entry)
  return others.length === list.length ? [...list, entry].slice(-entriesMax) : others
}

function parseTexts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value.filter((each) => typeof each === 'string').slice(0, entriesMax)
}
