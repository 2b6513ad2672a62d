import type { ManagedObject, ManagedObjectId } from '@pileus/domain'
import { GenerationCache } from '../../generation-cache.ts'

/** How much text of managed objects the writer keeps in memory. */
const managedObjectCharactersMax = 32 * 1024 * 1024
/** How many external ids the writer keeps in memory. */
const externalIdsMax = 200_000

/**
 * What the writer knows without asking the database: every message of a device asks for the same
 * external id and the same object. Right because there is one writer; it holds changes of the open
 * transaction, so a rollback empties it.
 */
export interface WriterCaches {
  readonly managedObjects: GenerationCache<ManagedObjectId, CachedManagedObject>
  /** By `externalIdKey`. */
  readonly externalIds: GenerationCache<string, ManagedObjectId>
  clear(): void
}

export interface CachedManagedObject {
  /** The tenant's key. */
  readonly key: number
  readonly managedObject: ManagedObject
}

export function createWriterCaches(): WriterCaches {
  const managedObjects = new GenerationCache<ManagedObjectId, CachedManagedObject>(
    managedObjectCharactersMax,
  )
  const externalIds = new GenerationCache<string, ManagedObjectId>(externalIdsMax)
  return {
    managedObjects,
    externalIds,
    clear() {
      managedObjects.clear()
      externalIds.clear()
    },
  }
}
