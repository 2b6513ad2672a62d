import { parseInstant } from '../../parts/local-time.ts'

/** What is shown: the time up to now, or between two instants in ms (console §3.8). */
export type TimeRange =
  | { readonly kind: 'last'; readonly preset: PresetId }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const presets = [
  { id: '5m', label: '5 min', ms: 5 * minuteMs },
  { id: '15m', label: '15 min', ms: 15 * minuteMs },
  { id: '1h', label: '1 h', ms: hourMs },
  { id: '6h', label: '6 h', ms: 6 * hourMs },
  { id: '24h', label: '24 h', ms: dayMs },
  { id: '7d', label: '7 d', ms: 7 * dayMs },
] as const

export type PresetId = (typeof presets)[number]['id']

export const lastHour: TimeRange = { kind: 'last', preset: '1h' }

export interface TimeBounds {
  readonly from: number
  readonly to: number
}

export function boundsOf(range: TimeRange, now: number): TimeBounds {
  if (range.kind === 'between') return { from: range.from, to: range.to }
  return { from: now - durationOf(range.preset), to: now }
}

/**
 * Until when the range is read, an instant in ms. Clocks of devices may be ahead, but not by more
 * than the range is long: a single measurement of the year 2100 would make all others one point.
 */
export function endOf(range: TimeRange, { from, to }: TimeBounds): number {
  return range.kind === 'last' ? to + (to - from) : to
}

function durationOf(id: PresetId): number {
  return presets.find((preset) => preset.id === id)?.ms ?? hourMs
}

/** From the address: `range=15m`, or `from` and `to` as ISO 8601; the last hour unless they fit. */
export function parseTimeRange(search: Readonly<Record<string, unknown>>): TimeRange {
  const from = parseInstant(search['from'])
  const to = parseInstant(search['to'])
  if (from !== undefined && to !== undefined && from < to) return { kind: 'between', from, to }
  const preset = presets.find(({ id }) => id === search['range'])
  return preset === undefined ? lastHour : { kind: 'last', preset: preset.id }
}

/** The way back; nothing for the last hour. */
export function formatTimeRange(range: TimeRange): Readonly<Record<string, string>> {
  if (range.kind === 'last') return range.preset === '1h' ? {} : { range: range.preset }
  return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() }
}
