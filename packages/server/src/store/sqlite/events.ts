import type {
  DeviceEvent,
  EventFilter,
  EventId,
  FindsEvents,
  ManagedObjectId,
  SavesEvents,
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

type EventRow = readonly [
  id: number,
  sourceId: number,
  type: string,
  text: string,
  time: number,
  creationTime: number,
  lastUpdated: number,
  fragments: string,
]

const select = `SELECT e.id, e.source_id, e.type, e.text, e.time, e.creation_time, e.last_updated,
  e.fragments FROM events e`

export function findsEvents(connection: Connection, scope: TenantScope): FindsEvents {
  const byId = connection.query<EventRow>(`${select} WHERE e.id = ? AND e.tenant_key = ?`)
  const latest = connection.query<EventRow>(
    `${select} WHERE e.source_id = ? AND e.type = ? AND e.tenant_key = ?
     ORDER BY e.time DESC, e.id DESC LIMIT 1`,
  )
  return {
    findEvent(id) {
      const row = byId.get(Number(id), scope.key)
      return row && eventOf(row)
    },
    findLatestEvent(sourceId, type) {
      const row = latest.get(Number(sourceId), type, scope.key)
      return row && eventOf(row)
    },
  }
}

export function savesEvents(
  connection: Connection,
  scope: TenantScope,
  sequences: Sequences,
): SavesEvents {
  const insert = connection.command('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const update = connection.command(
    `UPDATE events SET source_id = ?, type = ?, text = ?, time = ?, creation_time = ?,
       last_updated = ?, fragments = ? WHERE id = ? AND tenant_key = ?`,
  )
  const remove = connection.command('DELETE FROM events WHERE id = ? AND tenant_key = ?')
  return {
    insertEvent(unnumbered) {
      const number = sequences.next('event')
      const { sourceId, type, text, time, creationTime, lastUpdated } = unnumbered
      const fragments = JSON.stringify(unnumbered.fragments)
      const source = Number(sourceId)
      insert(number, scope.key, source, type, text, time, creationTime, lastUpdated, fragments)
      return { ...unnumbered, id: String(number) as EventId }
    },

    saveEvent(event) {
      const { id, sourceId, type, text, time, creationTime, lastUpdated } = event
      const fragments = JSON.stringify(event.fragments)
      const values = [Number(sourceId), type, text, time, creationTime, lastUpdated, fragments]
      if (update(...values, Number(id), scope.key) === 0) {
        throw new InternalError(`Event ${id} was saved before it was inserted.`)
      }
    },

    deleteEvent: (id) => remove(Number(id), scope.key) > 0,
  }
}

export function listsEvents(
  reads: LongReads,
  scope: TenantScope,
): Pick<TenantReader, 'listEvents' | 'countEvents'> {
  return {
    async listEvents(filter, page) {
      const order = filter.revert === true ? 'e.time, e.id' : 'e.time DESC, e.id DESC'
      const conditions = conditionsOf(scope, filter)
      const rows = await readPage<EventRow>(reads, select, conditions, order, page)
      return rows.map(eventOf)
    },
    countEvents: (filter) => readCount(reads, 'events e', conditionsOf(scope, filter)),
  }
}

function conditionsOf(scope: TenantScope, filter: EventFilter): Conditions {
  return new Conditions()
    .equal('e.source_id', filter.sourceId && Number(filter.sourceId))
    .equal('e.tenant_key', scope.key)
    .equal('e.type', filter.type)
    .within('e.time', filter.time)
    .withinExclusive('e.creation_time', filter.created)
    .withinExclusive('e.last_updated', filter.lastUpdated)
    .hasMember('e.fragments', filter.fragmentType)
    .sourceOwnedBy('e.source_id', filter.visibleTo)
    .add('within_time(e.id)')
}

function eventOf(row: EventRow): DeviceEvent {
  const [id, sourceId, type, text, time, creationTime, lastUpdated, fragments] = row
  return {
    id: String(id) as EventId,
    sourceId: String(sourceId) as ManagedObjectId,
    type,
    text,
    time,
    creationTime,
    lastUpdated,
    fragments: parseStored(fragments),
  }
}
