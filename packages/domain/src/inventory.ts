import { textMember } from './document-members.ts'
import { isFragmentNameAllowed, protectedMembers } from './fragment.ts'
import type { Instant, ManagedObjectId } from './ids.ts'
import type { JsonObject } from './json.ts'
import { mergeMembers, withoutMembers } from './json.ts'
import type { ChildKind, ManagedObject, ProcessingMode } from './model.ts'
import { childKinds, serialType } from './model.ts'
import { deviceUserName } from './permissions.ts'
import type {
  FindsExternalIds,
  FindsManagedObjects,
  FindsReferences,
  SavesManagedObjects,
  SavesReferences,
  Unit,
} from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

/** Levels from a root to its deepest descendant (security §2.6). */
export const hierarchyLevelsMax = 20

/** Fragment that marks an object as a device. */
export const deviceFragment = 'c8y_IsDevice'
/** Fragment that marks the object which speaks for itself and its children. */
export const agentFragment = 'com_cumulocity_model_Agent'
const groupFragment = 'c8y_IsDeviceGroup'

export interface NewManagedObject {
  readonly type?: string
  readonly name?: string
  readonly owner: string
  readonly fragments: JsonObject
}

/** Stores a free object, as REST and JSON clients create it. */
export async function createManagedObject(
  unit: Unit<SavesManagedObjects>,
  managedObject: NewManagedObject,
): Promise<ManagedObject> {
  const created = await insertManagedObject(unit, managedObject)
  unit.announce({ kind: 'managedObjectCreated', managedObject: created, role: 'object' })
  return created
}

/** Stores without announcing: whoever calls knows what the object is and says so. */
export async function insertManagedObject(
  unit: Unit<SavesManagedObjects>,
  managedObject: NewManagedObject,
): Promise<ManagedObject> {
  return unit.repository.insertManagedObject({
    ...managedObject,
    creationTime: unit.now,
    lastUpdated: unit.now,
  })
}

/** What changes: members as in a document; `name`, `type` and `owner` may be among `set`. */
export interface ManagedObjectChange {
  readonly set?: JsonObject
  readonly unset?: readonly string[]
}

/**
 * Merges a change into the object and announces it (rest-api §1.6 rule 3). Inventory changes are
 * always stored: of the modes only QUIESCENT means something (mqtt-endpoint §9).
 */
export async function updateManagedObject(
  unit: Unit<FindsManagedObjects & SavesManagedObjects>,
  id: ManagedObjectId,
  change: ManagedObjectChange,
  requestedMode: ProcessingMode = 'PERSISTENT',
): Promise<Result<ManagedObject>> {
  const present = await unit.repository.findManagedObject(id)
  if (present === undefined) return refused('managedObjectUnknown', { id })
  const { set = {}, unset = [] } = change
  const mode = requestedMode === 'QUIESCENT' ? 'QUIESCENT' : 'PERSISTENT'
  const { name, type, owner, ...members } = set
  const managedObject: ManagedObject = {
    ...present,
    ...textMember('name', name),
    ...textMember('type', type),
    ...textMember('owner', owner),
    fragments: mergeMembers(withoutMembers(present.fragments, unset), members),
    lastUpdated: laterThan(present.lastUpdated, unit.now),
  }
  await unit.repository.saveManagedObject(managedObject)
  unit.announce({ kind: 'managedObjectUpdated', managedObject, set, unset, mode })
  return done(managedObject)
}

/** Row 117: sets members that the object lacks, so that an operator's value survives. */
export async function setAbsentMembers(
  unit: Unit<FindsManagedObjects & SavesManagedObjects>,
  id: ManagedObjectId,
  set: JsonObject,
  mode: ProcessingMode,
): Promise<void> {
  const present = await unit.repository.findManagedObject(id)
  if (present === undefined) return
  const absent = Object.entries(set).filter(([name]) => !Object.hasOwn(present.fragments, name))
  if (absent.length === 0) return
  await updateManagedObject(unit, id, { set: Object.fromEntries(absent) }, mode)
}

/** Updates of one object in a row have strictly increasing times (rest-api §7.1 rule 6). */
export function laterThan(previous: Instant, now: Instant): Instant {
  return now > previous ? now : previous + 1
}

/** Refuses names that no row may remove, and names that reach into the language. */
export function checkRemovable(names: readonly string[]): Result<readonly string[]> {
  for (const name of names) {
    if (protectedMembers.has(name)) return refused('fragmentProtected', { name })
    if (!isFragmentNameAllowed(name)) return refused('fragmentNameRefused', { name })
  }
  return done(names)
}

/** Puts `childId` below `parentId`; repeating it changes nothing (rest-api §7.5). */
export async function assignChild(
  unit: Unit<FindsManagedObjects & FindsReferences & SavesReferences>,
  parentId: ManagedObjectId,
  childKind: ChildKind,
  childId: ManagedObjectId,
): Promise<Result<ManagedObject>> {
  const { repository } = unit
  if ((await repository.findManagedObject(parentId)) === undefined) {
    return refused('managedObjectUnknown', { id: parentId })
  }
  const child = await repository.findManagedObject(childId)
  if (child === undefined) return refused('managedObjectUnknown', { id: childId })
  if ((await repository.listParents(childId, childKind)).includes(parentId)) return done(child)
  const ancestors = await ancestorsOf(repository, parentId)
  if (parentId === childId || ancestors.ids.has(childId)) return refused('hierarchyCycle')
  const levelsBelow = await repository.countLevels(childId, hierarchyLevelsMax)
  if (ancestors.levels + levelsBelow > hierarchyLevelsMax) return refusedAsTooDeep()
  await repository.insertChild(parentId, childKind, childId)
  unit.announce({ kind: 'childAssigned', parentId, childId, childKind })
  return done(child)
}

