import type { Moment } from './csv.ts'
import type { Series } from './fragment-charts.ts'
import { formatInstant } from './instant-words.ts'
import { formatQuantity } from './number-words.ts'
import type { Summary } from './summary.ts'
import { summarize } from './summary.ts'

export interface CursorView {
  readonly series: readonly Series[]
  /** Of these series, the oldest first. */
  readonly moments: readonly Moment[]
  /** -1 while the cursor is nowhere. */
  readonly place: number
  readonly anchor: number | undefined
}

/** The cursor as it is spoken. */
export function describeCursor({ series, moments, place, anchor }: CursorView): string {
  const moment = moments[place]
  if (moment === undefined) {
    const points = moments.length === 1 ? '1 point' : `${moments.length} points`
    return `${points}; arrow keys show their values`
  }
  if (anchor === undefined || anchor === place) {
    const values = series.flatMap(({ name, unit }, index) => {
      const value = moment.values[index]
      return value === undefined ? [] : [`${name} ${formatQuantity(value, unit)}`]
    })
    return `${formatInstant(moment.at)}: ${values.join(', ')}`
  }
  const [from, to] = selectionOf(moments, place, anchor)
  const summaries = summarizeSelection(series, from, to).map(
    ({ name, unit, summary: { min, max, mean } }) =>
      `${name} ${formatQuantity(min, undefined)} to ${formatQuantity(max, unit)}, mean ${formatQuantity(mean, unit)}`,
  )
  return `${formatInstant(from)} to ${formatInstant(to)} selected: ${summaries.join('; ')}`
}

/** First and last instant of the selection. */
export function selectionOf(
  moments: readonly Moment[],
  place: number,
  anchor: number,
): readonly [from: number, to: number] {
  const from = moments[Math.min(place, anchor)]?.at ?? 0
  const to = moments[Math.max(place, anchor)]?.at ?? 0
  return [from, to]
}

/** The series that have points between the two instants, with what there is to say about those. */
export function summarizeSelection(
  series: readonly Series[],
  from: number,
  to: number,
): readonly {
  readonly name: string
  readonly unit: string | undefined
  readonly summary: Summary
}[] {
  return series.flatMap(({ name, unit, points }) => {
    const summary = summarize(points.filter(({ at }) => at >= from && at <= to))
    return summary === undefined ? [] : [{ name, unit, summary }]
  })
}
