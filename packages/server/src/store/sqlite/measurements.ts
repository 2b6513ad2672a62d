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
import { readCount, readPage } from './page.ts'
import type { TenantScope } from './tenant-keys.ts'

type MeasurementRow = readonly [
  id: number,
  sourceId: number,
  time: number,
  type: string,
  fragments: string,
]

const select = 'SELECT m.id, m.source_id, m.time, m.type, m.fragments FROM measurements m'

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
  const remove = connection.command('DELETE FROM measurements WHERE id = ? AND tenant_key = ?')
  return {
    insertMeasurement(unnumbered) {
      const { sourceId, type, time, fragments } = unnumbered
      const number = sequences.next('measurement')
      insert(number, scope.key, Number(sourceId), time, type, JSON.stringify(fragments))
      return { id: String(number) as MeasurementId, sourceId, type, time, fragments }
    },
    deleteMeasurement: (id) => remove(Number(id), scope.key) > 0,
  }
}

export function listsMeasurements(
  reads: LongReads,
  scope: TenantScope,
): Pick<TenantReader, 'listMeasurements' | 'countMeasurements'> {
  return {
    async listMeasurements(filter, page) {
      const order = filter.revert === true ? 'm.time DESC, m.id DESC' : 'm.time, m.id'
      const conditions = conditionsOf(scope, filter)
      const rows = await readPage<MeasurementRow>(reads, select, conditions, order, page)
      return rows.map(measurementOf)
    },
    countMeasurements: (filter) => readCount(reads, 'measurements m', conditionsOf(scope, filter)),
  }
}

function conditionsOf(scope: TenantScope, filter: MeasurementFilter): Conditions {
  const { sourceId, valueFragmentType, valueFragmentSeries } = filter
  const conditions = new Conditions()
    .equal('m.source_id', sourceId && Number(sourceId))
    .equal('m.tenant_key', scope.key)
    .within('m.time', filter.time)
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
