import { statusWords } from '../parts/status-words.ts'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './alarm-count-chips.module.css'
import type { AlarmCounts } from './alarm-counts.ts'
import { alarmSeverities } from './alarm-counts.ts'

/** Unresolved alarms by severity, those that there are: shape, number and, where it fits, word. */
export function AlarmCountChips({
  counts,
  hasWords = false,
}: {
  readonly counts: AlarmCounts
  readonly hasWords?: boolean
}) {
  const shown = alarmSeverities.filter((severity) => counts[severity] > 0)
  if (shown.length === 0) return null
  return (
    <ul className={styles.chips}>
      {shown.map((severity) => {
        const { word, icon, tone } = statusWords.alarmSeverity[severity]
        return (
          <li key={severity} className={classes(styles.chip, styles[tone])}>
            <Icon name={icon} />
            {counts[severity].toLocaleString()}{' '}
            <span className={hasWords ? undefined : 'visually-hidden'}>{word.toLowerCase()}</span>
          </li>
        )
      })}
    </ul>
  )
}
