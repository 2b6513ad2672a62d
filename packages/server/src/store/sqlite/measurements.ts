import type { SQLInputValue } from 'node:sqlite'
import type {
  AppendsMeasurements,
  FindsMeasurements,
  ManagedObjectId,
  Measurement,
  MeasurementFilter,
  MeasurementId,
  TenantReader,
} from '@pileus/domain'
import type { Sequences } from '../sequences.ts'
import { Conditions } from './conditions.ts'
import type { Connection } from './connection.ts'
import { parseStored } from './json-text.ts'
import type { LongReads } from './long-reads.ts'
import type { TenantScope } from './tenant-keys.ts'

type MeasurementRow = readonly [
  id: number,
  sourceId: number,
  time: number,
  type: string,
  fragments: string,
]

const select = 'SELECT m.id, m.source_id, m.time, m.type, m.fragments FROM measurements m'

/** Measurements in the index; the columns are its own where it has them, so that its order counts. */
const selectIndexed = `SELECT i.measurement_id AS id, i.source_id, i.time, m.type, m.fragments
  FROM measurement_index i CROSS JOIN measurements m ON m.id = i.measurement_id`

/** Measurements that the index does not have yet. */
const isUnindexed = 'm.id > (SELECT indexed_id FROM measurement_index_end)'

export function findsMeasurements(connection: Connection, scope: TenantScope): FindsMeasurements {
  const byId = connection.query<MeasurementRow>(`${select} WHERE m.id = ? AND m.tenant_key = ?`)
  return {
    findMeasurement(id) {
      const row = byId.get(Number(id), scope.key)
      return row && measurementOf(row)
    },
  }
}

export function appendsMeasurements(
  connection: Connection,
  scope: TenantScope,
  sequences: Sequences,
): AppendsMeasurements {
  const insert = connection.command('INSERT INTO measurements VALUES (?, ?, ?, ?, ?, ?)')
  const remove = connection.query<[sourceId: number, time: number]>(
    'DELETE FROM measurements WHERE id = ? AND tenant_key = ? RETURNING source_id, time',
  )
  const removeFromIndex = connection.command(
    'DELETE FROM measurement_index WHERE source_id = ? AND time = ? AND measurement_id = ?',
  )
  return {
    insertMeasurement(unnumbered) {
      const { sourceId, type, time, fragments } = unnumbered
      const number = sequences.next('measurement')
      // walk: uplink 9
      insert(number, scope.key, Number(sourceId), time, type, JSON.stringify(fragments))
      return { id: String(number) as MeasurementId, sourceId, type, time, fragments }
    },

    deleteMeasurement(id) {
      const row = remove.get(Number(id), scope.key)
      if (row !== undefined) removeFromIndex(...row, Number(id))
      return row !== undefined
    },
  }
}

/** Deletes all measurements of a source. */
export function removesMeasurementsOf(connection: Connection): (sourceId: number) => void {
  const commands = [
    `DELETE FROM measurements AS m WHERE m.source_id = ? AND ${isUnindexed}`,
    `DELETE FROM measurements WHERE id IN
       (SELECT measurement_id FROM measurement_index WHERE source_id = ?)`,
    'DELETE FROM measurement_index WHERE source_id = ?',
  ].map((sql) => connection.command(sql))
  return (sourceId) => {
    for (const command of commands) command(sourceId)
  }
}

export function listsMeasurements(
  reads: LongReads,
  scope: TenantScope,
): Pick<TenantReader, 'listMeasurements' | 'countMeasurements'> {
  return {
    async listMeasurements(filter, page) {
      const { sql, parameters } = selectMatching(scope, filter)
      const direction = filter.revert === true ? 'DESC' : 'ASC'
      const rows = await reads.read<MeasurementRow>(
        `${sql} ORDER BY time ${direction}, id ${direction} LIMIT ? OFFSET ?`,
        [...parameters, page.limit, page.offset],
      )
      return rows.map(measurementOf)
    },

    async countMeasurements(filter) {
      const { sql, parameters } = selectMatching(scope, filter)
      const [row] = await reads.read<[count: number]>(`SELECT count(*) FROM (${sql})`, parameters)
      return row?.[0] ?? 0
    },
  }
}

/**
 * All that meet the filter. Of one source they are found in two parts, each in the order of its
 * own, which SQLite merges.
 */
function selectMatching(
  scope: TenantScope,
  filter: MeasurementFilter,
): { readonly sql: string; readonly parameters: readonly SQLInputValue[] } {
  const { sourceId } = filter
  if (sourceId === undefined) {
    const conditions = conditionsOf(scope, filter, 'm.time')
    return { sql: `${select} ${conditions.sql}`, parameters: conditions.parameters }
  }
  const indexed = conditionsOf(scope, filter, 'i.time').equal('i.source_id', Number(sourceId))
  const unindexed = conditionsOf(scope, filter, 'm.time')
    .equal('m.source_id', Number(sourceId))
    .add(isUnindexed)
  return {
    sql: `${selectIndexed} ${indexed.sql} UNION ALL ${select} ${unindexed.sql}`,
    parameters: [...indexed.parameters, ...unindexed.parameters],
  }
}

function conditionsOf(
  scope: TenantScope,
  filter: MeasurementFilter,
  timeColumn: string,
): Conditions {
  const { valueFragmentType, valueFragmentSeries } = filter
  const conditions = new Conditions()
    .equal('m.tenant_key', scope.key)
    .within(timeColumn, filter.time)
    .equal('m.type', filter.type)
    .sourceOwnedBy('m.source_id', filter.visibleTo)
  if (valueFragmentSeries === undefined) conditions.hasMember('m.fragments', valueFragmentType)
  else {
    const fragment = valueFragmentType ?? null
    conditions.add('has_series(m.fragments, ?, ?)', fragment, valueFragmentSeries)
  }
  return conditions.add('within_time(m.id)')
}

function measurementOf([id, sourceId, time, type, fragments]: MeasurementRow): Measurement {
  return {
    id: String(id) as MeasurementId,
    sourceId: String(sourceId) as ManagedObjectId,
    type,
    time,
    fragments: parseStored(fragments),
  }
}
