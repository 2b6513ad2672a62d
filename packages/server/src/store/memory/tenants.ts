import type { FindsTenants, SavesTenants } from '@pileus/domain'
import type { InstanceTables, InstanceView } from './tables.ts'

export function findsTenants(view: InstanceView): FindsTenants {
  return {
    findTenant: (id) => view.tenants.get(id),
    listTenants: () =>
      [...view.tenants.values()].sort((left, right) => (left.id < right.id ? -1 : 1)),
  }
}

export function savesTenants(tables: InstanceTables): SavesTenants {
  return {
    saveTenant(tenant) {
      tables.tenants.set(tenant.id, tenant)
    },
  }
}
