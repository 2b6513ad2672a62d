import type { Eventually, JsonObject, JsonValue, Unit } from '@pileus/domain'
import {
  alarmMembers,
  createEvent,
  createMeasurement,
  documentOfAlarm,
  documentOfEvent,
  documentOfMeasurement,
  documentOfOperation,
  ensureTarget,
  eventMembers,
  measurementMembers,
  operationMembers,
  parseOperationStatus,
  parseSeverity,
  preferredExternalId,
  raiseAlarm,
  removeEventFragments,
  reportHeartbeat,
  setAbsentMembers,
  textMember,
  updateManagedObject,
  updateMatchingAlarm,
  updateOldestOperation,
  whenThere,
} from '@pileus/domain'
import type { Api, Fields, RequestTemplate, TemplateCollection } from '@pileus/smartrest'
import {
  fillTemplate,
  findCollectionRequest,
  formatRow,
  rowProblem,
  staticRequest,
  staticTemplateIds,
} from '@pileus/smartrest'
import { actions, creations, isCreation } from './actions.ts'
import {
  changeAddressedObject,
  createObject,
  readAddressedObject,
} from './perform-inventory-row.ts'
import type { CollectionOfRows, RowContext } from './row-context.ts'
import type { RowOutcome } from './row-outcome.ts'
import { problemOutcome } from './row-outcome.ts'
import type { Performance } from './row-performance.ts'
import { answerWith, fragmentsOf } from './row-performance.ts'
import { payloadBytesMaxOf } from './session-surroundings.ts'

/**
 * Does what one row asks for, of the static templates or of those of a collection.
 *
 * A refused row has no effect but the automatic creation of its device (static-templates S2). A
 * measurement of a known device is done without waiting.
 */
export function performRow(
  unit: Unit,
  context: RowContext,
  fields: Fields,
): Eventually<RowOutcome> {
  if (context.collection !== undefined) {
    return performCollectionRow(unit, context, context.collection, fields)
  }
  const request = staticRequest(fields[0] ?? '')
  return request.ok
    ? performTemplate({ unit, context, collection: undefined }, request.value, fields)
    : { kind: 'problem', problem: request.problem }
}

/** The collection is found as the row finds it: what was changed before holds for this row. */
function performCollectionRow(
  unit: Unit,
  context: RowContext,
  { collections, xId }: CollectionOfRows,
  fields: Fields,
): Eventually<RowOutcome> {
  const messageId = fields[0] ?? ''
  return whenThere(collections.findIn(unit, xId), (found) => {
    if (found === undefined) {
      return { kind: 'problem', problem: rowProblem('collectionUnknown', messageId, { xId }) }
    }
    const { collection } = found
    const request = findCollectionRequest(collection, xId, messageId)
    return request.ok
      ? performTemplate({ unit, context, collection }, request.value, fields)
      : { kind: 'problem', problem: request.problem }
  })
}

interface Surroundings {
  readonly unit: Unit
  readonly context: RowContext
  readonly collection: TemplateCollection | undefined
}

function performTemplate(
  { unit, context, collection }: Surroundings,
  template: RequestTemplate,
  fields: Fields,
): Eventually<RowOutcome> {
  // walk: uplink 7
  const filled = fillTemplate(template, fields, unit.now)
  if (template.api === 'platform') return answerOfPlatform(template, context)
  if (!filled.ok && template.createsNoDevice) return { kind: 'problem', problem: filled.problem }
  if (filled.ok && isCreation(template.action)) {
    return creations[template.action](unit, context, filled.value)
  }
  const child = filled.ok ? context.child : childBesides(template, fields, context.child)
  return whenThere(ensureTarget(unit, context.connection, child), (target) => {
    if (!target.ok) return problemOutcome(template.messageId, target.problem)
    if (!filled.ok) return { kind: 'problem', problem: filled.problem }
    const targetId = target.value
    return performFilled({ unit, context, collection, filled: filled.value, targetId })
  })
}

