import type { DeviceLikeness, ManagedObjectId, SearchesDevices } from '@pileus/domain'
import { foldCase } from '../device-likeness.ts'
import { Conditions } from './conditions.ts'
import type { Connection } from './connection.ts'
import type { LongReads } from './long-reads.ts'
import {
  isVisible,
  type ManagedObjectRow,
  managedObjectColumns,
  managedObjectOf,
} from './managed-objects.ts'
import { readPage } from './page.ts'
import type { TenantScope } from './tenant-keys.ts'

/** The devices in the order of their names: `CROSS` keeps SQLite from beginning elsewhere. */
const select = `SELECT ${managedObjectColumns}
  FROM device_names d CROSS JOIN managed_objects m ON m.id = d.managed_object_id`

/** Both are orders of an index, so that a statement ends with the last row that it gives. */
const orders: Readonly<Record<DeviceLikeness, string>> = {
  namePrefix: 'd.name, d.managed_object_id',
  name: 'd.name, d.managed_object_id',
  typePrefix: 'd.type, d.name, d.managed_object_id',
}

export function searchesDevices(
  connection: Connection,
  reads: LongReads,
  scope: TenantScope,
): SearchesDevices {
  const byValue = connection.query<[type: string, value: string, id: number]>(
    `SELECT type, value, managed_object_id FROM external_ids
     WHERE tenant_key = ? AND value = ? ORDER BY position LIMIT ?`,
  )
  return {
    listByExternalIdValue: (value, limit) =>
      byValue.all(scope.key, value, limit).map(([type, found, id]) => ({
        externalId: { type, value: found },
        id: String(id) as ManagedObjectId,
      })),

    async listDevicesLike({ likeness, text, limit, visibleTo }) {
      const conditions = new Conditions().equal('d.tenant_key', scope.key)
      addLikeness(conditions, likeness, foldCase(text))
      if (visibleTo !== undefined) conditions.add(isVisible('m'), visibleTo)
      const page = { offset: 0, limit }
      const rows = await readPage<ManagedObjectRow>(
        reads,
        select,
        conditions,
        orders[likeness],
        page,
      )
      return rows.map(managedObjectOf)
    },
  }
}

function addLikeness(conditions: Conditions, likeness: DeviceLikeness, text: string): void {
  switch (likeness) {
    case 'namePrefix':
      addPrefix(conditions, 'd.name', text)
      return
    case 'name':
      // Looks at every name: asking for the time at each would take longer than comparing it.
      conditions
        .add('(d.managed_object_id % 1024 <> 0 OR within_time(d.managed_object_id))')
        .add('instr(d.name, ?) > 1', text)
      return
    case 'typePrefix':
      addPrefix(conditions, 'd.type', text)
      conditions.add('instr(d.name, ?) = 0', text)
  }
}

/** A range of the index: from the text itself to the last text that begins with it. */
function addPrefix(conditions: Conditions, column: string, text: string): void {
  conditions.add(`${column} >= ?`, text).add(`${column} < ?`, `${text}\u{10ffff}`)
}
