import type {
  ChildKind,
  FindsManagedObjects,
  FindsReferences,
  JsonObject,
  ManagedObject,
  ManagedObjectId,
} from '@pileus/domain'
import { childKinds, documentOfManagedObject, parentMembers } from '@pileus/domain'
import { childUrl, managedObjectUrl } from './links.ts'

/** What of an object's surroundings its representation shows. */
export interface ManagedObjectView {
  readonly withChildren?: boolean
  readonly withParents?: boolean
  readonly withChildrenCount?: boolean
  readonly skipChildrenNames?: boolean
  readonly withGroups?: boolean
}

type Surroundings = FindsManagedObjects & FindsReferences

/** References of one member are complete up to here (rest-api §7.1 rule 2). */
const referencesMax = 2000

/**
 * A managed object as clients read it. All six reference members are there in any case, since
 * clients take URLs from them.
 *
 * @see rest-api §7.1
 */
export async function formatManagedObject(
  repository: Surroundings,
  managedObject: ManagedObject,
  baseUrl: string,
  view: ManagedObjectView = {},
): Promise<JsonObject> {
  const { id } = managedObject
  const references: Record<string, JsonObject> = {}
  for (const kind of childKinds) {
    references[kind] = await formatChildren(repository, id, kind, baseUrl, view)
  }
  for (const kind of childKinds) {
    references[parentMembers[kind]] = await formatParents(repository, id, kind, baseUrl, view)
  }
  return {
    ...documentOfManagedObject(managedObject),
    self: managedObjectUrl(baseUrl, id),
    ...references,
  }
}

async function formatChildren(
  repository: Surroundings,
  parentId: ManagedObjectId,
  kind: ChildKind,
  baseUrl: string,
  { withChildren = true, withChildrenCount = false, skipChildrenNames = false }: ManagedObjectView,
): Promise<JsonObject> {
  const self = `${managedObjectUrl(baseUrl, parentId)}/${kind}`
  const children =
    withChildren || withChildrenCount ? await repository.listChildren(parentId, kind) : []
  const references: JsonObject[] = []
  for (const childId of withChildren ? children.slice(0, referencesMax) : []) {
    const named = skipChildrenNames ? undefined : await repository.findManagedObject(childId)
    references.push({
      self: childUrl(baseUrl, parentId, kind, childId),
      managedObject: brief(childId, named, baseUrl),
    })
  }
  const count = withChildrenCount && children.length > 0 ? { count: children.length } : {}
  return { self, references, ...count }
}

async function formatParents(
  repository: Surroundings,
  childId: ManagedObjectId,
  kind: ChildKind,
  baseUrl: string,
  { withParents = false, withGroups = false }: ManagedObjectView,
): Promise<JsonObject> {
  const self = `${managedObjectUrl(baseUrl, childId)}/${parentMembers[kind]}`
  const parents = new Set(withParents ? await repository.listParents(childId, kind) : [])
  if (withGroups && kind === 'childAssets') {
    for (const groupId of await listGroupsAbove(repository, childId)) parents.add(groupId)
  }
  const references: JsonObject[] = []
  for (const parentId of parents) {
    const parent = await repository.findManagedObject(parentId)
    references.push({
      self: `${self}/${parentId}`,
      managedObject: brief(parentId, parent, baseUrl),
    })
  }
  return { self, references }
}

/** The nearest first. */
async function listGroupsAbove(
  repository: Surroundings,
  id: ManagedObjectId,
): Promise<ReadonlySet<ManagedObjectId>> {
  const groups = new Set<ManagedObjectId>()
  const seen = new Set<ManagedObjectId>([id])
  let level: readonly ManagedObjectId[] = [id]
  while (level.length > 0) {
    const above: ManagedObjectId[] = []
    for (const current of level) {
      for (const parentId of await repository.listParents(current, 'childAssets')) {
        if (seen.has(parentId)) continue
        seen.add(parentId)
        above.push(parentId)
        const parent = await repository.findManagedObject(parentId)
        if (parent !== undefined && Object.hasOwn(parent.fragments, 'c8y_IsDeviceGroup')) {
          groups.add(parentId)
        }
      }
    }
    level = above
  }
  return groups
}

/** An object as others refer to it. */
function brief(
  id: ManagedObjectId,
  managedObject: ManagedObject | undefined,
  baseUrl: string,
): JsonObject {
  const name = managedObject?.name
  return { id, ...(name === undefined ? {} : { name }), self: managedObjectUrl(baseUrl, id) }
}

/** One child as an item of its parent's collection (rest-api §7.5). */
export async function formatChildReference(
  repository: Surroundings,
  parentId: ManagedObjectId,
  kind: ChildKind,
  child: ManagedObject,
  baseUrl: string,
  view: ManagedObjectView = {},
): Promise<JsonObject> {
  return {
    managedObject: await formatManagedObject(repository, child, baseUrl, view),
    self: childUrl(baseUrl, parentId, kind, child.id),
  }
}
