import type { AlarmRepresentation } from '@pileus/rest-contract'

export type AlarmSeverity = AlarmRepresentation['severity']

/** Most urgent first. */
export const alarmSeverities = [
  'CRITICAL',
  'MAJOR',
  'MINOR',
  'WARNING',
] as const satisfies readonly AlarmSeverity[]

export type AlarmCounts = Readonly<Record<AlarmSeverity, number>>

export function countAlarms(alarms: readonly Pick<AlarmRepresentation, 'severity'>[]): AlarmCounts {
  const counts = { CRITICAL: 0, MAJOR: 0, MINOR: 0, WARNING: 0 }
  for (const { severity } of alarms) counts[severity] += 1
  return counts
}

/** By the id of the device; devices without alarms are not in it. */
export function countAlarmsBySource(
  alarms: readonly Pick<AlarmRepresentation, 'severity' | 'source'>[],
): ReadonlyMap<string, AlarmCounts> {
  const bySource = Map.groupBy(alarms, ({ source }) => source.id)
  return new Map([...bySource].map(([id, ofDevice]) => [id, countAlarms(ofDevice)]))
}