/**
 * The child that a refused row brings into being. Not the service itself, whose topic 102 may use:
 * as a child device it could never become a service.
 */
function childBesides(
  { action }: RequestTemplate,
  fields: Fields,
  child: string | undefined,
): string | undefined {
  return action === 'createService' && fields[1] === child ? undefined : child
}

function performFilled(performance: Performance): Eventually<RowOutcome> {
  const { unit, context, filled, targetId } = performance
  const { action, api, method, addressedBy } = filled.template
  if (action !== undefined && !isCreation(action)) {
    return actions[action](unit, context, filled, targetId)
  }
  if (method !== 'GET') return effects[api][method](performance)
  return addressedBy === undefined
    ? answerOfInventory(performance)
    : readAddressedObject(performance)
}

function answerOfPlatform(template: RequestTemplate, context: RowContext): RowOutcome {
  const reply = template.reply ?? ''
  const columns = reply === '601' ? [context.platformVersion] : staticTemplateIds
  return { kind: 'reply', row: [reply, ...columns] }
}

function answerOfInventory(performance: Performance): Eventually<RowOutcome> {
  const reply = performance.filled.template.reply ?? ''
  return reply === '106'
    ? answerOfChildren(performance, reply)
    : { kind: 'reply', row: [reply, performance.targetId] }
}

/** A list that no message could carry is not read to its end: a device may have any number. */
async function answerOfChildren(
  { unit, context, filled, targetId }: Performance,
  reply: string,
): Promise<RowOutcome> {
  const bytesMax = payloadBytesMaxOf('s/ds', context.packetBytesMax)
  const row = [reply]
  let characters = 0
  for (const childId of await unit.repository.listChildren(targetId, 'childDevices')) {
    const externalId = await preferredExternalId(unit.repository, childId)
    if (externalId === undefined) continue
    row.push(externalId)
    characters += externalId.length + 1
    if (characters > bytesMax) break
  }
  return Buffer.byteLength(formatRow(row)) > bytesMax
    ? { kind: 'problem', problem: rowProblem('replyTooLong', filled.template.messageId, {}) }
    : { kind: 'reply', row }
}

type Effect = (performance: Performance) => Eventually<RowOutcome>

/** What filling a body leads to where no action is named. */
const effects: Readonly<Record<Api, Readonly<Record<'POST' | 'PUT', Effect>>>> = {
  inventory: { POST: createObject, PUT: changeObject },
  measurement: { POST: recordMeasurement, PUT: noSuchEffect },
  event: { POST: recordEvent, PUT: changeLatestEvent },
  alarm: { POST: raise, PUT: changeAlarm },
  operation: { POST: noSuchEffect, PUT: changeOperation },
  platform: { POST: noSuchEffect, PUT: noSuchEffect },
}

function noSuchEffect({ filled }: Performance): never {
  throw new Error(`Template ${filled.template.messageId} needs an action`)
}

function changeObject(performance: Performance): Promise<RowOutcome> {
  return performance.filled.template.addressedBy === undefined
    ? updateObject(performance)
    : changeAddressedObject(performance)
}

async function updateObject(performance: Performance): Promise<RowOutcome> {
  const { unit, context, filled, targetId } = performance
  const { template, body, unset } = filled
  if (template.objectType !== undefined) {
    const managedObject = await unit.repository.findManagedObject(targetId)
    if (managedObject?.type !== template.objectType) {
      const externalId = context.child ?? context.connection.deviceIdentifier
      return problemOutcome(template.messageId, { code: 'notAService', details: { externalId } })
    }
  }
  if (template.isSignOfLife) reportHeartbeat(unit, targetId)
  if (Object.keys(body).length === 0 && unset.length === 0) return undefined
  if (template.onlyIfAbsent) {
    await setAbsentMembers(unit, targetId, body, context.mode)
    return undefined
  }
  const updated = await updateManagedObject(unit, targetId, { set: body, unset }, context.mode)
  return updated.ok ? undefined : problemOutcome(template.messageId, updated.problem)
}

