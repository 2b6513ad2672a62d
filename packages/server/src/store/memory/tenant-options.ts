import type { FindsTenantOptions, SavesTenantOptions } from '@pileus/domain'
import { compositeKey, type TenantTables, type TenantView } from './tables.ts'

export function findsTenantOptions(view: TenantView): FindsTenantOptions {
  return {
    findTenantOption: (category, key) => view.tenantOptions.get(compositeKey(category, key))?.value,
  }
}

export function savesTenantOptions(tables: TenantTables): SavesTenantOptions {
  return {
    saveTenantOption(option) {
      tables.tenantOptions.set(compositeKey(option.category, option.key), option)
    },
  }
}
