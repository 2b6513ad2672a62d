import type { FindsTenants, SavesTenants, Tenant, TenantId } from '@pileus/domain'
import type { Connection } from './connection.ts'

type TenantRow = readonly [
  id: TenantId,
  status: Tenant['status'],
  domain: string | null,
  creationTime: number,
]

const select = 'SELECT tenant_id, status, domain, creation_time FROM tenants'

export function findsTenants(connection: Connection): FindsTenants {
  const byId = connection.query<TenantRow>(`${select} WHERE tenant_id = ?`)
  const all = connection.query<TenantRow>(`${select} ORDER BY tenant_id`)
  return {
    findTenant(id) {
      const row = byId.get(id)
      return row && tenantOf(row)
    },
    listTenants: () => all.all().map(tenantOf),
  }
}

export function savesTenants(connection: Connection): SavesTenants {
  const save = connection.command(
    `INSERT INTO tenants VALUES (?, ?, ?, ?) ON CONFLICT (tenant_id) DO UPDATE SET
       status = excluded.status, domain = excluded.domain, creation_time = excluded.creation_time`,
  )
  return {
    saveTenant({ id, status, domain = null, creationTime }) {
      save(id, status, domain, creationTime)
    },
  }
}

function tenantOf([id, status, domain, creationTime]: TenantRow): Tenant {
  return { id, status, ...(domain !== null && { domain }), creationTime }
}
