import { Link } from '@tanstack/react-router'
import { DeviceText } from '../../parts/device-text.tsx'
import { StatusChip } from '../../parts/status-chip.tsx'
import { Time } from '../../parts/time.tsx'
import { alarmSeverities } from '../alarm-counts.ts'
import { useOpenAlarms } from '../device-data.ts'
import type { DeviceTabProps } from '../device-tabs.tsx'
import { Card } from './card.tsx'
import styles from './short-list.module.css'

const shownMax = 5

/** The unresolved alarms, the most urgent first. */
export function OpenAlarms({ device: { id } }: DeviceTabProps) {
  const { data } = useOpenAlarms(id)
  if (data === undefined) return null
  const sorted = alarmSeverities.flatMap((severity) =>
    data.filter((alarm) => alarm.severity === severity),
  )
  return (
    <Card
      title="Unresolved alarms"
      testId="open-alarms"
      action={
        <Link to="/devices/$id/{-$tab}" params={{ id, tab: 'alarms' }}>
          {sorted.length > shownMax ? `All ${sorted.length}` : 'Alarms'}
        </Link>
      }
    >
      {sorted.length === 0 ? (
        <p className={styles.none}>None.</p>
      ) : (
        <ul className={styles.list}>
          {sorted.slice(0, shownMax).map(({ id: alarmId, severity, text, time }) => (
            <li key={alarmId} className={styles.item}>
              <StatusChip concept="alarmSeverity" status={severity} />
              <span className={styles.words}>
                <DeviceText linesMax={2}>{text}</DeviceText>
              </span>
              <span className={styles.time}>
                <Time value={time} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
