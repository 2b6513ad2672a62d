import type { Actor, ChildKind, JsonObject, ManagedObject, Unit } from '@pileus/domain'
import {
  assignChild,
  createManagedObject,
  isJsonObject,
  mayAct,
  removeChild,
  visibilityOf,
} from '@pileus/domain'
import { managedObjectBody, needsTotal, referenceBody, referencesBody } from '@pileus/rest-contract'
import { compileBody } from './body-schema.ts'
import { checkTemplates } from './check-templates.ts'
import { findById, findReadable, parseNewManagedObject } from './inventory-handlers.ts'
import { childUrl, lastSegment, managedObjectUrl } from './links.ts'
import { toPage } from './lists.ts'
import type { ManagedObjectView } from './managed-object-representation.ts'
import { formatChildReference, formatManagedObject } from './managed-object-representation.ts'
import type { Handler, Handlers, RestAnswer, RestPlatform, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, runAllOrNothing, toRestResult } from './rest-result.ts'

type ChildRoute =
  | 'listChildDevices'
  | 'addChildDevice'
  | 'removeChildDevices'
  | 'getChildDevice'
  | 'removeChildDevice'
  | 'listChildAssets'
  | 'addChildAsset'
  | 'removeChildAssets'
  | 'getChildAsset'
  | 'removeChildAsset'
  | 'listChildAdditions'
  | 'addChildAddition'
  | 'removeChildAdditions'
  | 'getChildAddition'
  | 'removeChildAddition'

/** The three relations have the same calls. */
export const childHandlers: Handlers<ChildRoute> = {
  listChildDevices: listChildrenOf('childDevices'),
  addChildDevice: addChildTo('childDevices'),
  removeChildDevices: removeChildrenFrom('childDevices'),
  getChildDevice: getChildOf('childDevices'),
  removeChildDevice: removeChildFrom('childDevices'),
  listChildAssets: listChildrenOf('childAssets'),
  addChildAsset: addChildTo('childAssets'),
  removeChildAssets: removeChildrenFrom('childAssets'),
  getChildAsset: getChildOf('childAssets'),
  removeChildAsset: removeChildFrom('childAssets'),
  listChildAdditions: listChildrenOf('childAdditions'),
  addChildAddition: addChildTo('childAdditions'),
  removeChildAdditions: removeChildrenFrom('childAdditions'),
  getChildAddition: getChildOf('childAdditions'),
  removeChildAddition: removeChildFrom('childAdditions'),
}

function listChildrenOf(kind: ChildKind): Handler<'listChildDevices'> {
  return async ({ actor, params, query, page, baseUrl }, { store }) => {
    const reader = store.reader(actor.tenantId)
    const parent = await findReadable(reader, actor, params.id)
    if (!parent.ok) return parent
    const childOf = { parentId: parent.value.id, kind }
    const filter = { childOf, ...visibilityOf(actor, 'ROLE_INVENTORY_READ') }
    const view: ManagedObjectView = query
    const items: JsonObject[] = []
    for (const child of await reader.listManagedObjects(filter, toPage(page))) {
      items.push(await formatChildReference(reader, parent.value.id, kind, child, baseUrl, view))
    }
    const total = needsTotal(page) ? { total: await reader.countManagedObjects(filter) } : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  }
}

