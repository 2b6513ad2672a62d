import type { FindsTenantOptions, SavesTenantOptions } from '@pileus/domain'
import type { Connection } from './connection.ts'
import type { TenantScope } from './tenant-keys.ts'

export function findsTenantOptions(connection: Connection, scope: TenantScope): FindsTenantOptions {
  const byKey = connection.query<[value: string]>(
    'SELECT value FROM tenant_options WHERE tenant_key = ? AND category = ? AND key = ?',
  )
  return { findTenantOption: (category, key) => byKey.get(scope.key, category, key)?.[0] }
}

export function savesTenantOptions(connection: Connection, scope: TenantScope): SavesTenantOptions {
  const save = connection.command(
    `INSERT INTO tenant_options VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant_key, category, key) DO UPDATE SET value = excluded.value`,
  )
  return {
    saveTenantOption({ category, key, value }) {
      save(scope.key, category, key, value)
    },
  }
}
