import type {
  Eventually,
  ExternalId,
  FindsExternalIds,
  FindsManagedObjects,
  JsonObject,
  JsonValue,
  ManagedObjectId,
  ReadsCommitted,
  TenantEvent,
  TenantId,
  Unit,
} from '@pileus/domain'
import {
  isJsonObject,
  templateCollectionsMax,
  templatesFragment,
  whenThere,
  xIdType,
} from '@pileus/domain'
import type { TemplateCollection } from '@pileus/smartrest'
import { parseCollection } from '@pileus/smartrest'
import { GenerationCache } from '../generation-cache.ts'
import { isTopicSegment } from './subscription-filters.ts'

/**
 * Text of the definitions that are kept ready. All that devices may create in one tenant, in
 * messages of 16 KiB, is in the half of it that is never forgotten.
 */
const definitionCharactersMax = 32 * 1024 * 1024
/** Characters of the X-IDs whose object, or whose absence, is remembered, and of the lists. */
const xIdCharactersMax = 4 * 1024 * 1024

/** A collection as it lies in the inventory, ready for use. */
export interface FoundCollection<Collection = TemplateCollection> {
  readonly managedObjectId: ManagedObjectId
  readonly collection: Collection
}

/** How collections of one protocol lie in the inventory. */
export interface CollectionKind<Collection> {
  /** Type of the external id whose value is the X-ID. */
  readonly xIdType: string
  /** Holds the definition. */
  readonly fragment: string
  /** Undefined where it is none. */
  parse(definition: JsonValue): Collection | undefined
}

/** By what name devices call a collection, and where it lies. */
export interface CollectionName {
  readonly xId: string
  readonly managedObjectId: ManagedObjectId
}

/** What is known of an X-ID or an object: there is no collection. */
const none = 'none'

/**
 * Finds collections of one kind by their X-ID. What is committed is remembered, absence too, until
 * an event says that it has changed: devices subscribe X-IDs that nobody has defined yet, and ask
 * for them with every operation.
 *
 * @see smartrest-templates §1, §8
 */
export class Collections<Collection> {
  readonly #store: ReadsCommitted
  readonly #kind: CollectionKind<Collection>
  /** By tenant and X-ID. */
  readonly #objects = new GenerationCache<string, ManagedObjectId | typeof none>(xIdCharactersMax)
  readonly #collections = new GenerationCache<
    ManagedObjectId,
    FoundCollection<Collection> | typeof none
  >(definitionCharactersMax)
  readonly #names = new GenerationCache<TenantId, readonly CollectionName[]>(xIdCharactersMax)
  /** What is being read, so that many who ask at once read once. */
  readonly #finding = new Map<string, Promise<FoundCollection<Collection> | undefined>>()
  readonly #listing = new Map<TenantId, Promise<readonly CollectionName[]>>()
  /** As units see them: the store gives a unit the same fragment as long as it is the same. */
  readonly #seenByUnits = new WeakMap<JsonObject, Collection | typeof none>()
  /** Counts what has made earlier readings wrong. */
  #changes = 0

  constructor(store: ReadsCommitted, kind: CollectionKind<Collection>) {
    this.#store = store
    this.#kind = kind
  }

