import type { Actor, Instant, ManagedObjectId, RunsUnits, Unit } from '@pileus/domain'
import {
  createTemplateCollection,
  isSameJson,
  mayDefineCollections,
  problemText,
  refused,
  templateCollectionsMax,
  templatesFragment,
} from '@pileus/domain'
import type { CollectionResult, DefinedCollection } from '@pileus/smartrest'
import { PlatformError } from '../platform-error.ts'
import type { TemplateCollections } from './template-collections.ts'

/** A message on `s/ut/<X-ID>`, read but not judged. */
export interface Definition {
  readonly xId: string
  /** Absent where the message is empty: it asks whether the collection exists. */
  readonly rows: CollectionResult<DefinedCollection> | undefined
  /** The message may have been taken before. */
  readonly isDuplicate: boolean
}

/** What `s/dt` is told: 20, or 41 with the reason where there is more to say than "unknown". */
export type DefinitionAnswer =
  | { readonly kind: 'collectionFound'; readonly xId: string; readonly id: ManagedObjectId }
  | { readonly kind: 'collectionRefused'; readonly xId: string; readonly reason?: string }

/**
 * Creates a collection, or tells whether it exists. What exists never changes, and nothing is
 * created by halves: of a definition with a fault, nothing is.
 *
 * @see smartrest-templates §2
 */
export async function defineCollection(
  unit: Unit,
  actor: Actor,
  collections: TemplateCollections,
  { xId, rows, isDuplicate }: Definition,
): Promise<DefinitionAnswer> {
  const found = await collections.findIn(unit, xId)
  if (rows === undefined) return found === undefined ? refuse(xId) : tell(xId, found)
  if (!(await mayDefineCollections(unit.repository, actor))) return refuse(xId, 'Not permitted')
  if (!rows.ok) return refuse(xId, rows.problem.text)
  const { fragment } = rows.value
  // The first answer was lost with the connection: this is the one that the device waits for.
  if (isDuplicate && found !== undefined && (await isStoredAs(unit, found, fragment))) {
    return tell(xId, found)
  }
  const created =
    found === undefined && (await collections.isFull(actor.tenantId))
      ? refused('collectionsTooMany', { max: String(templateCollectionsMax) })
      : await createTemplateCollection(unit, actor.userName, xId, fragment)
  return created.ok
    ? tell(xId, { managedObjectId: created.value.id })
    : refuse(xId, problemText(created.problem))
}

/** The same in a unit of its own, after a mistake of ours has undone the turn. */
export async function defineCollectionAlone(
  store: RunsUnits,
  now: Instant,
  actor: Actor,
  collections: TemplateCollections,
  definition: Definition,
): Promise<DefinitionAnswer> {
  try {
    return await store.run(actor.tenantId, now, (unit) =>
      defineCollection(unit, actor, collections, definition),
    )
  } catch (error) {
    if (error instanceof PlatformError && error.code !== 'storageRefused') throw error
    // What is known about it is in the log, and none of a device's business.
    return refuse(definition.xId, 'Internal error, nothing was created')
  }
}

async function isStoredAs(
  { repository }: Unit,
  { managedObjectId }: { readonly managedObjectId: ManagedObjectId },
  fragment: DefinedCollection['fragment'],
): Promise<boolean> {
  const managedObject = await repository.findManagedObject(managedObjectId)
  return isSameJson(managedObject?.fragments[templatesFragment], fragment)
}

function tell(
  xId: string,
  { managedObjectId: id }: { readonly managedObjectId: ManagedObjectId },
): DefinitionAnswer {
  return { kind: 'collectionFound', xId, id }
}

function refuse(xId: string, reason?: string): DefinitionAnswer {
  return { kind: 'collectionRefused', xId, ...(reason === undefined ? {} : { reason }) }
}
