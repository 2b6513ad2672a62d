import type {
  Actor,
  FindsManagedObjects,
  JsonObject,
  ManagedObject,
  ManagedObjectFilter,
  ManagedObjectId,
  ProcessingMode,
} from '@pileus/domain'
import {
  createManagedObject,
  deleteManagedObject,
  managedObjectMembers,
  mayAct,
  mayRead,
  objectChangesIn,
  parseManagedObjectId,
  pickFragments,
  reportHeartbeat,
  textMember,
  updateManagedObject,
  visibilityOf,
} from '@pileus/domain'
import type { QueryValues, RouteNamed } from '@pileus/rest-contract'
import { needsTotal } from '@pileus/rest-contract'
import { checkTemplates } from './check-templates.ts'
import { managedObjectUrl } from './links.ts'
import { toPage } from './lists.ts'
import { formatManagedObject } from './managed-object-representation.ts'
import type { Handlers } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid, runAllOrNothing, toRestResult } from './rest-result.ts'

type InventoryRoute =
  | 'listManagedObjects'
  | 'createManagedObject'
  | 'countManagedObjects'
  | 'getManagedObject'
  | 'updateManagedObject'
  | 'deleteManagedObject'

export const inventoryHandlers: Handlers<InventoryRoute> = {
  async listManagedObjects({ actor, query, page, baseUrl }, { store }) {
    const filter = parseFilter(actor, query)
    if (!filter.ok) return filter
    const reader = store.reader(actor.tenantId)
    const found = await reader.listManagedObjects(filter.value, toPage(page))
    const items: JsonObject[] = []
    for (const managedObject of found) {
      items.push(await formatManagedObject(reader, managedObject, baseUrl, query))
    }
    const total = needsTotal(page) ? { total: await reader.countManagedObjects(filter.value) } : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async countManagedObjects({ actor, query }, { store }) {
    const filter = parseFilter(actor, query)
    if (!filter.ok) return filter
    const count = await store.reader(actor.tenantId).countManagedObjects(filter.value)
    return { ok: true, value: { kind: 'count', count } }
  },

  async createManagedObject({ actor, body, baseUrl, wantsBody }, platform) {
    const given = parseNewManagedObject(actor, body)
    if (!given.ok) return given
    const templates = await checkTemplates(platform, actor.tenantId, body)
    if (!templates.ok) return templates
    const { store, clock } = platform
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const created = await createManagedObject(unit, given.value)
      return {
        ok: true,
        value: {
          kind: 'document',
          body: wantsBody
            ? await formatManagedObject(unit.repository, created, baseUrl)
            : undefined,
          location: managedObjectUrl(baseUrl, created.id),
        },
      }
    })
  },

  async getManagedObject({ actor, params, query, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const found = await findReadable(reader, actor, params.id)
    if (!found.ok) return found
    const body = await formatManagedObject(reader, found.value, baseUrl, query)
    return { ok: true, value: { kind: 'document', body } }
  },

  async updateManagedObject(request, platform) {
    const { actor, params, body, baseUrl, wantsBody, isApplication, mode } = request
    const { store, clock } = platform
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const found = await findChangeable(unit.repository, actor, params.id)
      if (!found.ok) return found
      const { id } = found.value
      if (Object.keys(body).every((name) => name === 'id')) {
        if (!isApplication) reportHeartbeat(unit, id)
        const brief = { id, self: managedObjectUrl(baseUrl, id) }
        return { ok: true, value: { kind: 'document', body: wantsBody ? brief : undefined } }
      }
      const isTransfer = typeof body.owner === 'string' && body.owner !== found.value.owner
      if (isTransfer && !actor.permissions.has('ROLE_INVENTORY_ADMIN')) {
        return refuse('accessDenied')
      }
      const templates = await checkTemplates(platform, actor.tenantId, body, found.value)
      if (!templates.ok) return templates
      const set = objectChangesIn(body)
      const isEmpty = Object.keys(set).length === 0
      const updated = isEmpty
        ? found
        : toRestResult(await updateManagedObject(unit, id, { set }, storedMode(mode)))
      if (!updated.ok) return updated
      const stored = wantsBody
        ? await formatManagedObject(unit.repository, updated.value, baseUrl)
        : undefined
      return { ok: true, value: { kind: 'document', body: stored } }
    })
  },

  async deleteManagedObject({ actor, params, query }, platform) {
    return runAllOrNothing(platform, actor.tenantId, async (unit) => {
      const found = await findChangeable(unit.repository, actor, params.id)
      if (!found.ok) return found
      const { cascade = false, forceCascade = false, withDeviceUser = false } = query
      // Which user that is follows from an external id, and those anybody may give to an own object.
      if (withDeviceUser && !actor.permissions.has('ROLE_INVENTORY_ADMIN')) {
        return refuse('accessDenied')
      }
      const deletion = { cascade, forceCascade, withDeviceUser }
      const deleted = toRestResult(await deleteManagedObject(unit, found.value.id, deletion))
      if (!deleted.ok) return deleted
      // Ownership is not inherited (security §2.3): a cascade may not reach beyond it.
      const mayAll = deleted.value.every((gone) =>
        mayAct(actor, 'ROLE_INVENTORY_ADMIN', gone.owner),
      )
      return mayAll ? { ok: true, value: { kind: 'empty' } } : refuse('accessDenied')
    })
  },
}

