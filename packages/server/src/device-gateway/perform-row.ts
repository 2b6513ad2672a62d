import type { Eventually, JsonObject, JsonValue, ManagedObjectId, Unit } from '@pileus/domain'
import {
  createEvent,
  createMeasurement,
  ensureTarget,
  parseSeverity,
  preferredExternalId,
  raiseAlarm,
  removeEventFragments,
  reportHeartbeat,
  setAbsentMembers,
  updateManagedObject,
  updateMatchingAlarm,
  whenThere,
} from '@pileus/domain'
import type { Api, Fields, Filled, RequestTemplate } from '@pileus/smartrest'
import {
  fillTemplate,
  formatRow,
  rowProblem,
  staticRequest,
  staticTemplateIds,
} from '@pileus/smartrest'
import { actions, creations, isCreation } from './actions.ts'
import type { RowContext } from './row-context.ts'
import type { RowOutcome } from './row-outcome.ts'
import { problemOutcome } from './row-outcome.ts'
import { payloadBytesMaxOf } from './session-surroundings.ts'

/** A row that is understood, and the object that it is about. */
export interface Performance {
  readonly unit: Unit
  readonly context: RowContext
  readonly filled: Filled
  readonly targetId: ManagedObjectId
}

/**
 * Does what one row of the static templates asks for.
 *
 * A refused row has no effect but the automatic creation of its device (static-templates S2).
 * A measurement of a known device is done without waiting.
 */
export function performStaticRow(
  unit: Unit,
  context: RowContext,
  fields: Fields,
): Eventually<RowOutcome> {
  const messageId = fields[0] ?? ''
  const request = staticRequest(messageId)
  if (!request.ok) return { kind: 'problem', problem: request.problem }
  const template = request.value
  // walk: uplink 7
  const filled = fillTemplate(template, fields, unit.now)
  if (template.api === 'platform') return answerOfPlatform(template, context)
  if (!filled.ok && template.createsNoDevice) return { kind: 'problem', problem: filled.problem }
  if (filled.ok && isCreation(template.action)) {
    return creations[template.action](unit, context, filled.value)
  }
  const child = filled.ok ? context.child : childBesides(template, fields, context.child)
  return whenThere(ensureTarget(unit, context.connection, child), (target) => {
    if (!target.ok) return problemOutcome(messageId, target.problem)
    if (!filled.ok) return { kind: 'problem', problem: filled.problem }
    return performFilled({ unit, context, filled: filled.value, targetId: target.value })
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
  const { action, api, method } = filled.template
  if (action !== undefined && !isCreation(action)) {
    return actions[action](unit, context, filled, targetId)
  }
  return method === 'GET' ? answerOfInventory(performance) : effects[api][method](performance)
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
  inventory: { POST: noSuchEffect, PUT: updateObject },
  measurement: { POST: recordMeasurement, PUT: noSuchEffect },
  event: { POST: recordEvent, PUT: changeLatestEvent },
  alarm: { POST: raise, PUT: changeAlarm },
  operation: { POST: noSuchEffect, PUT: noSuchEffect },
  platform: { POST: noSuchEffect, PUT: noSuchEffect },
}

function noSuchEffect({ filled }: Performance): never {
  throw new Error(`Template ${filled.template.messageId} needs an action`)
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

function recordMeasurement({
  unit,
  context,
  filled,
  targetId,
}: Performance): Eventually<RowOutcome> {
  const { type, ...fragments } = filled.body
  const measurement = {
    sourceId: targetId,
    type: textOf(type),
    time: filled.time ?? unit.now,
    fragments,
  }
  return whenThere(createMeasurement(unit, measurement, context.mode), () => undefined)
}

async function recordEvent(performance: Performance): Promise<RowOutcome> {
  const { unit, context, filled, targetId } = performance
  const { type, text, ...fragments } = filled.body
  const event = {
    sourceId: targetId,
    type: textOf(type),
    text: textOf(text),
    time: filled.time ?? unit.now,
    fragments,
  }
  await createEvent(unit, event, context.mode)
  const mirrored = membersOf(fragments, filled.template.mirrors ?? [])
  if (Object.keys(mirrored).length > 0) {
    await updateManagedObject(unit, targetId, { set: mirrored }, context.mode)
  }
  return undefined
}

function membersOf(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)))
}

async function changeLatestEvent({ unit, filled, targetId }: Performance): Promise<RowOutcome> {
  const type = textOf(filled.values.type)
  const changed = await removeEventFragments(unit, targetId, type, filled.unset)
  return changed.ok ? undefined : problemOutcome(filled.template.messageId, changed.problem)
}

async function raise({ unit, context, filled, targetId }: Performance): Promise<RowOutcome> {
  const { type, text, severity, status, ...fragments } = filled.body
  const alarm = {
    sourceId: targetId,
    type: textOf(type),
    text: textOf(text),
    severity: parseSeverity(textOf(severity)) ?? 'CRITICAL',
    status: textOf(status),
    time: filled.time ?? unit.now,
    fragments,
  }
  await raiseAlarm(unit, alarm, context.mode)
  return undefined
}

async function changeAlarm({ unit, filled, targetId }: Performance): Promise<RowOutcome> {
  const { severity, status, ...fragments } = filled.body
  const parsed = typeof severity === 'string' ? parseSeverity(severity) : undefined
  const change = {
    ...(parsed === undefined ? {} : { severity: parsed }),
    ...(typeof status === 'string' ? { status } : {}),
    fragments,
  }
  const type = textOf(filled.values.type)
  const changed = await updateMatchingAlarm(unit, targetId, type, change, filled.unset)
  return changed.ok ? undefined : problemOutcome(filled.template.messageId, changed.problem)
}

/** Required text columns are texts: the template saw to it. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
