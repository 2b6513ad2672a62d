import { deleteUser } from '@pileus/domain'
import { findVendorName, isJsonMediaType } from '@pileus/rest-contract'
import type { Handlers } from './rest-request.ts'
import { refuse, toRestResult } from './rest-result.ts'
import { formatCurrentUser, formatUser } from './user-representation.ts'

export const userHandlers: Handlers<'getCurrentUser' | 'deleteUser'> = {
  async getCurrentUser({ actor, accept, baseUrl }, { store }) {
    // People may always read themselves; devices need the permission (security §2.4).
    if (actor.kind !== 'person' && !actor.permissions.has('ROLE_USER_MANAGEMENT_OWN_READ')) {
      return refuse('accessDenied')
    }
    const user = await store.reader(actor.tenantId).findUser(actor.userName)
    if (user === undefined) return refuse('credentialsWrong')
    const asUser = findVendorName(accept.find(isJsonMediaType) ?? '') === 'user'
    return {
      ok: true,
      value: asUser
        ? { kind: 'document', body: formatUser(user, baseUrl), mediaTypeName: 'user' }
        : { kind: 'document', body: formatCurrentUser(user, actor, baseUrl) },
    }
  },

  async deleteUser({ actor, params: { tenantId, userName } }, { store, clock }) {
    if (tenantId !== actor.tenantId) return refuse('foreignTenant', { tenantId })
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const user = await unit.repository.findUser(userName)
      if (user === undefined) return refuse('userNotFound', { id: userName })
      const isOwn = user.owner === actor.userName
      if (!isOwn && !actor.permissions.has('ROLE_USER_MANAGEMENT_ADMIN')) {
        return refuse('accessDenied')
      }
      const deleted = toRestResult(await deleteUser(unit, userName))
      return deleted.ok ? { ok: true, value: { kind: 'empty' } } : deleted
    })
  },
}
