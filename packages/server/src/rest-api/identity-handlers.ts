import type { Actor, ExternalId, ManagedObjectId, Permission, TenantReader } from '@pileus/domain'
import { addExternalId, mayAct, parseManagedObjectId, removeExternalId } from '@pileus/domain'
import { formatExternalId } from './external-id-representation.ts'
import { externalIdsUrl, externalIdUrl } from './links.ts'
import type { Handlers } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, toRestResult } from './rest-result.ts'

type IdentityRoute = 'listExternalIds' | 'createExternalId' | 'getExternalId' | 'deleteExternalId'

export const identityHandlers: Handlers<IdentityRoute> = {
  async listExternalIds({ actor, params, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const id = parseManagedObjectId(params.id)
    const owner = id === undefined ? undefined : await reader.findManagedObject(id)
    if (owner !== undefined && !mayAct(actor, 'ROLE_IDENTITY_READ', owner.owner)) {
      return refuse('accessDenied')
    }
    const externalIds = id === undefined ? [] : await reader.listExternalIds(id)
    const body = {
      self: externalIdsUrl(baseUrl, params.id),
      externalIds: externalIds.map((each) =>
        formatExternalId(each, id as ManagedObjectId, baseUrl),
      ),
    }
    return { ok: true, value: { kind: 'document', body } }
  },

  async createExternalId({ actor, params, body, baseUrl, wantsBody }, { store, clock }) {
    const id = parseManagedObjectId(params.id)
    if (id === undefined) return refuse('managedObjectNotFound', { id: params.id })
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const managedObject = await unit.repository.findManagedObject(id)
      if (managedObject === undefined) return refuse('managedObjectNotFound', { id })
      if (!mayAct(actor, 'ROLE_IDENTITY_ADMIN', managedObject.owner)) return refuse('accessDenied')
      const externalId = { type: body.type, value: body.externalId }
      const added = toRestResult(await addExternalId(unit, id, externalId))
      if (!added.ok) return added
      return {
        ok: true,
        value: {
          kind: 'document',
          body: wantsBody ? formatExternalId(externalId, id, baseUrl) : undefined,
          location: externalIdUrl(baseUrl, externalId),
        },
      }
    })
  },

  async getExternalId({ actor, params, baseUrl }, { store }) {
    const externalId = { type: params.type, value: params.externalId }
    const found = await resolve(
      store.reader(actor.tenantId),
      actor,
      'ROLE_IDENTITY_READ',
      externalId,
    )
    if (!found.ok) return found
    const body = formatExternalId(externalId, found.value, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  },

  async deleteExternalId({ actor, params }, { store, clock }) {
    const externalId = { type: params.type, value: params.externalId }
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const found = await resolve(unit.repository, actor, 'ROLE_IDENTITY_ADMIN', externalId)
      if (!found.ok) return found
      const removed = toRestResult(await removeExternalId(unit, externalId))
      return removed.ok ? { ok: true, value: { kind: 'empty' } } : removed
    })
  },
}

/** The object behind an external id, if the caller may act on it. */
async function resolve(
  repository: Pick<TenantReader, 'findByExternalId' | 'findManagedObject'>,
  actor: Actor,
  permission: Permission,
  externalId: ExternalId,
): Promise<RestResult<ManagedObjectId>> {
  const id = await repository.findByExternalId(externalId)
  if (id === undefined) {
    return refuse('externalIdNotFound', { type: externalId.type, value: externalId.value })
  }
  const managedObject = await repository.findManagedObject(id)
  return mayAct(actor, permission, managedObject?.owner)
    ? { ok: true, value: id }
    : refuse('accessDenied')
}
