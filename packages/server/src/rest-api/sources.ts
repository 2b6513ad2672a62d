import type {
  Actor,
  FindsManagedObjects,
  JsonObject,
  ManagedObject,
  ManagedObjectId,
  Permission,
} from '@pileus/domain'
import { mayAct, parseManagedObjectId } from '@pileus/domain'
import { managedObjectUrl } from './links.ts'
import type { RestResult } from './rest-result.ts'
import { refuse } from './rest-result.ts'

type SourceProblem = 'measurementSourceUnknown' | 'eventSourceUnknown' | 'alarmSourceUnknown'

/** Finds sources of data, each one once: a list may hold a thousand items of one device. */
export class Sources {
  readonly #repository: FindsManagedObjects
  readonly #found = new Map<ManagedObjectId, ManagedObject | undefined>()

  constructor(repository: FindsManagedObjects) {
    this.#repository = repository
  }

  async find(id: ManagedObjectId): Promise<ManagedObject | undefined> {
    if (!this.#found.has(id)) this.#found.set(id, await this.#repository.findManagedObject(id))
    return this.#found.get(id)
  }

  /** The source that a body names, if the caller may write data for it. */
  async findForWriting(
    actor: Actor,
    permission: Permission,
    idInBody: string | number,
    unknown: SourceProblem,
  ): Promise<RestResult<ManagedObject>> {
    const id = parseManagedObjectId(String(idInBody))
    const source = id === undefined ? undefined : await this.find(id)
    if (source === undefined) return refuse(unknown)
    return mayAct(actor, permission, source.owner)
      ? { ok: true, value: source }
      : refuse('accessDenied')
  }

  /** Whether the caller may act on data of this source. */
  async mayAct(actor: Actor, permission: Permission, sourceId: ManagedObjectId): Promise<boolean> {
    if (actor.permissions.has(permission)) return true
    return mayAct(actor, permission, (await this.find(sourceId))?.owner)
  }

  /** Member `source` of an event or alarm. */
  async format(sourceId: ManagedObjectId, baseUrl: string): Promise<JsonObject> {
    const name = (await this.find(sourceId))?.name
    return {
      id: sourceId,
      ...(name === undefined ? {} : { name }),
      self: managedObjectUrl(baseUrl, sourceId),
    }
  }
}
