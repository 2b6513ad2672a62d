import type {
  ExternalId,
  FindsExternalIds,
  ManagedObjectId,
  SavesExternalIds,
} from '@pileus/domain'
import type { Connection } from './connection.ts'
import type { TenantScope } from './tenant-keys.ts'
import type { WriterCaches } from './writer-caches.ts'

const selectByExternalId = `SELECT managed_object_id FROM external_ids
  WHERE tenant_key = ? AND type = ? AND value = ?`

export function findsExternalIds(connection: Connection, scope: TenantScope): FindsExternalIds {
  const byExternalId = connection.query<[id: number]>(selectByExternalId)
  const ofObject = connection.query<[type: string, value: string]>(
    `SELECT type, value FROM external_ids
     WHERE managed_object_id = ? AND tenant_key = ? ORDER BY position`,
  )
  return {
    findByExternalId({ type, value }) {
      const row = byExternalId.get(scope.key, type, value)
      return row && idOf(row[0])
    },
    listExternalIds: (id) =>
      ofObject.all(Number(id), scope.key).map(([type, value]) => ({ type, value })),
  }
}

export function findsExternalIdsCached(
  connection: Connection,
  scope: TenantScope,
  { externalIds }: WriterCaches,
): FindsExternalIds {
  const byExternalId = connection.query<[id: number]>(selectByExternalId)
  return {
    ...findsExternalIds(connection, scope),
    findByExternalId(externalId) {
      const key = externalIdKey(scope, externalId)
      const cached = externalIds.get(key)
      if (cached !== undefined) return cached
      const row = byExternalId.get(scope.key, externalId.type, externalId.value)
      if (row === undefined) return undefined
      const id = idOf(row[0])
      externalIds.set(key, id, 1)
      return id
    },
  }
}

export function savesExternalIds(
  connection: Connection,
  scope: TenantScope,
  { externalIds }: WriterCaches,
): SavesExternalIds {
  const insert = connection.command(
    `INSERT INTO external_ids (tenant_key, type, value, managed_object_id) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant_key, type, value) DO NOTHING`,
  )
  const remove = connection.command(
    'DELETE FROM external_ids WHERE tenant_key = ? AND type = ? AND value = ?',
  )
  return {
    insertExternalId(externalId, id) {
      const { type, value } = externalId
      if (insert(scope.key, type, value, Number(id)) === 0) return false
      externalIds.set(externalIdKey(scope, externalId), id, 1)
      return true
    },
    deleteExternalId(externalId) {
      externalIds.delete(externalIdKey(scope, externalId))
      return remove(scope.key, externalId.type, externalId.value) > 0
    },
  }
}

/** The length keeps type and value apart, whatever characters they contain. */
function externalIdKey(scope: TenantScope, { type, value }: ExternalId): string {
  return `${scope.key}:${type.length}:${type}${value}`
}

function idOf(number: number): ManagedObjectId {
  return String(number) as ManagedObjectId
}
