import type {
  Eventually,
  ExternalId,
  JsonObject,
  ManagedObject,
  Operation,
  TenantId,
} from '@pileus/domain'
import { documentOfDelivery, documentOfOperation } from '@pileus/domain'
import {
  formatRows,
  formatSmartRest1Rows,
  renderCollectionRows,
  renderOperation,
  renderSmartRest1,
} from '@pileus/smartrest'
import { payloadBytesMaxOf } from './session-surroundings.ts'
import type { SmartRest1Collections } from './smartrest-1/smartrest-1-collections.ts'
import type { TemplateCollections } from './template-collections.ts'

/** One message that says an operation. */
export interface OperationForm {
  readonly topic: string
  /** `undefined` where it is longer than a packet. */
  readonly payload: string | undefined
}

/** What topics need to know of the session that subscribed them. */
export interface Audience {
  readonly tenantId: TenantId
  /** Collection behind `s/dd`. */
  readonly defaultTemplate: string | undefined
  readonly collections: TemplateCollections
  readonly smartRest1Collections: SmartRest1Collections
  /** A whole MQTT packet (mqtt-endpoint §5.10). */
  readonly packetBytesMax: number
  /** Whether the session has subscribed exactly this topic. */
  hasOwn(topic: string): boolean
}

/** How operations look on the topics of one filter. */
export interface OperationChannel {
  /** Its messages; none where the topic cannot say this operation. */
  formsOf(
    operation: OperationView,
    topic: string,
    audience: Audience,
  ): Eventually<readonly OperationForm[]>
}

/** An operation and its target as they are shown, the same on all topics of a session. */
export class OperationView {
  readonly operation: Operation
  readonly device: ManagedObject
  readonly #externalId: ExternalId | undefined
  #document: JsonObject | undefined

  constructor(operation: Operation, device: ManagedObject, externalId: ExternalId | undefined) {
    this.operation = operation
    this.device = device
    this.#externalId = externalId
  }

  /** How rows call the target (static-templates §8.1 D2). */
  get deviceName(): string {
    return this.#externalId?.value ?? this.device.id
  }

  /** As REST returns it, without links. */
  get document(): JsonObject {
    this.#document ??= documentOfOperation(this.operation, this.device.name)
    return this.#document
  }

  /**
   * One line of JSON. Links are left out: the platform may be known to the device by another name
   * than to those who use REST.
   */
  get json(): string {
    const externalId = this.#externalId
    // What the operation itself says under that name is not the platform's word.
    const { externalSource: _said, ...document } = this.document
    const target = externalId && { externalId: externalId.value, type: externalId.type }
    return JSON.stringify({
      ...document,
      ...(target === undefined ? {} : { externalSource: target }),
      delivery: documentOfDelivery(this.operation.delivery),
    })
  }
}

const collectionPrefix = 's/dc/'
const smartRest1Prefix = 's/ol/'
/** Rendered in one go; a tenant may have a thousand, and others are waiting. */
const collectionsAtOnce = 16

/**
 * The channel of a filter, `undefined` where it carries no operations. Shared by all sessions.
 *
 * @see registration §8.2
 */
export function findOperationChannel(filter: string): OperationChannel | undefined {
  if (Object.hasOwn(plainChannels, filter)) return plainChannels[filter]
  if (filter.startsWith(collectionPrefix)) return oneCollection
  return filter.startsWith(smartRest1Prefix) ? smartRest1Collection : undefined
}

/** Static rows. */
const staticRows: OperationChannel = {
  formsOf({ operation, deviceName, device }, topic, audience) {
    const payload = renderOperation(operation.fragments, deviceName, device.fragments)
    return payload === undefined ? noForms : [formOf(topic, payload, audience)]
  },
}

/** The whole operation (json-mqtt §7). */
const json: OperationChannel = {
  formsOf: (operation, topic, audience) => [formOf(topic, operation.json, audience)],
}

/** `s/dc/<X-ID>` */
const oneCollection: OperationChannel = {
  formsOf: (operation, topic, audience) =>
    formsThrough(topic.slice(collectionPrefix.length), operation, topic, audience),
}

/** `s/ol/<X-ID>`: rows of version 1.0, which count the lines of a message; an operation is one. */
const smartRest1Collection: OperationChannel = {
  async formsOf({ document }, topic, audience) {
    const xId = topic.slice(smartRest1Prefix.length)
    const found = await audience.smartRest1Collections.find(audience.tenantId, xId)
    if (found === undefined) return noForms
    const rows = renderSmartRest1(found.collection, document, 1)
    if (rows === undefined) return [{ topic, payload: undefined }]
    return rows.length === 0 ? noForms : [formOf(topic, formatSmartRest1Rows(rows), audience)]
  },
}

/** `s/dd` */
const defaultCollection: OperationChannel = {
  formsOf: (operation, topic, audience) =>
    audience.defaultTemplate === undefined
      ? noForms
      : formsThrough(audience.defaultTemplate, operation, topic, audience),
}

/** Each collection on a topic of its own, but for those that are subscribed beside it. */
const allCollections: OperationChannel = {
  async formsOf(operation, _filter, audience) {
    const forms: OperationForm[] = []
    const names = await audience.collections.list(audience.tenantId)
    for (const [index, { xId }] of names.entries()) {
      if (index > 0 && index % collectionsAtOnce === 0) await new Promise(setImmediate)
      const topic = collectionPrefix + xId
      if (audience.hasOwn(topic)) continue
      for (const form of await formsThrough(xId, operation, topic, audience)) forms.push(form)
    }
    return forms
  },
}

const plainChannels: Readonly<Record<string, OperationChannel>> = {
  's/ds': staticRows,
  's/dd': defaultCollection,
  's/dc/#': allCollections,
  'devicecontrol/notifications': json,
  'notification/operations': json,
}

/** Looked up when it is used: it may have come or changed since the subscription. */
async function formsThrough(
  xId: string,
  { document, deviceName }: OperationView,
  topic: string,
  audience: Audience,
): Promise<readonly OperationForm[]> {
  const found = await audience.collections.find(audience.tenantId, xId)
  if (found === undefined) return noForms
  const rows = renderCollectionRows(found.collection, document, deviceName)
  return rows.length === 0 ? noForms : [formOf(topic, formatRows(rows), audience)]
}

function formOf(topic: string, payload: string, { packetBytesMax }: Audience): OperationForm {
  const fits = Buffer.byteLength(payload) <= payloadBytesMaxOf(topic, packetBytesMax)
  return { topic, payload: fits ? payload : undefined }
}

const noForms: readonly OperationForm[] = []
