import type { Series } from './fragment-charts.ts'

/** One line for each instant, one column for each series; times in ISO 8601 with zone (§3.8). */
export function formatCsv(series: readonly Series[]): string {
  const head = ['time', ...series.map(({ name, unit }) => (unit ? `${name} (${unit})` : name))]
  const lines = listMoments(series).map(({ at, values }) => [
    new Date(at).toISOString(),
    ...values.map((value) => (value === undefined ? '' : String(value))),
  ])
  return [head.map(formatCell), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** What was measured at one instant; undefined for the series that were not. */
export interface Moment {
  readonly at: number
  readonly values: readonly (number | undefined)[]
}

/** Every instant at which one of the series has a point, the oldest first. */
export function listMoments(series: readonly Pick<Series, 'points'>[]): readonly Moment[] {
  const moments = new Map<number, (number | undefined)[]>()
  series.forEach(({ points }, index) => {
    for (const { at, value } of points) {
      const values = moments.get(at) ?? Array.from({ length: series.length }, () => undefined)
      values[index] = value
      moments.set(at, values)
    }
  })
  return [...moments].map(([at, values]) => ({ at, values })).sort((a, b) => a.at - b.at)
}

/**
 * A text as one cell. What a spreadsheet would take for a formula is made text by a `'`
 * (console §3.2); numbers are not texts and stay as they are, also negative ones.
 */
export function formatCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A name for the file: what is no letter or digit of the names becomes `-`. */
export function csvFileName(...names: readonly string[]): string {
  const plain = names.map((name) => name.replace(/[^\p{L}\p{N}_]+/gu, '-').slice(0, 60))
  return `${plain.join('-')}.csv`
}
