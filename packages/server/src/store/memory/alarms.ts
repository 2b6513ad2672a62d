import type { Alarm, AlarmFilter, FindsAlarms, SavesAlarms, TenantReader } from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import type { Sequences } from '../sequences.ts'
import { withOwnFragments } from './json-copy.ts'
import { byTime, isWithin, isWithinExclusive, pageOf } from './order.ts'
import { isOwnSource } from './sources.ts'
import type { TenantTables, TenantView } from './tables.ts'

export function findsAlarms(view: TenantView): FindsAlarms {
  return {
    findAlarm: (id) => view.alarms.get(id),
    listUnresolvedAlarms: (sourceId, type) =>
      matching(view, { sourceId, types: [type], resolved: false })
        .sort(byTime)
        .reverse(),
  }
}

export function savesAlarms(tables: TenantTables, sequences: Sequences): SavesAlarms {
  return {
    insertAlarm(unnumbered) {
      const id = String(sequences.next('alarm')) as Alarm['id']
      const alarm = withOwnFragments({ ...unnumbered, id })
      tables.alarms.set(id, alarm)
      return alarm
    },

    saveAlarm(alarm) {
      if (tables.alarms.get(alarm.id) === undefined) {
        throw new InternalError(`Alarm ${alarm.id} was saved before it was inserted.`)
      }
      tables.alarms.set(alarm.id, withOwnFragments(alarm))
    },
  }
}

export function listsAlarms(view: TenantView): Pick<TenantReader, 'listAlarms' | 'countAlarms'> {
  return {
    async listAlarms(filter, page) {
      const ascending = matching(view, filter).sort(byTime)
      return pageOf(filter.revert === true ? ascending : ascending.reverse(), page)
    },
    async countAlarms(filter) {
      return matching(view, filter).length
    },
  }
}

function matching(view: TenantView, filter: AlarmFilter): Alarm[] {
  const { sourceId, types, severities, time, created, lastUpdated, visibleTo } = filter
  return [...view.alarms.values()].filter(
    (alarm) =>
      (sourceId === undefined || alarm.sourceId === sourceId) &&
      (types === undefined || types.includes(alarm.type)) &&
      (severities === undefined || severities.includes(alarm.severity)) &&
      hasStatus(alarm, filter) &&
      isWithin(alarm.time, time) &&
      isWithinExclusive(alarm.creationTime, created) &&
      isWithinExclusive(alarm.lastUpdated, lastUpdated) &&
      isOwnSource(view, alarm.sourceId, visibleTo),
  )
}

/** `resolved` beats `statuses` (rest-api §13.2). */
function hasStatus({ status }: Alarm, { resolved, statuses }: AlarmFilter): boolean {
  if (resolved !== undefined) return (status === 'CLEARED') === resolved
  return statuses === undefined || statuses.includes(status)
}
