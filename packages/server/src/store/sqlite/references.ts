import type { FindsReferences, ManagedObjectId, SavesReferences } from '@pileus/domain'
import { agentFragment, deviceChildKinds } from '@pileus/domain'
import type { Connection } from './connection.ts'
import type { TenantScope } from './tenant-keys.ts'

export function findsReferences(connection: Connection, scope: TenantScope): FindsReferences {
  const children = connection.query<[id: number]>(
    `SELECT child_id FROM child_references
     WHERE parent_id = ? AND kind = ? AND tenant_key = ? ORDER BY position`,
  )
  const parents = connection.query<[id: number]>(
    `SELECT parent_id FROM child_references
     WHERE child_id = ? AND kind = ? AND tenant_key = ? ORDER BY position`,
  )
  // UNION keeps each object once per level, however many ways lead to it.
  const levels = connection.query<[levels: number]>(
    `WITH RECURSIVE below (id, level) AS (
       VALUES (?, 1)
       UNION
       SELECT r.child_id, below.level + 1
       FROM below JOIN child_references r ON r.parent_id = below.id
       WHERE r.tenant_key = ? AND below.level < ?
     ) SELECT max(level) FROM below`,
  )
  return {
    listChildren: (parentId, kind) => children.all(Number(parentId), kind, scope.key).map(idOfRow),
    listParents: (childId, kind) => parents.all(Number(childId), kind, scope.key).map(idOfRow),
    countLevels: (id, levelsMax) => levels.get(Number(id), scope.key, levelsMax)?.[0] ?? 1,
  }
}

export function savesReferences(connection: Connection, scope: TenantScope): SavesReferences {
  const insert = connection.command(
    `INSERT INTO child_references (tenant_key, parent_id, kind, child_id) VALUES (?, ?, ?, ?)
     ON CONFLICT (parent_id, kind, child_id) DO NOTHING`,
  )
  const remove = connection.command(
    `DELETE FROM child_references
     WHERE parent_id = ? AND kind = ? AND child_id = ? AND tenant_key = ?`,
  )
  return {
    insertChild: (parentId, kind, childId) =>
      insert(scope.key, Number(parentId), kind, Number(childId)) > 0,
    deleteChild: (parentId, kind, childId) =>
      remove(Number(parentId), kind, Number(childId), scope.key) > 0,
  }
}

const deviceChildKindList = deviceChildKinds.map((kind) => `'${kind}'`).join(', ')

/**
 * A common table `served (id)` of the object given as the first parameter and of the devices and
 * services below it; optionally without other agents' parts. The second is the tenant's key.
 */
export function deviceAndBelow({ entersAgents }: { readonly entersAgents: boolean }): string {
  const isNoAgent = `AND NOT EXISTS (SELECT 1 FROM managed_object_fragments f
    WHERE f.tenant_key = r.tenant_key AND f.fragment = '${agentFragment}'
      AND f.managed_object_id = r.child_id)`
  return `WITH RECURSIVE served (id) AS (
    VALUES (?)
    UNION
    SELECT r.child_id FROM served JOIN child_references r ON r.parent_id = served.id
    WHERE r.kind IN (${deviceChildKindList}) AND r.tenant_key = ? ${entersAgents ? '' : isNoAgent}
  )`
}

function idOfRow([id]: readonly [id: number]): ManagedObjectId {
  return String(id) as ManagedObjectId
}
