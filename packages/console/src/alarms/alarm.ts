import type { AlarmRepresentation } from '@pileus/rest-contract'
import { alarmSeverities } from '../device/alarm-counts.ts'
import type { StatusOf } from '../parts/status-words.ts'
import { statusWords } from '../parts/status-words.ts'

export type Alarm = AlarmRepresentation

/** A status that the console has words for; devices may invent others, which are unresolved. */
export function knownStatus(status: string): StatusOf<'alarmStatus'> | undefined {
  return Object.hasOwn(statusWords.alarmStatus, status)
    ? (status as StatusOf<'alarmStatus'>)
    : undefined
}

/** CLEARED is final: another occurrence is another alarm (device-management §9). */
export function isResolved({ status }: Pick<Alarm, 'status'>): boolean {
  return status === 'CLEARED'
}

export interface AlarmPeriod {
  /** In milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/**
 * From the first occurrence until it was cleared, or until now. When it was cleared is its last
 * change: a cleared alarm rarely changes again.
 */
export function periodOf(
  alarm: Pick<Alarm, 'status' | 'time' | 'firstOccurrenceTime' | 'lastUpdated'>,
  now: number,
): AlarmPeriod {
  const from = Date.parse(alarm.firstOccurrenceTime ?? alarm.time)
  const to = isResolved(alarm) ? Date.parse(alarm.lastUpdated) : now
  // Devices have clocks of their own.
  return { from, to: Math.max(from, to) }
}

const ownMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'type',
  'text',
  'severity',
  'status',
  'time',
  'firstOccurrenceTime',
  'creationTime',
  'lastUpdated',
  'count',
  'source',
  // Every alarm has an empty one, for programs that expect it.
  'history',
])

/** Most urgent first; of one severity in the order of before. */
export function sortBySeverity(alarms: readonly Alarm[]): readonly Alarm[] {
  const rank = (alarm: Alarm): number => alarmSeverities.indexOf(alarm.severity)
  return alarms.toSorted((one, other) => rank(one) - rank(other))
}

/** What the alarm says beyond what every alarm has. */
export function fragmentsOfAlarm(alarm: Alarm): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(alarm).filter(([name]) => !ownMembers.has(name)))
}
