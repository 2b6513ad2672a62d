import type {
  Alarm,
  AlarmFilter,
  AlarmId,
  AlarmSeverity,
  FindsAlarms,
  ManagedObjectId,
  SavesAlarms,
  TenantReader,
} from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import type { Sequences } from '../sequences.ts'
import { Conditions } from './conditions.ts'
import type { Connection } from './connection.ts'
import { parseStored } from './json-text.ts'
import type { LongReads } from './long-reads.ts'
import { readCount, readPage } from './page.ts'
import type { TenantScope } from './tenant-keys.ts'

type AlarmRow = readonly [
  id: number,
  sourceId: number,
  type: string,
  text: string,
  severity: AlarmSeverity,
  status: string,
  time: number,
  count: number,
  firstOccurrenceTime: number,
  creationTime: number,
  lastUpdated: number,
  fragments: string,
]

const select = `SELECT a.id, a.source_id, a.type, a.text, a.severity, a.status, a.time, a.count,
  a.first_occurrence_time, a.creation_time, a.last_updated, a.fragments FROM alarms a`

export function findsAlarms(connection: Connection, scope: TenantScope): FindsAlarms {
  const byId = connection.query<AlarmRow>(`${select} WHERE a.id = ? AND a.tenant_key = ?`)
  const unresolved = connection.query<AlarmRow>(
    `${select} WHERE a.source_id = ? AND a.type = ? AND a.status <> 'CLEARED' AND a.tenant_key = ?
     ORDER BY a.time DESC, a.id DESC`,
  )
  return {
    findAlarm(id) {
      const row = byId.get(Number(id), scope.key)
      return row && alarmOf(row)
    },
    listUnresolvedAlarms: (sourceId, type) =>
      unresolved.all(Number(sourceId), type, scope.key).map(alarmOf),
  }
}

export function savesAlarms(
  connection: Connection,
  scope: TenantScope,
  sequences: Sequences,
): SavesAlarms {
  const insert = connection.command(
    'INSERT INTO alarms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const update = connection.command(
    `UPDATE alarms SET source_id = ?, type = ?, text = ?, severity = ?, status = ?, time = ?,
       count = ?, first_occurrence_time = ?, creation_time = ?, last_updated = ?, fragments = ?
     WHERE id = ? AND tenant_key = ?`,
  )
  return {
    insertAlarm(unnumbered) {
      const number = sequences.next('alarm')
      insert(number, scope.key, ...valuesOf(unnumbered))
      return { ...unnumbered, id: String(number) as AlarmId }
    },

    saveAlarm(alarm) {
      if (update(...valuesOf(alarm), Number(alarm.id), scope.key) === 0) {
        throw new InternalError(`Alarm ${alarm.id} was saved before it was inserted.`)
      }
    },
  }
}

function valuesOf(alarm: Omit<Alarm, 'id'>) {
  return [
    Number(alarm.sourceId),
    alarm.type,
    alarm.text,
    alarm.severity,
    alarm.status,
    alarm.time,
    alarm.count,
    alarm.firstOccurrenceTime,
    alarm.creationTime,
    alarm.lastUpdated,
    JSON.stringify(alarm.fragments),
  ]
}

export function listsAlarms(
  reads: LongReads,
  scope: TenantScope,
): Pick<TenantReader, 'listAlarms' | 'countAlarms'> {
  return {
    async listAlarms(filter, page) {
      const order = filter.revert === true ? 'a.time, a.id' : 'a.time DESC, a.id DESC'
      const conditions = conditionsOf(scope, filter)
      const rows = await readPage<AlarmRow>(reads, select, conditions, order, page)
      return rows.map(alarmOf)
    },
    countAlarms: (filter) => readCount(reads, 'alarms a', conditionsOf(scope, filter)),
  }
}

function conditionsOf(scope: TenantScope, filter: AlarmFilter): Conditions {
  const { resolved, statuses } = filter
  const conditions = new Conditions()
    .equal('a.source_id', filter.sourceId && Number(filter.sourceId))
    .equal('a.tenant_key', scope.key)
    .oneOf('a.type', filter.types)
    .oneOf('a.severity', filter.severities)
    .within('a.time', filter.time)
    .withinExclusive('a.creation_time', filter.created)
    .withinExclusive('a.last_updated', filter.lastUpdated)
    .sourceOwnedBy('a.source_id', filter.visibleTo)
  // `resolved` beats `statuses` (rest-api §13.2).
  if (resolved === undefined) conditions.oneOf('a.status', statuses)
  else conditions.add(resolved ? "a.status = 'CLEARED'" : "a.status <> 'CLEARED'")
  return conditions.add('within_time(a.id)')
}

function alarmOf(row: AlarmRow): Alarm {
  const [id, sourceId, type, text, severity, status, time, count, ...rest] = row
  const [firstOccurrenceTime, creationTime, lastUpdated, fragments] = rest
  return {
    id: String(id) as AlarmId,
    sourceId: String(sourceId) as ManagedObjectId,
    type,
    text,
    severity,
    status,
    time,
    count,
    firstOccurrenceTime,
    creationTime,
    lastUpdated,
    fragments: parseStored(fragments),
  }
}
