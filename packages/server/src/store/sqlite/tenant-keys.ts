import type { TenantId } from '@pileus/domain'
import type { Connection } from './connection.ts'

/** A tenant and the small number that stands for it in every table. */
export interface TenantScope {
  readonly tenantId: TenantId
  /** 0, which no row has, until the tenant has stored something. */
  key: number
}

/** The numbers of all tenants, held in memory; a new one is part of the transaction it came in. */
export class TenantKeys {
  readonly #scopes = new Map<TenantId, TenantScope>()
  readonly #connection: Connection
  #fresh: TenantScope[] = []

  constructor(connection: Connection) {
    this.#connection = connection
    const stored = connection.query<[tenantId: TenantId, key: number]>(
      'SELECT tenant_id, tenant_key FROM tenant_keys',
    )
    for (const [tenantId, key] of stored.all()) this.#scopes.set(tenantId, { tenantId, key })
  }

  scopeOf(tenantId: TenantId): TenantScope {
    let scope = this.#scopes.get(tenantId)
    if (scope === undefined) {
      scope = { tenantId, key: 0 }
      this.#scopes.set(tenantId, scope)
    }
    return scope
  }

  /** Numbers the tenant inside the open transaction, unless it has a number. */
  ensureKey(scope: TenantScope): void {
    if (scope.key !== 0) return
    const insert = this.#connection.query<[key: number]>(
      'INSERT INTO tenant_keys (tenant_id) VALUES (?) RETURNING tenant_key',
    )
    scope.key = insert.get(scope.tenantId)?.[0] ?? 0
    this.#fresh.push(scope)
  }

  commit(): void {
    if (this.#fresh.length > 0) this.#fresh = []
  }

  rollback(): void {
    for (const scope of this.#fresh) scope.key = 0
    this.#fresh = []
  }
}
