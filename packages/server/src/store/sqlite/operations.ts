import type {
  FindsOperations,
  ManagedObjectId,
  Operation,
  OperationFilter,
  OperationId,
  OperationStatus,
  SavesOperations,
  TenantReader,
} from '@pileus/domain'
import { InternalError } from '../../platform-error.ts'
import { standardOperationMembers } from '../operation-members.ts'
import type { Sequences } from '../sequences.ts'
import { Conditions } from './conditions.ts'
import type { Connection } from './connection.ts'
import { parseStored } from './json-text.ts'
import type { LongReads } from './long-reads.ts'
import { readCount, readPage } from './page.ts'
import { deviceAndBelow } from './references.ts'
import type { TenantScope } from './tenant-keys.ts'

type OperationRow = readonly [
  id: number,
  deviceId: number,
  agentId: number,
  status: OperationStatus,
  creationTime: number,
  failureReason: string | null,
  delivery: string,
  fragments: string,
  statusChanges: string,
]

const select = `SELECT o.id, o.device_id, o.agent_id, o.status, o.creation_time, o.failure_reason,
  o.delivery, o.fragments, o.status_changes FROM operations o`

export function findsOperations(connection: Connection, scope: TenantScope): FindsOperations {
  const byId = connection.query<OperationRow>(`${select} WHERE o.id = ? AND o.tenant_key = ?`)
  const ofDevice = (condition: string) =>
    connection.query<OperationRow>(
      `${select} WHERE o.device_id = ? AND o.status = ? AND o.tenant_key = ? ${condition}
       ORDER BY o.creation_time, o.id LIMIT ?`,
    )
  const inStatus = ofDevice('')
  const withReason = ofDevice('AND o.failure_reason IS NOT NULL')
  const withFragment = ofDevice('AND EXISTS (SELECT 1 FROM json_each(o.fragments) WHERE key = ?)')
  // CROSS JOIN keeps the order of the tables: a few devices, then the index of each.
  const pendingBelow = connection.query<OperationRow>(
    `${deviceAndBelow({ entersAgents: false })}
     ${select.replace('FROM operations o', 'FROM served CROSS JOIN operations o')}
     WHERE o.device_id = served.id AND o.status = 'PENDING' AND o.tenant_key = ?
       AND (o.creation_time, o.id) > (?, ?)
     ORDER BY o.creation_time, o.id LIMIT ?`,
  )

  function rowsOfDevice(
    device: number,
    status: string,
    fragment: string | undefined,
    limit: number,
  ) {
    if (fragment === undefined || standardOperationMembers.has(fragment)) {
      return inStatus.all(device, status, scope.key, limit)
    }
    if (fragment === 'failureReason') return withReason.all(device, status, scope.key, limit)
    return withFragment.all(device, status, scope.key, fragment, limit)
  }

  return {
    findOperation(id) {
      const row = byId.get(Number(id), scope.key)
      return row && operationOf(row)
    },

    listOperationsOfDevice: ({ deviceId, status, fragment, limit }) =>
      rowsOfDevice(Number(deviceId), status, fragment, limit).map(operationOf),

    listPendingOperationsBelow({ rootId, after, limit }) {
      const from = after?.creationTime ?? Number.MIN_SAFE_INTEGER
      const root = Number(rootId)
      return pendingBelow
        .all(root, scope.key, scope.key, from, Number(after?.id ?? 0), limit)
        .map(operationOf)
    },
  }
}

export function savesOperations(
  connection: Connection,
  scope: TenantScope,
  sequences: Sequences,
): SavesOperations {
  const insert = connection.command('INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const update = connection.command(
    `UPDATE operations SET device_id = ?, agent_id = ?, status = ?, creation_time = ?,
       failure_reason = ?, delivery = ?, fragments = ?, status_changes = ? WHERE id = ? AND tenant_key = ?`,
  )
  return {
    insertOperation(unnumbered) {
      const number = sequences.next('operation')
      insert(number, scope.key, ...valuesOf(unnumbered))
      return { ...unnumbered, id: String(number) as OperationId }
    },

    saveOperation(operation) {
      if (update(...valuesOf(operation), Number(operation.id), scope.key) === 0) {
        throw new InternalError(`Operation ${operation.id} was saved before it was inserted.`)
      }
    },
  }
}

function valuesOf(operation: Omit<Operation, 'id'>) {
  return [
    Number(operation.deviceId),
    Number(operation.agentId),
    operation.status,
    operation.creationTime,
    operation.failureReason ?? null,
    JSON.stringify(operation.delivery),
    JSON.stringify(operation.fragments),
    JSON.stringify(operation.statusChanges),
  ]
}

export function listsOperations(
  reads: LongReads,
  scope: TenantScope,
): Pick<TenantReader, 'listOperations' | 'countOperations'> {
  return {
    async listOperations(filter, page) {
      const order = filter.revert === true ? 'o.id DESC' : 'o.id'
      const conditions = conditionsOf(scope, filter)
      const rows = await readPage<OperationRow>(reads, select, conditions, order, page)
      return rows.map(operationOf)
    },
    countOperations: (filter) => readCount(reads, 'operations o', conditionsOf(scope, filter)),
  }
}

function conditionsOf(scope: TenantScope, filter: OperationFilter): Conditions {
  const { deviceId, agentId } = filter
  const conditions = new Conditions()
    .equal('o.tenant_key', scope.key)
    .equal('o.device_id', deviceId && Number(deviceId))
    .oneOf('o.status', filter.statuses)
    .within('o.creation_time', filter.creationTime)
    .hasMember('o.fragments', filter.fragmentType)
    .sourceOwnedBy('o.device_id', filter.visibleTo)
  if (agentId !== undefined) {
    const served = `${deviceAndBelow({ entersAgents: true })} SELECT id FROM served`
    conditions.add(`o.device_id IN (${served})`, Number(agentId), scope.key)
  }
  return conditions.add('within_time(o.id)')
}

function operationOf(row: OperationRow): Operation {
  const [id, deviceId, agentId, status, creationTime, failureReason, ...documents] = row
  const [delivery, fragments, statusChanges] = documents
  return {
    id: String(id) as OperationId,
    deviceId: String(deviceId) as ManagedObjectId,
    agentId: String(agentId) as ManagedObjectId,
    status,
    creationTime,
    statusChanges: parseStored(statusChanges),
    ...(failureReason !== null && { failureReason }),
    delivery: parseStored(delivery),
    fragments: parseStored(fragments),
  }
}