/** The object that a body describes, with its owner decided (security S-2.5). */
export function parseNewManagedObject(
  actor: Actor,
  body: JsonObject,
): RestResult<Parameters<typeof createManagedObject>[1]> {
  const owner = typeof body.owner === 'string' ? body.owner : actor.userName
  if (owner !== actor.userName && !actor.permissions.has('ROLE_INVENTORY_ADMIN')) {
    return refuse('accessDenied')
  }
  return {
    ok: true,
    value: {
      ...textMember('type', body.type),
      ...textMember('name', body.name),
      owner,
      fragments: pickFragments(body, managedObjectMembers, 'drop'),
    },
  }
}

/** The object of a path, if the caller may read it; `c8y_Global` is for everybody. */
export async function findReadable(
  repository: FindsManagedObjects,
  actor: Actor,
  idText: string,
): Promise<RestResult<ManagedObject>> {
  const found = await findById(repository, idText)
  if (!found.ok) return found
  return mayRead(actor, found.value) ? found : refuse('accessDenied')
}

/** The object of a path, if the caller may change it. */
export async function findChangeable(
  repository: FindsManagedObjects,
  actor: Actor,
  idText: string,
): Promise<RestResult<ManagedObject>> {
  const found = await findById(repository, idText)
  if (!found.ok) return found
  return mayAct(actor, 'ROLE_INVENTORY_ADMIN', found.value.owner) ? found : refuse('accessDenied')
}

/** The object of that id; a foreign one and one that cannot be an id are like none. */
export async function findById(
  repository: FindsManagedObjects,
  idText: string,
): Promise<RestResult<ManagedObject>> {
  const id = parseManagedObjectId(idText)
  const managedObject = id === undefined ? undefined : await repository.findManagedObject(id)
  return managedObject === undefined
    ? refuse('managedObjectNotFound', { id: idText })
    : { ok: true, value: managedObject }
}

/** Changes of the inventory are always stored; only whether they are told can be chosen. */
function storedMode(mode: ProcessingMode): ProcessingMode {
  return mode === 'QUIESCENT' ? mode : 'PERSISTENT'
}

const idsMax = 2000

type FilterQuery = QueryValues<RouteNamed<'countManagedObjects'>['query']>

function parseFilter(actor: Actor, query: FilterQuery): RestResult<ManagedObjectFilter> {
  const { type, fragmentType, owner, text, ids, onlyRoots } = query
  if (ids !== undefined && ids.length > idsMax) {
    return refuseAsInvalid(`Query parameter 'ids' takes at most ${idsMax} ids.`)
  }
  const parentOf = parseParentOf(query)
  if (!parentOf.ok) return parentOf
  return {
    ok: true,
    value: {
      ...(type === undefined ? {} : { type }),
      ...(fragmentType === undefined ? {} : { fragmentType }),
      ...(owner === undefined ? {} : { owner }),
      ...(text === undefined ? {} : { text }),
      ...(ids === undefined ? {} : { ids: parseIds(ids) }),
      ...(onlyRoots === true ? { onlyRoots } : {}),
      ...parentOf.value,
      ...visibilityOf(actor, 'ROLE_INVENTORY_READ'),
    },
  }
}

function parseIds(ids: readonly string[]): readonly ManagedObjectId[] {
  return ids.map(parseManagedObjectId).filter((id) => id !== undefined)
}

function parseParentOf(
  query: FilterQuery,
): RestResult<Pick<ManagedObjectFilter, 'parentOf' | 'ids'>> {
  const given = [
    ['childDevices', query.childDeviceId],
    ['childAssets', query.childAssetId],
    ['childAdditions', query.childAdditionId],
  ] as const
  const [first, second] = given.flatMap(([kind, id]) => (id === undefined ? [] : [{ kind, id }]))
  if (first === undefined) return { ok: true, value: {} }
  if (second !== undefined) {
    return refuseAsInvalid('Only one of childDeviceId, childAssetId, childAdditionId can be given.')
  }
  const childId = parseManagedObjectId(first.id)
  // What cannot be an id has no parents.
  if (childId === undefined) return { ok: true, value: { ids: [] } }
  return { ok: true, value: { parentOf: { childId, kind: first.kind } } }
}