function refusedAsTooDeep() {
  return refused('hierarchyTooDeep', { levels: String(hierarchyLevelsMax) })
}

/** Whether something new may hang below the object. */
export async function checkDepthBelow(
  repository: FindsReferences,
  parentId: ManagedObjectId,
): Promise<Result<undefined>> {
  const { levels } = await ancestorsOf(repository, parentId)
  return levels < hierarchyLevelsMax ? done(undefined) : refusedAsTooDeep()
}

export async function removeChild(
  unit: Unit<SavesReferences>,
  parentId: ManagedObjectId,
  childKind: ChildKind,
  childId: ManagedObjectId,
): Promise<Result<undefined>> {
  if (!(await unit.repository.deleteChild(parentId, childKind, childId))) {
    return refused('childUnknown', { parentId, childId })
  }
  unit.announce({ kind: 'childRemoved', parentId, childId, childKind })
  return done(undefined)
}

/** All objects above `id` through any relation; `levels` of the longest way, `id` itself is 1. */
async function ancestorsOf(
  repository: FindsReferences,
  id: ManagedObjectId,
): Promise<{ readonly ids: ReadonlySet<ManagedObjectId>; readonly levels: number }> {
  const ids = new Set<ManagedObjectId>()
  let level: ReadonlySet<ManagedObjectId> = new Set([id])
  let levels = 0
  // An object above on ways of different length counts on each of them, but once per level: many
  // ways meet where objects have several parents.
  while (level.size > 0 && levels <= hierarchyLevelsMax) {
    levels++
    level = await parentsOf(repository, level)
    for (const parentId of level) ids.add(parentId)
  }
  return { ids, levels }
}

async function parentsOf(
  repository: FindsReferences,
  ids: Iterable<ManagedObjectId>,
): Promise<ReadonlySet<ManagedObjectId>> {
  const parents = new Set<ManagedObjectId>()
  for (const id of ids) {
    for (const kind of childKinds) {
      for (const parentId of await repository.listParents(id, kind)) parents.add(parentId)
    }
  }
  return parents
}

/** The relations along which a device answers for what is below it; assets are groups. */
export const deviceChildKinds = ['childDevices', 'childAdditions'] as const

/** Whether `id` is `rootId` or a device or service anywhere below it. */
export async function isAtOrBelow(
  repository: FindsReferences,
  rootId: ManagedObjectId,
  id: ManagedObjectId,
): Promise<boolean> {
  const seen = new Set<ManagedObjectId>()
  let level: readonly ManagedObjectId[] = [id]
  while (level.length > 0) {
    const next: ManagedObjectId[] = []
    for (const current of level) {
      if (current === rootId) return true
      if (seen.has(current)) continue
      seen.add(current)
      for (const kind of deviceChildKinds) {
        next.push(...(await repository.listParents(current, kind)))
      }
    }
    level = next
  }
  return false
}

export interface Deletion {
  readonly cascade: boolean
  readonly forceCascade: boolean
  /** Delete the users `device_…` of the deleted devices as well. */
  readonly withDeviceUser: boolean
}

/**
 * Deletes an object and, as its kind and the flags say, what is below it (rest-api §7.6).
 * Gives the objects that are gone.
 */
export async function deleteManagedObject(
  unit: Unit,
  id: ManagedObjectId,
  deletion: Deletion,
): Promise<Result<readonly ManagedObject[]>> {
  const managedObject = await unit.repository.findManagedObject(id)
  if (managedObject === undefined) return refused('managedObjectUnknown', { id })
  const doomed = await collectDoomed(unit.repository, managedObject, deletion)
  for (const gone of doomed) {
    const userNames = deletion.withDeviceUser ? await deviceUsersOf(unit.repository, gone.id) : []
    await unit.repository.deleteManagedObject(gone.id)
    unit.announce({ kind: 'managedObjectDeleted', managedObjectId: gone.id })
    for (const userName of userNames) {
      if (await unit.repository.deleteUser(userName)) {
        unit.announce({ kind: 'userAccessChanged', userName, reason: 'deleted' })
      }
    }
  }
  return done(doomed)
}

async function deviceUsersOf(
  repository: FindsExternalIds,
  id: ManagedObjectId,
): Promise<readonly string[]> {
  const externalIds = await repository.listExternalIds(id)
  return externalIds
    .filter((externalId) => externalId.type === serialType)
    .map((externalId) => deviceUserName(externalId.value))
}

async function collectDoomed(
  repository: FindsManagedObjects & FindsReferences,
  root: ManagedObject,
  { cascade, forceCascade }: Deletion,
): Promise<readonly ManagedObject[]> {
  const everything = cascade || forceCascade
  const isGroup = Object.hasOwn(root.fragments, groupFragment)
  if (!everything && !isGroup) return [root]
  const doomed = new Map([[root.id, root]])
  const open = [root]
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const kind of childKinds) {
      for (const childId of await repository.listChildren(current.id, kind)) {
        const child = doomed.has(childId) ? undefined : await repository.findManagedObject(childId)
        if (child === undefined) continue
        if (!everything && !Object.hasOwn(child.fragments, groupFragment)) continue
        doomed.set(childId, child)
        open.push(child)
      }
    }
  }
  return [...doomed.values()]
}
