import { statusWords } from '../parts/status-words.ts'
import { useClock } from '../parts/time.tsx'
import { formatDuration } from '../parts/time-words.ts'
import { Icon } from '../visual/icon.tsx'
import type { Alarm } from './alarm.ts'
import styles from './alarm-history.module.css'
import { buildAlarmLanes } from './alarm-lanes.ts'
import { useAlarmHistory } from './alarms-data.ts'
import { alarmsWords } from './alarms-words.ts'

const words = alarmsWords.history
const daysBack = 7
const dayMs = 24 * 60 * 60_000

export interface AlarmHistoryProps {
  readonly deviceId: string
  /** They may not have changed for longer than the history goes back. */
  readonly unresolved: readonly Alarm[] | undefined
}

/**
 * When there were unresolved alarms of each severity, as bars over the last days; beside each how
 * long and how often, so that nothing is said by the picture alone.
 */
export function AlarmHistory({ deviceId, unresolved = [] }: AlarmHistoryProps) {
  const changed = useAlarmHistory(deviceId, daysBack).data
  // A bar moves by less than a pixel in a minute.
  const to = useClock((now) => Math.ceil(now / 60_000) * 60_000)
  if (changed === undefined) return null
  const range = { from: to - daysBack * dayMs, to }
  const byId = new Map([...unresolved, ...changed].map((alarm) => [alarm.id, alarm]))
  const lanes = buildAlarmLanes([...byId.values()], range)
  const share = (at: number): number => ((at - range.from) / (range.to - range.from)) * 1000
  const midnights = listMidnights(range)
  return (
    <section className={styles.history} aria-labelledby="alarm-history">
      <h2 id="alarm-history" className={styles.title}>
        {words.title}
      </h2>
      {lanes.length === 0 ? (
        <p className={styles.none}>{words.none}</p>
      ) : (
        <div className={styles.lanes}>
          <dl className={styles.list}>
            {lanes.map(({ severity, periods, totalMs }) => {
              const { word, icon, tone } = statusWords.alarmSeverity[severity]
              return (
                <div key={severity} className={styles.lane}>
                  <dt className={styles.name}>
                    <span className={styles[tone]}>
                      <Icon name={icon} />
                    </span>
                    {word}
                  </dt>
                  <dd className={styles.bars}>
                    <svg
                      className={styles[tone]}
                      viewBox="0 0 1000 16"
                      preserveAspectRatio="none"
                      aria-hidden="true"
                      focusable="false"
                    >
                      {midnights.map((at) => (
                        <line
                          key={at}
                          className={styles.midnight}
                          x1={share(at)}
                          x2={share(at)}
                          y1="0"
                          y2="16"
                        />
                      ))}
                      {periods.map((period) => (
                        <rect
                          key={period.from}
                          x={share(period.from)}
                          // What was short is still to be seen.
                          width={Math.max(3, share(period.to) - share(period.from))}
                          y="2"
                          height="12"
                          fill="currentColor"
                        />
                      ))}
                    </svg>
                  </dd>
                  <dd className={styles.total}>
                    {words.lane(formatDuration(totalMs), periods.length)}
                  </dd>
                </div>
              )
            })}
          </dl>
          <div className={styles.axis} aria-hidden="true">
            <div className={styles.days}>
              {midnights.map((at) => (
                <span key={at} className={styles.day} style={{ left: `${share(at) / 10}%` }}>
                  {weekday.format(at)}
                </span>
              ))}
            </div>
          </div>
        </div>
      )}
    </section>
  )
}

const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })

/** Local midnights in the range, not all of them 24 hours apart. */
function listMidnights({ from, to }: { readonly from: number; readonly to: number }): number[] {
  const midnights: number[] = []
  const next = new Date(from)
  next.setHours(24, 0, 0, 0)
  while (next.getTime() < to) {
    midnights.push(next.getTime())
    next.setDate(next.getDate() + 1)
  }
  return midnights
}
