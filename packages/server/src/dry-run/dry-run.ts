import type {
  Actor,
  Connection,
  DeviceIdentifier,
  Instant,
  JsonObject,
  JsonValue,
  TenantId,
  Unit,
} from '@pileus/domain'
import {
  actorOf,
  createTemplateCollection,
  devicesGroupId,
  deviceUserName,
  isJsonObject,
  mayConnectAs,
  serialType,
  templatesFragment,
  userGroups,
  xIdType,
} from '@pileus/domain'
import type { DryRunRepresentation, DryRunResponsesRepresentation } from '@pileus/rest-contract'
import type { RequestTemplates, TemplateCollection } from '@pileus/smartrest'
import {
  definitionIn,
  explainPayload,
  explainResponses,
  findCollectionRequest,
  parseCollection,
  parsePayload,
  rowProblem,
} from '@pileus/smartrest'
import { processRows } from '../device-gateway/process-rows.ts'
import { type Route, routeTopic } from '../device-gateway/route-topic.ts'
import type { CollectionOfRows, RowContext } from '../device-gateway/row-context.ts'
import { payloadBytesMaxOf } from '../device-gateway/session-surroundings.ts'
import { tracedUnit } from '../device-gateway/traced-unit.ts'
import type {
  Tried,
  TriedCollection,
  TriedDocument,
  TriedRows,
  TriesRows,
} from '../rest-api/tries-rows.ts'
import { dryRunLimits } from './dry-run-limits.ts'
import { Patience, PatienceLost } from './patience.ts'
import { presentRows } from './present-rows.ts'
import { EffectRecorder } from './record-effects.ts'

export interface DryRunParts {
  /** A unit on what is committed, of which nothing is kept. */
  readonly openUnit: (
    tenantId: TenantId,
    now: Instant,
    onRead: (items: number) => Promise<void>,
  ) => Unit
  /** As rows find them. */
  readonly collections: CollectionOfRows['collections']
  /** Monotonic. */
  readonly nowMs: () => number
  readonly platformVersion: string
  /** A whole MQTT packet. */
  readonly packetBytesMax: number
}

/** The X-ID of a draft that has none yet. */
const nameOfDraft = 'draft'

/**
 * What rows of a device would do, and what response templates make of a document: through the same
 * code that does it, on a unit that is thrown away.
 *
 * @see console §4.11, §6.3
 */
export class DryRun implements TriesRows {
  readonly #parts: DryRunParts

  constructor(parts: DryRunParts) {
    this.#parts = parts
  }

  async rows(tried: TriedRows): Promise<Tried<DryRunRepresentation>> {
    const { topic, rows: text, collection } = tried
    const route = routeTopic(topic)
    if (!takesRows(route)) return refuse(`Topic ${topic} takes no rows that can be tried.`)
    const bytesMax = payloadBytesMaxOf(topic, this.#parts.packetBytesMax)
    if (Buffer.byteLength(text) > bytesMax) {
      return refuse(`A message on ${topic} can have ${bytesMax} bytes.`)
    }
    if (!text.isWellFormed()) return refuse('The rows are no text that UTF-8 can say.')
    if (parsePayload(text).rows.length > dryRunLimits.rowsMax) {
      return refuse(`At most ${dryRunLimits.rowsMax} rows can be tried at once.`)
    }
    const xId = xIdOf(route, collection)
    if (xId?.ok === false) return xId
    const draft = parseDraft(xId === undefined ? undefined : collection?.draft)
    if (!draft.ok) return draft
    return this.#patiently((patience) =>
      this.#tryRows(tried, route, xId?.value, draft.value, patience),
    )
  }