function recordMeasurement(performance: Performance): Eventually<RowOutcome> {
  const { unit, context, filled, targetId } = performance
  const { type, ...others } = filled.body
  const measurement = {
    sourceId: targetId,
    type: textOf(type),
    time: filled.time ?? unit.now,
    fragments: fragmentsOf(performance, others, measurementMembers),
  }
  return whenThere(createMeasurement(unit, measurement, context.mode), (created) =>
    answerWith(performance, () => documentOfMeasurement(created)),
  )
}

async function recordEvent(performance: Performance): Promise<RowOutcome> {
  const { unit, context, filled, targetId } = performance
  const { type, text, ...others } = filled.body
  const fragments = fragmentsOf(performance, others, eventMembers)
  const event = {
    sourceId: targetId,
    type: textOf(type),
    text: textOf(text),
    time: filled.time ?? unit.now,
    fragments,
  }
  const created = await createEvent(unit, event, context.mode)
  const mirrored = membersOf(fragments, filled.template.mirrors ?? [])
  if (Object.keys(mirrored).length > 0) {
    await updateManagedObject(unit, targetId, { set: mirrored }, context.mode)
  }
  return answerWith(performance, () => documentOfEvent(created))
}

function membersOf(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)))
}

async function changeLatestEvent({ unit, filled, targetId }: Performance): Promise<RowOutcome> {
  const type = textOf(filled.values.type)
  const changed = await removeEventFragments(unit, targetId, type, filled.unset)
  return changed.ok ? undefined : problemOutcome(filled.template.messageId, changed.problem)
}

async function raise(performance: Performance): Promise<RowOutcome> {
  const { unit, context, filled, targetId } = performance
  const { type, text, severity, status, ...others } = filled.body
  const alarm = {
    sourceId: targetId,
    type: textOf(type),
    text: textOf(text),
    severity: parseSeverity(textOf(severity)) ?? 'CRITICAL',
    status: textOf(status),
    time: filled.time ?? unit.now,
    fragments: fragmentsOf(performance, others, alarmMembers),
  }
  const raised = await raiseAlarm(unit, alarm, context.mode)
  return answerWith(performance, () => documentOfAlarm(raised))
}

async function changeAlarm(performance: Performance): Promise<RowOutcome> {
  const { unit, filled, targetId } = performance
  const { severity, status, text, ...others } = filled.body
  const parsed = typeof severity === 'string' ? parseSeverity(severity) : undefined
  const change = {
    ...textMember('text', text),
    ...(parsed === undefined ? {} : { severity: parsed }),
    ...textMember('status', status),
    fragments: fragmentsOf(performance, others, alarmMembers),
  }
  const type = textOf(filled.values.type)
  const changed = await updateMatchingAlarm(unit, targetId, type, change, filled.unset)
  if (!changed.ok) return problemOutcome(filled.template.messageId, changed.problem)
  return answerWith(performance, () => documentOfAlarm(changed.value))
}

async function changeOperation(performance: Performance): Promise<RowOutcome> {
  const { unit, filled, targetId } = performance
  const { status, failureReason, ...others } = filled.body
  const parsed = parseOperationStatus(textOf(status))
  const change = {
    ...(parsed === undefined ? {} : { status: parsed }),
    ...textMember('failureReason', failureReason),
    fragments: fragmentsOf(performance, others, operationMembers),
  }
  const fragment = textOf(filled.values.fragment)
  const changed = await updateOldestOperation(unit, targetId, fragment, change)
  if (!changed.ok) return problemOutcome(filled.template.messageId, changed.problem)
  if (!filled.template.response) return undefined
  const device = await unit.repository.findManagedObject(targetId)
  return answerWith(performance, () => documentOfOperation(changed.value, device?.name))
}

/** Required text columns are texts: the template saw to it. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
