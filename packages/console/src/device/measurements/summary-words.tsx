import { DeviceText } from '../../parts/device-text.tsx'
import type { Series } from './fragment-charts.ts'
import { describeSummary, summarize } from './summary.ts'
import styles from './summary-words.module.css'

/** What the lines show, in words (console §7.5). */
export function SummaryWords({
  id,
  series,
}: {
  readonly id: string
  readonly series: readonly Series[]
}) {
  return (
    <ul id={id} className={styles.summary}>
      {series.map(({ name, unit, points }) => {
        const summary = summarize(points)
        if (summary === undefined) return null
        return (
          <li key={name}>
            <DeviceText>{describeSummary(name, unit, summary)}</DeviceText>
          </li>
        )
      })}
    </ul>
  )
}