function getChildOf(kind: ChildKind): Handler<'getChildDevice'> {
  return async ({ actor, params, baseUrl }, { store }) => {
    const reader = store.reader(actor.tenantId)
    const parent = await findReadable(reader, actor, params.id)
    if (!parent.ok) return parent
    const child = await findById(reader, params.childId)
    if (!child.ok) return child
    const children = await reader.listChildren(parent.value.id, kind)
    if (!children.includes(child.value.id)) return refuseNoChild(parent.value, params.childId)
    if (!mayAct(actor, 'ROLE_INVENTORY_READ', child.value.owner)) return refuse('accessDenied')
    const body = await formatChildReference(reader, parent.value.id, kind, child.value, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  }
}

const parseReference = compileBody(referenceBody)
const parseReferences = compileBody(referencesBody)
const parseObject = compileBody(managedObjectBody)

type AddRequest = RestRequest<'addChildDevice'>

/** Content type, and where that says nothing the shape, tells what is meant (rest-api §7.5). */
function addChildTo(kind: ChildKind): Handler<'addChildDevice'> {
  return async (request, platform) => {
    const work = planAddition(request, kind, platform)
    if (!work.ok) return work
    return runAllOrNothing(platform, request.actor.tenantId, work.value)
  }
}

type Addition = (unit: Unit) => Promise<RestResult<RestAnswer>>

function planAddition(
  request: AddRequest,
  kind: ChildKind,
  platform: RestPlatform,
): RestResult<Addition> {
  const { body } = request
  switch (meaningOf(request)) {
    case 'reference': {
      const parsed = parseReference(body)
      if (!parsed.ok) return parsed
      const childId = referencedId(parsed.value)
      return { ok: true, value: (unit) => assignOne(unit, request, kind, childId) }
    }
    case 'references': {
      const parsed = parseReferences(body)
      if (!parsed.ok) return parsed
      const childIds = parsed.value.references.map(referencedId)
      return { ok: true, value: (unit) => assignMany(unit, request, kind, childIds) }
    }
    case 'object': {
      const parsed = parseObject(body)
      if (!parsed.ok) return parsed
      return {
        ok: true,
        value: async (unit) => {
          const templates = await checkTemplates(platform, unit.tenantId, parsed.value)
          return templates.ok ? createBelow(unit, request, kind, parsed.value) : templates
        },
      }
    }
  }
}

type Meaning = 'reference' | 'references' | 'object'

const meanings: Readonly<Record<string, Meaning>> = {
  managedobjectreference: 'reference',
  managedobjectreferencecollection: 'references',
  managedobject: 'object',
}

function meaningOf({ bodyName, body }: AddRequest): Meaning {
  const named = bodyName === undefined ? undefined : meanings[bodyName]
  if (named !== undefined) return named
  if (isReference(body)) return 'reference'
  const { references } = body
  return Array.isArray(references) && references.length > 0 && references.every(isReference)
    ? 'references'
    : 'object'
}

function isReference(value: unknown): boolean {
  if (!isJsonObject(value) || !isJsonObject(value.managedObject)) return false
  return value.managedObject.id !== undefined || value.managedObject.self !== undefined
}

/** The id that a reference names, by itself or at the end of a link; empty for neither. */
function referencedId(reference: {
  readonly managedObject: { readonly id?: string | number; readonly self?: string }
}): string {
  const { id, self } = reference.managedObject
  return id === undefined ? lastSegment(self ?? '') : String(id)
}

async function assignOne(
  unit: Unit,
  request: AddRequest,
  kind: ChildKind,
  childId: string,
): Promise<RestResult<RestAnswer>> {
  const { actor, params, baseUrl, wantsBody } = request
  const parent = await findById(unit.repository, params.id)
  if (!parent.ok) return parent
  const child = await assignPermitted(unit, actor, parent.value, kind, childId)
  if (!child.ok) return child
  const body = wantsBody
    ? await formatChildReference(unit.repository, parent.value.id, kind, child.value, baseUrl)
    : undefined
  const location = childUrl(baseUrl, parent.value.id, kind, child.value.id)
  return { ok: true, value: { kind: 'document', body, location } }
}

async function assignMany(
  unit: Unit,
  request: AddRequest,
  kind: ChildKind,
  childIds: readonly string[],
): Promise<RestResult<RestAnswer>> {
  const { actor, params, baseUrl, wantsBody } = request
  const parent = await findById(unit.repository, params.id)
  if (!parent.ok) return parent
  const { id: parentId } = parent.value
  const references: JsonObject[] = []
  for (const childId of childIds) {
    const child = await assignPermitted(unit, actor, parent.value, kind, childId)
    if (!child.ok) return child
    if (!wantsBody) continue
    references.push(
      await formatChildReference(unit.repository, parentId, kind, child.value, baseUrl),
    )
  }
  const self = `${managedObjectUrl(baseUrl, parentId)}/${kind}`
  const body = wantsBody ? { references, self } : undefined
  const mediaTypeName = 'managedObjectReferenceCollection'
  return { ok: true, value: { kind: 'document', body, mediaTypeName } }
}

/** Needs the right on both, parent and child (security §2.4). */
async function assignPermitted(
  unit: Unit,
  actor: Actor,
  parent: ManagedObject,
  kind: ChildKind,
  childId: string,
): Promise<RestResult<ManagedObject>> {
  const child = await findById(unit.repository, childId)
  if (!child.ok) return child
  const mayAssign = [parent, child.value].every(({ owner }) =>
    mayAct(actor, 'ROLE_INVENTORY_ADMIN', owner),
  )
  if (!mayAssign) return refuse('accessDenied')
  return toRestResult(await assignChild(unit, parent.id, kind, child.value.id))
}

async function createBelow(
  unit: Unit,
  request: AddRequest,
  kind: ChildKind,
  object: JsonObject,
): Promise<RestResult<RestAnswer>> {
  const { actor, params, baseUrl, wantsBody } = request
  const parent = await findById(unit.repository, params.id)
  if (!parent.ok) return parent
  const mayCreate =
    actor.permissions.has('ROLE_INVENTORY_ADMIN') || actor.permissions.has('ROLE_INVENTORY_CREATE')
  if (!mayCreate || !mayAct(actor, 'ROLE_INVENTORY_ADMIN', parent.value.owner)) {
    return refuse('accessDenied')
  }
  const given = parseNewManagedObject(actor, object)
  if (!given.ok) return given
  const created = await createManagedObject(unit, given.value)
  const assigned = toRestResult(await assignChild(unit, parent.value.id, kind, created.id))
  if (!assigned.ok) return assigned
  const body = wantsBody ? await formatManagedObject(unit.repository, created, baseUrl) : undefined
  const location = managedObjectUrl(baseUrl, created.id)
  return { ok: true, value: { kind: 'document', body, location, mediaTypeName: 'managedObject' } }
}

function removeChildFrom(kind: ChildKind): Handler<'removeChildDevice'> {
  return async ({ actor, params }, { store, clock }) =>
    store.run(actor.tenantId, clock.now(), async (unit) => {
      const parent = await findById(unit.repository, params.id)
      if (!parent.ok) return parent
      return removePermitted(unit, actor, parent.value, kind, params.childId)
    })
}

function removeChildrenFrom(kind: ChildKind): Handler<'removeChildDevices'> {
  return async ({ actor, params, body }, platform) =>
    runAllOrNothing(platform, actor.tenantId, async (unit) => {
      const parent = await findById(unit.repository, params.id)
      if (!parent.ok) return parent
      for (const childId of body.references.map(referencedId)) {
        const removed = await removePermitted(unit, actor, parent.value, kind, childId)
        if (!removed.ok) return removed
      }
      return { ok: true, value: { kind: 'empty' } }
    })
}

/** Needs the right on either of them (security §2.4). */
async function removePermitted(
  unit: Unit,
  actor: Actor,
  parent: ManagedObject,
  kind: ChildKind,
  childId: string,
): Promise<RestResult<RestAnswer>> {
  const child = await findById(unit.repository, childId)
  if (!child.ok) return child
  const mayRemove = [parent, child.value].some(({ owner }) =>
    mayAct(actor, 'ROLE_INVENTORY_ADMIN', owner),
  )
  if (!mayRemove) return refuse('accessDenied')
  const removed = toRestResult(await removeChild(unit, parent.id, kind, child.value.id))
  return removed.ok ? { ok: true, value: { kind: 'empty' } } : removed
}

function refuseNoChild(parent: ManagedObject, childId: string): ReturnType<typeof refuse> {
  return refuse('childNotFound', { parentId: parent.id, childId })
}