  /** The committed collection of this X-ID. */
  find(tenantId: TenantId, xId: string): Eventually<FoundCollection<Collection> | undefined> {
    const key = keyOf(tenantId, xId)
    const managedObjectId = this.#objects.get(key)
    if (managedObjectId === none) return undefined
    const found = managedObjectId && this.#collections.get(managedObjectId)
    if (found === none) return undefined
    return found ?? shared(this.#finding, key, () => this.#read(tenantId, xId))
  }

  /** The collection as the unit sees it: one that an earlier message has just created is there. */
  findIn(
    { repository }: Unit<FindsExternalIds & FindsManagedObjects>,
    xId: string,
  ): Eventually<FoundCollection<Collection> | undefined> {
    return whenThere(repository.findByExternalId({ type: this.#kind.xIdType, value: xId }), (id) =>
      id === undefined
        ? undefined
        : whenThere(repository.findManagedObject(id), (managedObject) =>
            this.#parseOnce(id, managedObject?.fragments[this.#kind.fragment]),
          ),
    )
  }

  /** All committed collections that a topic can name, oldest first. */
  list(tenantId: TenantId): Eventually<readonly CollectionName[]> {
    return (
      this.#names.get(tenantId) ?? shared(this.#listing, tenantId, () => this.#readAll(tenantId))
    )
  }

  /** Whether the tenant has as many as it can have; those of units under way do not count yet. */
  async isFull(tenantId: TenantId): Promise<boolean> {
    const reader = this.#store.reader(tenantId)
    const count = await reader.countManagedObjects({ fragmentType: this.#kind.fragment })
    return count >= templateCollectionsMax
  }

  /** Forgets what is true no more. */
  onCommitted({ tenantId, event }: TenantEvent): void {
    if (event.kind === 'managedObjectCreated') {
      const { managedObject, externalId } = event
      if (Object.hasOwn(managedObject.fragments, this.#kind.fragment)) {
        this.#onChanged(tenantId, managedObject.id)
      }
      if (externalId !== undefined) this.#onNamed(tenantId, externalId)
    } else if (event.kind === 'managedObjectUpdated') {
      const { managedObject, set, unset } = event
      if (Object.hasOwn(set, this.#kind.fragment) || unset.includes(this.#kind.fragment)) {
        this.#onChanged(tenantId, managedObject.id)
      }
    } else if (event.kind === 'managedObjectDeleted') {
      if (this.#mayBeKnown(tenantId, event.managedObjectId)) {
        this.#onChanged(tenantId, event.managedObjectId)
      }
    } else if (event.kind === 'externalIdAdded' || event.kind === 'externalIdRemoved') {
      this.#onNamed(tenantId, event.externalId)
    }
  }

  /** Most of what is deleted is no collection. */
  #mayBeKnown(tenantId: TenantId, id: ManagedObjectId): boolean {
    const isListed = this.#names.get(tenantId)?.some((each) => each.managedObjectId === id)
    const isReading = this.#finding.size > 0 || this.#listing.size > 0
    return isListed === true || isReading || this.#collections.get(id) !== undefined
  }

  #onNamed(tenantId: TenantId, { type, value }: ExternalId): void {
    if (type !== this.#kind.xIdType) return
    this.#objects.delete(keyOf(tenantId, value))
    this.#onListChanged(tenantId)
  }

  #onChanged(tenantId: TenantId, id: ManagedObjectId): void {
    this.#collections.delete(id)
    this.#onListChanged(tenantId)
  }

  #onListChanged(tenantId: TenantId): void {
    this.#changes++
    this.#names.delete(tenantId)
    // Whoever asks from now on must not get what was read before.
    this.#finding.clear()
    this.#listing.clear()
  }

  async #read(tenantId: TenantId, xId: string): Promise<FoundCollection<Collection> | undefined> {
    const changes = this.#changes
    const reader = this.#store.reader(tenantId)
    const id = await reader.findByExternalId({ type: this.#kind.xIdType, value: xId })
    const managedObject = id === undefined ? undefined : await reader.findManagedObject(id)
    const templates = managedObject?.fragments[this.#kind.fragment]
    const collection = templates === undefined ? undefined : this.#kind.parse(templates)
    const found = managedObject && collection && { managedObjectId: managedObject.id, collection }
    if (changes === this.#changes) {
      this.#objects.set(keyOf(tenantId, xId), id ?? none, xId.length)
      if (id !== undefined) this.#collections.set(id, found ?? none, weightOf(templates))
    }
    return found
  }

  async #readAll(tenantId: TenantId): Promise<readonly CollectionName[]> {
    const changes = this.#changes
    const reader = this.#store.reader(tenantId)
    const filter = { fragmentType: this.#kind.fragment }
    const page = { offset: 0, limit: templateCollectionsMax }
    const names: CollectionName[] = []
    for (const { id } of await reader.listManagedObjects(filter, page)) {
      names.push(...(await namesOf(reader, this.#kind.xIdType, id)))
    }
    if (changes === this.#changes) this.#names.set(tenantId, names, weightOfNames(names))
    return names
  }

  #parseOnce(
    managedObjectId: ManagedObjectId,
    templates: JsonValue | undefined,
  ): FoundCollection<Collection> | undefined {
    if (!isJsonObject(templates)) return undefined
    let seen = this.#seenByUnits.get(templates)
    if (seen === undefined) {
      seen = this.#kind.parse(templates) ?? none
      this.#seenByUnits.set(templates, seen)
    }
    return seen === none ? undefined : { managedObjectId, collection: seen }
  }
}

/** The collections of SmartREST 2.0. */
export class TemplateCollections extends Collections<TemplateCollection> {
  constructor(store: ReadsCommitted) {
    super(store, { xIdType, fragment: templatesFragment, parse })
  }
}

/** Whoever stores a collection has checked it. What is none all the same is nothing. */
function parse(templates: JsonValue): TemplateCollection | undefined {
  const parsed = parseCollection(templates)
  return parsed.ok ? parsed.value : undefined
}

/** Through REST an X-ID may get characters that no topic can have. */
async function namesOf(
  reader: FindsExternalIds,
  xIdType: string,
  managedObjectId: ManagedObjectId,
): Promise<readonly CollectionName[]> {
  const externalIds = await reader.listExternalIds(managedObjectId)
  return externalIds
    .filter(({ type, value }) => type === xIdType && isTopicSegment(value))
    .map(({ value: xId }) => ({ xId, managedObjectId }))
}

/** Joins a reading that is under way, or begins one. */
function shared<Key, Value>(
  readings: Map<Key, Promise<Value>>,
  key: Key,
  read: () => Promise<Value>,
): Promise<Value> {
  const underWay = readings.get(key)
  if (underWay !== undefined) return underWay
  const reading = read().finally(() => {
    if (readings.get(key) === reading) readings.delete(key)
  })
  readings.set(key, reading)
  return reading
}

/** Clear, since a tenant id has no line break. */
function keyOf(tenantId: TenantId, xId: string): string {
  return `${tenantId}\n${xId}`
}

function weightOf(templates: JsonValue | undefined): number {
  return 1 + (templates === undefined ? 0 : JSON.stringify(templates).length)
}

function weightOfNames(names: readonly CollectionName[]): number {
  return names.reduce((characters, { xId }) => characters + xId.length, 1)
}
