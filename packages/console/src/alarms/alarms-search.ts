import type { AlarmSeverity } from '../device/alarm-counts.ts'
import { alarmSeverities } from '../device/alarm-counts.ts'
import { parsePage } from '../parts/parse-page.ts'

/** Which alarms are shown: all that are not cleared, unless chosen otherwise. */
export const alarmSelections = ['UNRESOLVED', 'ACTIVE', 'ACKNOWLEDGED', 'CLEARED', 'ALL'] as const
export type AlarmSelection = (typeof alarmSelections)[number]

/** What the address says of the tab; defaults are left out (console §2.2). */
export interface AlarmsSearch {
  readonly show?: AlarmSelection
  /** Any of them; absent: all. */
  readonly severity?: readonly AlarmSeverity[]
  readonly page?: number
  /** Id of the alarm that is open. */
  readonly open?: string
}

export function parseAlarmsSearch(search: Readonly<Record<string, unknown>>): AlarmsSearch {
  const asked = [search['severity']].flat()
  const severity = alarmSeverities.filter((each) => asked.includes(each))
  const show = alarmSelections.find((each) => each === search['show'])
  const { open } = search
  return {
    ...(show === undefined || show === 'UNRESOLVED' ? {} : { show }),
    ...(severity.length === 0 ? {} : { severity }),
    ...parsePage(search),
    // The router reads what looks like a number as one.
    ...(typeof open === 'string' || typeof open === 'number' ? { open: String(open) } : {}),
  }
}

export function isUnresolvedOnly(show: AlarmSelection): boolean {
  return show !== 'CLEARED' && show !== 'ALL'
}

/** The filters of `GET /alarm/alarms` for it. */
export function alarmFilters({ show = 'UNRESOLVED', severity = [] }: AlarmsSearch): {
  readonly resolved?: boolean
  readonly status?: readonly string[]
  readonly severity?: readonly AlarmSeverity[]
} {
  const bySeverity = severity.length === 0 ? {} : { severity }
  switch (show) {
    case 'UNRESOLVED':
      return { ...bySeverity, resolved: false }
    case 'CLEARED':
      return { ...bySeverity, resolved: true }
    case 'ALL':
      return bySeverity
    case 'ACTIVE':
    case 'ACKNOWLEDGED':
      return { ...bySeverity, status: [show] }
  }
}
