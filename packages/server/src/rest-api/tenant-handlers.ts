import type { JsonObject } from '@pileus/domain'
import { managementTenant } from '@pileus/domain'
import type { Handlers } from './rest-request.ts'

export const tenantHandlers: Handlers<'getCurrentTenant'> = {
  async getCurrentTenant({ actor, query, baseUrl }, { store }) {
    const tenant = await store.instanceReader.findTenant(actor.tenantId)
    const body: JsonObject = {
      name: actor.tenantId,
      domainName: tenant?.domain ?? new URL(baseUrl).hostname,
      allowCreateTenants: false,
      customProperties: {},
      applications: { references: [] },
      ...(query.withParent === true && actor.tenantId !== managementTenant
        ? { parent: managementTenant }
        : {}),
      self: `${baseUrl}/tenant/currentTenant`,
    }
    return { ok: true, value: { kind: 'document', body } }
  },
}