  async responses(tried: TriedDocument): Promise<Tried<DryRunResponsesRepresentation>> {
    const { collection, document, externalId } = tried
    const draft = parseDraft(collection.draft)
    if (!draft.ok) return draft
    return this.#patiently(async (patience) => {
      const unit = this.#parts.openUnit(tried.tenantId, tried.now, (items) => patience.read(items))
      const xId = collection.xId ?? nameOfDraft
      if (draft.value !== undefined) await putDraft(unit, xId, draft.value)
      const found = await this.#parts.collections.findIn(unit, xId)
      if (found === undefined) return refuse(`There is no template collection ${xId}.`)
      const explained = explainResponses(found.collection, document, externalId)
      const rows = explained.flatMap(({ row }) => (row === undefined ? [] : [row]))
      const templates = explained.map(({ row: _, ...template }) => template)
      return { ok: true, value: { rows, templates } }
    })
  }

  async #patiently<T>(run: (patience: Patience) => Promise<Tried<T>>): Promise<Tried<T>> {
    try {
      return await run(new Patience(this.#parts.nowMs))
    } catch (error) {
      if (error instanceof PatienceLost) return refuse(error.message)
      throw error
    }
  }

  async #tryRows(
    { tenantId, deviceIdentifier, child, rows: text, now }: TriedRows,
    route: RowRoute,
    xId: string | undefined,
    draft: JsonObject | undefined,
    patience: Patience,
  ): Promise<Tried<DryRunRepresentation>> {
    const { openUnit, platformVersion, packetBytesMax } = this.#parts
    const unit = openUnit(tenantId, now, (items) => patience.read(items))
    const connection = await connectionOf(unit, deviceIdentifier)
    if (draft !== undefined) await putDraft(unit, xId ?? nameOfDraft, draft)
    const collection = xId === undefined ? undefined : this.#collectionOf(route, xId)
    const found = collection && (await this.#parts.collections.findIn(unit, collection.xId))
    const templates = collection && templatesOf(collection.xId, found?.collection)
    const recorder = new EffectRecorder((characters) => patience.wrote(characters))
    const context: RowContext = {
      connection,
      mode: route.mode,
      child: route.child ?? child,
      collection,
      platformVersion,
      packetBytesMax,
      trace: recorder,
    }
    const outcomes = await processRows(tracedUnit(unit, recorder), context, parsePayload(text))
    const explained = explainPayload(text, {
      receivedAt: now,
      isDownlink: false,
      ...(templates === undefined ? {} : { templates }),
    })
    return { ok: true, value: presentRows(explained, outcomes, recorder) }
  }

  #collectionOf(route: RowRoute, xId: string): CollectionOfRows {
    const downlinkTopic = route.kind === 'custom' ? `s/dc/${xId}` : 's/dd'
    return { collections: this.#parts.collections, xId, downlinkTopic }
  }
}

type RowRoute = Extract<Route, { readonly kind: 'static' | 'default' | 'custom' }>

function takesRows(route: Route): route is RowRoute {
  return route.kind === 'static' || route.kind === 'default' || route.kind === 'custom'
}

/** Whose templates the rows use; `undefined` for the static ones. */
function xIdOf(route: RowRoute, given: TriedCollection | undefined): Tried<string> | undefined {
  switch (route.kind) {
    case 'static':
      return undefined
    case 'custom':
      return given?.xId === undefined || given.xId === route.template
        ? { ok: true, value: route.template }
        : refuse(`The topic names collection ${route.template}, not ${given.xId}.`)
    case 'default': {
      const xId = given?.xId ?? (given?.draft === undefined ? undefined : nameOfDraft)
      return xId === undefined
        ? refuse('Which collection s/ud stands for is said by collection.xId.')
        : { ok: true, value: xId }
    }
  }
}

function parseDraft(draft: JsonValue | undefined): Tried<JsonObject | undefined> {
  if (draft === undefined) return { ok: true, value: undefined }
  const definition = definitionIn(draft)
  const parsed = parseCollection(definition)
  if (!parsed.ok) return refuse(`The draft is no collection. ${parsed.problem.text}.`)
  // Only objects are collections.
  return { ok: true, value: isJsonObject(definition) ? definition : {} }
}

/** In the place of what is stored under the X-ID, for this unit. */
async function putDraft(unit: Unit, xId: string, templates: JsonObject): Promise<void> {
  const { repository } = unit
  const id = await repository.findByExternalId({ type: xIdType, value: xId })
  const present = id === undefined ? undefined : await repository.findManagedObject(id)
  if (present === undefined) {
    await createTemplateCollection(unit, '', xId, templates)
    return
  }
  const fragments = { ...present.fragments, [templatesFragment]: templates }
  await repository.saveManagedObject({ ...present, fragments })
}

function templatesOf(xId: string, collection: TemplateCollection | undefined): RequestTemplates {
  return {
    xId,
    findRequest: (messageId) =>
      collection === undefined
        ? { ok: false, problem: rowProblem('collectionUnknown', messageId, { xId }) }
        : findCollectionRequest(collection, xId, messageId),
  }
}

/**
 * The device as it would come: as its own user, else as the owner of its object, else as the user
 * that its registration would create.
 */
async function connectionOf(unit: Unit, deviceIdentifier: DeviceIdentifier): Promise<Connection> {
  const { repository, tenantId } = unit
  const userName = deviceUserName(deviceIdentifier)
  const ownUser = await repository.findUser(userName)
  if (ownUser !== undefined) return { deviceIdentifier, actor: actorOf(ownUser) }
  const id = await repository.findByExternalId({ type: serialType, value: deviceIdentifier })
  const device = id === undefined ? undefined : await repository.findManagedObject(id)
  const owner = device && (await repository.findUser(device.owner))
  if (owner !== undefined) {
    const connection = { deviceIdentifier, actor: actorOf(owner) }
    if (await mayConnectAs(unit, connection)) return connection
  }
  return { deviceIdentifier, actor: registeredActor(tenantId, userName) }
}

function registeredActor(tenantId: TenantId, userName: string): Actor {
  const group = userGroups.find(({ id }) => id === devicesGroupId)
  return { tenantId, userName, kind: 'device', permissions: new Set(group?.permissions) }
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason }
}
