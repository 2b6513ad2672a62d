import type {
  Actor,
  ExternalId,
  JsonObject,
  ManagedObject,
  ManagedObjectId,
  Problem,
  Result,
  Unit,
} from '@pileus/domain'
import {
  checkNoCollection,
  childKinds,
  createManagedObject,
  createManagedObjectNamed,
  documentOfManagedObject,
  done,
  isWithinReach,
  managedObjectMembers,
  mayAct,
  mayCreateObjects,
  mayRead,
  objectChangesIn,
  parseManagedObjectId,
  pickFragments,
  refused,
  reportHeartbeat,
  textMember,
  updateManagedObject,
} from '@pileus/domain'
import type { Filled } from '@pileus/smartrest'
import type { RowOutcome } from './row-outcome.ts'
import { problemOutcome } from './row-outcome.ts'
import type { Performance } from './row-performance.ts'
import { answerWith } from './row-performance.ts'

// Rows of template collections that name their object themselves (smartrest-templates §3). They run
// with the rights of the connected user, and may reach what other rows of the connection may.

/** GET: reads an object. */
export async function readAddressedObject(performance: Performance): Promise<RowOutcome> {
  const found = await findAddressed(performance, mayRead)
  if (!found.ok) return refuse(performance, found.problem)
  return answerWithObject(performance, found.value)
}

/** PUT: replaces members of an object, as REST does; one that names none is a sign of life. */
export async function changeAddressedObject(performance: Performance): Promise<RowOutcome> {
  const { unit, context, filled } = performance
  const found = await findAddressed(performance, mayChange)
  if (!found.ok) return refuse(performance, found.problem)
  const ordinary = checkNoCollection(filled.body, found.value)
  if (!ordinary.ok) return refuse(performance, ordinary.problem)
  const { owner } = filled.body
  const isTransfer = typeof owner === 'string' && owner !== found.value.owner
  if (isTransfer && !context.connection.actor.permissions.has('ROLE_INVENTORY_ADMIN')) {
    return refuse(performance, refused('forbidden').problem)
  }
  const set = objectChangesIn(filled.body)
  if (Object.keys(set).length === 0) {
    reportHeartbeat(unit, found.value.id)
    return answerWithObject(performance, found.value)
  }
  const updated = await updateManagedObject(unit, found.value.id, { set }, context.mode)
  if (!updated.ok) return refuse(performance, updated.problem)
  return answerWithObject(performance, updated.value)
}

/** POST: a free object of the connected user, with an external id if the row gives one. */
export async function createObject(performance: Performance): Promise<RowOutcome> {
  const { unit, context, filled } = performance
  const { body, values } = filled
  const { actor } = context.connection
  if (!mayCreateObjects(actor)) return refuse(performance, refused('forbidden').problem)
  const ordinary = checkNoCollection(body)
  if (!ordinary.ok) return refuse(performance, ordinary.problem)
  const given = {
    ...textMember('type', body.type),
    ...textMember('name', body.name),
    owner: actor.userName,
    fragments: pickFragments(body, managedObjectMembers, 'drop'),
  }
  const externalId = externalIdIn(values)
  const created =
    externalId.value === ''
      ? done(await createManagedObject(unit, given))
      : await createManagedObjectNamed(unit, given, externalId)
  if (!created.ok) return refuse(performance, created.problem)
  return answerWithObject(performance, created.value)
}

/**
 * The object that the row names. One that is none of the user's business is as unknown as one that
 * does not exist.
 */
async function findAddressed(
  { unit, context: { connection }, filled: { template, values } }: Performance,
  may: (actor: Actor, managedObject: ManagedObject) => boolean,
): Promise<Result<ManagedObject>> {
  const { repository } = unit
  const externalId = externalIdIn(values)
  const idText = String(values.id ?? '')
  const id =
    template.addressedBy === 'id'
      ? parseManagedObjectId(idText)
      : await repository.findByExternalId(externalId)
  const managedObject = id === undefined ? undefined : await repository.findManagedObject(id)
  const isReachable =
    managedObject !== undefined &&
    (may(connection.actor, managedObject) ||
      (await isWithinReach(unit, connection, managedObject.id)))
  if (isReachable) return done(managedObject)
  return template.addressedBy === 'id'
    ? refused('managedObjectUnknown', { id: idText })
    : refused('externalIdUnknown', { ...externalId })
}

function externalIdIn({ externalId = '', externalIdType = '' }: Filled['values']): ExternalId {
  return { type: String(externalIdType), value: String(externalId) }
}

function mayChange(actor: Actor, { owner }: ManagedObject): boolean {
  return mayAct(actor, 'ROLE_INVENTORY_ADMIN', owner)
}

function refuse({ filled }: Performance, problem: Problem): RowOutcome {
  return problemOutcome(filled.template.messageId, problem)
}

async function answerWithObject(
  performance: Performance,
  managedObject: ManagedObject,
): Promise<RowOutcome> {
  if (!performance.filled.template.response) return undefined
  const children = await referencesOf(performance.unit, managedObject.id)
  return answerWith(performance, () => ({ ...documentOfManagedObject(managedObject), ...children }))
}

/** Children that a response template can name: no message could carry more (security §10.2). */
const referencesMax = 2000

/** What hangs below the object, as REST shows it, without links. */
async function referencesOf({ repository }: Unit, id: ManagedObjectId): Promise<JsonObject> {
  const members: Record<string, JsonObject> = {}
  for (const kind of childKinds) {
    const children = (await repository.listChildren(id, kind)).slice(0, referencesMax)
    const references: JsonObject[] = []
    for (const childId of children) {
      const name = (await repository.findManagedObject(childId))?.name
      references.push({
        managedObject: { id: childId, ...(name === undefined ? {} : { name }) },
      })
    }
    members[kind] = { references }
  }
  return members
}
