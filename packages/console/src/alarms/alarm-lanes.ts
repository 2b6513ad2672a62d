import type { AlarmSeverity } from '../device/alarm-counts.ts'
import { alarmSeverities } from '../device/alarm-counts.ts'
import type { Alarm, AlarmPeriod } from './alarm.ts'
import { periodOf } from './alarm.ts'

/** When there was at least one unresolved alarm of a severity. */
export interface AlarmLane {
  readonly severity: AlarmSeverity
  /** In order of time, apart from each other, within the range. */
  readonly periods: readonly AlarmPeriod[]
  readonly totalMs: number
}

/** One lane for each severity that had alarms in the range, most urgent first. */
export function buildAlarmLanes(
  alarms: readonly Alarm[],
  range: AlarmPeriod,
): readonly AlarmLane[] {
  return alarmSeverities.flatMap((severity) => {
    const periods = uniteNeighbours(
      alarms
        .filter((alarm) => alarm.severity === severity)
        .map((alarm) => periodOf(alarm, range.to))
        .filter(({ from, to }) => to >= range.from && from < range.to)
        .map(({ from, to }) => ({
          from: Math.max(from, range.from),
          to: Math.min(to, range.to),
        })),
    )
    const totalMs = periods.reduce((sum, { from, to }) => sum + to - from, 0)
    return periods.length === 0 ? [] : [{ severity, periods, totalMs }]
  })
}

function uniteNeighbours(periods: readonly AlarmPeriod[]): readonly AlarmPeriod[] {
  const united: AlarmPeriod[] = []
  for (const period of periods.toSorted((one, other) => one.from - other.from)) {
    const last = united.at(-1)
    if (last !== undefined && period.from <= last.to) {
      united[united.length - 1] = { from: last.from, to: Math.max(last.to, period.to) }
    } else {
      united.push(period)
    }
  }
  return united
}
