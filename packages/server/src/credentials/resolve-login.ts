import { bootstrapUserName, managementTenant, parseTenantId, type TenantId } from '@pileus/domain'

/** What a login says about whose it is. */
export interface LoginName {
  /** `<tenantId>/<userName>` or `<userName>` as sent; the latter where `tenantId` is given. */
  readonly userName: string
  /** The part before the `/`, where the channel has split it off. */
  readonly tenantId?: string | undefined
  readonly channel: 'mqtt' | 'rest'
  /** Host that the client asked for: `Host` header or TLS server name; with or without port. */
  readonly host?: string | undefined
}

export interface ResolvedLogin {
  /** `undefined` when no tenant can be told. */
  readonly tenantId: TenantId | undefined
  /** Without tenant. */
  readonly userName: string
}

/**
 * Tells the tenant of a login, whether it exists or not: the prefix of the user name, else the
 * host, else the default tenant.
 *
 * Over REST the bootstrap user is one, whatever tenant stands before it (rest-api §2.1).
 *
 * @see security §1.4 rows 2, 5, 6, 7
 */
export function resolveLogin(
  login: LoginName,
  tenants: {
    tenantOfHost(host: string): TenantId | undefined
    readonly defaultTenant: TenantId | undefined
  },
): ResolvedLogin {
  const slash = login.tenantId === undefined ? login.userName.indexOf('/') : -1
  const userName = login.userName.slice(slash + 1)
  const prefix = slash < 0 ? login.tenantId : login.userName.slice(0, slash)
  if (login.channel === 'rest' && userName === bootstrapUserName) {
    return { tenantId: managementTenant, userName }
  }
  if (prefix !== undefined) return { tenantId: parseTenantId(prefix), userName }
  const host = login.host === undefined ? '' : hostNameOf(login.host)
  return { tenantId: tenants.tenantOfHost(host) ?? tenants.defaultTenant, userName }
}

/** Lower case, without port: `Iot.Example:8080` is `iot.example`. */
export function hostNameOf(host: string): string {
  return host.toLowerCase().replace(/:\d{0,5}$/, '')
}
