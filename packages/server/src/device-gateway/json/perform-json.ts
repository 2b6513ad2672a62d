import type {
  Alarm,
  Connection,
  DeviceEvent,
  Instant,
  JsonObject,
  ManagedObject,
  ManagedObjectId,
  Measurement,
  ProblemCode,
  ProcessingMode,
  Result,
  RunsUnits,
  Unit,
} from '@pileus/domain'
import {
  assignChild,
  checkNoCollection,
  createEvent,
  createManagedObject,
  createManagedObjectNamed,
  createMeasurement,
  deleteEvent,
  deleteMeasurement,
  ensureTarget,
  findTarget,
  isJsonObject,
  isWithinReach,
  managedObjectMembers,
  mayCreateObjects,
  memberOf,
  normaliseStatus,
  parseAlarmId,
  parseEventId,
  parseManagedObjectId,
  parseMeasurementId,
  pickFragments,
  raiseAlarm,
  refused,
  reportHeartbeat,
  serialType,
  splitPatch,
  textMember,
  updateAlarm,
  updateEvent,
  updateManagedObject,
} from '@pileus/domain'
import { PlatformError } from '../../platform-error.ts'
import type { JsonProblem, JsonResult } from './json-problem.ts'
import { refuseAsDomain, refuseAsInvalid, refuseAsMissing } from './json-problem.ts'
import type { JsonCommand } from './json-topics.ts'
import type { Described, Item } from './new-data.ts'
import {
  parseNewAlarm,
  parseNewEvent,
  parseNewMeasurement,
  readExternalSource,
  readOptionalText,
  readSeverity,
  sourceMembers,
  takenOfAlarm,
  takenOfEvent,
} from './new-data.ts'
import type { JsonMessage } from './read-json-message.ts'

/**
 * Does what one JSON message asks for: the whole of it, or nothing and the reason why. Everything
 * that may be refused is looked at before anything is changed.
 */
export async function performJson(
  unit: Unit,
  connection: Connection,
  message: JsonMessage,
): Promise<JsonProblem | undefined> {
  const { topic, id, document } = message
  if (!document.ok) return document.problem
  const mode = topic.modes.includes(message.mode) ? message.mode : 'PERSISTENT'
  const performance = { unit, connection, mode, id, document: document.value, list: topic.list }
  const result = await commands[topic.command](performance)
  return result.ok ? undefined : result.problem
}

/** The same in a unit of its own, after a mistake of ours has undone the turn. */
export async function performJsonAlone(
  store: RunsUnits,
  now: Instant,
  connection: Connection,
  message: JsonMessage,
): Promise<JsonProblem | undefined> {
  const { tenantId } = connection.actor
  try {
    return await store.run(tenantId, now, (unit) => performJson(unit, connection, message))
  } catch (error) {
    if (error instanceof PlatformError && error.code !== 'storageRefused') throw error
    // What is known about it is in the log, and none of a device's business.
    const text = 'Internal error, the message had no effect'
    return { error: 'general/internalError', message: text }
  }
}

/** A message that is understood. */
interface Performance {
  readonly unit: Unit
  readonly connection: Connection
  readonly mode: ProcessingMode
  readonly id: string
  readonly document: JsonObject
  readonly list: string | undefined
}

type Command = (performance: Performance) => Promise<JsonResult<unknown>>

const commands: Readonly<Record<JsonCommand, Command>> = {
  createEvent: (performance) => createAll(performance, parseNewEvent, createEvent),
  createAlarm: (performance) => createAll(performance, parseNewAlarm, raiseAlarm),
  createMeasurement: (performance) =>
    createAll(performance, parseNewMeasurement, createMeasurement),
  updateEvent: changeEvent,
  updateAlarm: changeAlarm,
  deleteEvent: async (performance) => {
    const event = await findEvent(performance)
    return event.ok ? fromDomain(await deleteEvent(performance.unit, event.value.id)) : event
  },
  deleteMeasurement: async (performance) => {
    const found = await findMeasurement(performance)
    return found.ok ? fromDomain(await deleteMeasurement(performance.unit, found.value.id)) : found
  },
  createObject,
  updateObject: changeObject,
  linkChildDevice,
}

function fromDomain<T>(result: Result<T>): JsonResult<T> {
  return result.ok ? result : refuseAsDomain(result.problem)
}

/** Records the data of a message once the sources of all its items are found. */
async function createAll<Given>(
  { unit, connection, mode, document, list }: Performance,
  parse: (item: Item) => JsonResult<Described<Given>>,
  create: (
    unit: Unit,
    given: Omit<Given, 'sourceId'> & { readonly sourceId: ManagedObjectId },
    mode: ProcessingMode,
  ) => unknown,
): Promise<JsonResult<undefined>> {
  const items = list === undefined ? one(document) : itemsOf(document, list)
  if (!items.ok) return items
  const all: { readonly path: string; readonly described: Described<Given> }[] = []
  for (const item of items.value) {
    const described = parse(item)
    if (!described.ok) return described
    all.push({ path: item.path, described: described.value })
  }
  const sources = await findSources(unit, connection, all)
  if (!sources.ok) return sources
  for (const { given, sourceId } of sources.value) {
    await create(unit, { ...given, sourceId }, mode)
  }
  return { ok: true, value: undefined }
}

function one(document: JsonObject): JsonResult<readonly Item[]> {
  return { ok: true, value: [{ document, path: '' }] }
}

function itemsOf(document: JsonObject, list: string): JsonResult<readonly Item[]> {
  const values = memberOf(document, list)
  if (values === undefined || values === null) return refuseAsMissing([list])
  if (!Array.isArray(values)) return refuseAsInvalid(`Member '${list}' must be a list`)
  if (values.length === 0) return refuseAsInvalid(`Member '${list}' must not be empty`)
  const items: Item[] = []
  for (const [index, value] of values.entries()) {
    const place = `${list}[${index}]`
    if (!isJsonObject(value)) return refuseAsInvalid(`${place} must be an object`)
    items.push({ document: value, path: `${place}.` })
  }
  return { ok: true, value: items }
}

/**
 * All items with their sources, each looked up once. The root device comes last: it may have to be
 * created, and nothing may be if an item is refused.
 */
async function findSources<Given>(
  unit: Unit,
  connection: Connection,
  items: readonly { readonly path: string; readonly described: Described<Given> }[],
): Promise<
  JsonResult<
    readonly { readonly given: Omit<Given, 'sourceId'>; readonly sourceId: ManagedObjectId }[]
  >
> {
  const found = new Map<string | undefined, ManagedObjectId>()
  for (const { path, described } of items) {
    const { externalId } = described
    if (externalId === undefined || found.has(externalId)) continue
    const target = await findTarget(unit, connection, externalId)
    if (!target.ok) return refuseAsDomain(target.problem, placeOf(path))
    found.set(externalId, target.value)
  }
  const ofRoot = items.find(({ described }) => described.externalId === undefined)
  if (ofRoot !== undefined) {
    const root = await ensureTarget(unit, connection, undefined)
    if (!root.ok) return refuseAsDomain(root.problem, placeOf(ofRoot.path))
    found.set(undefined, root.value)
  }
  const value = items.map(({ described: { given, externalId } }) => ({
    given,
    sourceId: found.get(externalId) as ManagedObjectId,
  }))
  return { ok: true, value }
}

/** `events[1].` as it begins a sentence. */
function placeOf(path: string): string {
  return path === '' ? '' : `${path.slice(0, -1)}: `
}

const takenOfObject = new Set([...managedObjectMembers, ...sourceMembers])

async function changeEvent(performance: Performance): Promise<JsonResult<DeviceEvent>> {
  const { unit, document } = performance
  const text = readOptionalText({ document, path: '' }, 'text')
  if (!text.ok) return text
  const event = await findEvent(performance)
  if (!event.ok) return event
  const change = {
    ...textMember('text', text.value),
    fragments: pickFragments(document, takenOfEvent, 'keep'),
  }
  return fromDomain(await updateEvent(unit, event.value.id, change))
}

async function changeAlarm(performance: Performance): Promise<JsonResult<Alarm>> {
  const { unit, document } = performance
  const item = { document, path: '' }
  const text = readOptionalText(item, 'text')
  if (!text.ok) return text
  const status = readOptionalText(item, 'status')
  if (!status.ok) return status
  const severityText = readOptionalText(item, 'severity')
  if (!severityText.ok) return severityText
  const severity =
    severityText.value === undefined ? undefined : readSeverity(item, severityText.value)
  if (severity?.ok === false) return severity
  const alarm = await findAlarm(performance)
  if (!alarm.ok) return alarm
  const change = {
    ...textMember('text', text.value),
    ...(status.value === undefined ? {} : { status: normaliseStatus(status.value) }),
    ...(severity === undefined ? {} : { severity: severity.value }),
    fragments: pickFragments(document, takenOfAlarm, 'keep'),
  }
  return fromDomain(await updateAlarm(unit, alarm.value.id, change))
}

async function findEvent(performance: Performance): Promise<JsonResult<DeviceEvent>> {
  const { unit, id } = performance
  const eventId = parseEventId(id)
  const found = eventId === undefined ? undefined : await unit.repository.findEvent(eventId)
  return visible(performance, found, 'eventUnknown')
}

async function findAlarm(performance: Performance): Promise<JsonResult<Alarm>> {
  const { unit, id } = performance
  const alarmId = parseAlarmId(id)
  const found = alarmId === undefined ? undefined : await unit.repository.findAlarm(alarmId)
  return visible(performance, found, 'alarmUnknown')
}

async function findMeasurement(performance: Performance): Promise<JsonResult<Measurement>> {
  const { unit, id } = performance
  const measurementId = parseMeasurementId(id)
  const found =
    measurementId === undefined ? undefined : await unit.repository.findMeasurement(measurementId)
  return visible(performance, found, 'measurementUnknown')
}

/** Data of a foreign source is like none: its ids are nobody else's business (json-mqtt §5). */
async function visible<T extends { readonly sourceId: ManagedObjectId }>(
  { unit, connection, id }: Performance,
  found: T | undefined,
  unknown: ProblemCode,
): Promise<JsonResult<T>> {
  return found !== undefined && (await isWithinReach(unit, connection, found.sourceId))
    ? { ok: true, value: found }
    : refuseAsDomain({ code: unknown, details: { id } })
}

/** A free object: it is the user's, and hangs below nothing. */
async function createObject({
  unit,
  connection: { actor },
  document,
}: Performance): Promise<JsonResult<ManagedObject>> {
  const members = readObjectMembers(document)
  if (!members.ok) return members
  const externalId = readExternalSource({ document, path: '' })
  if (!externalId.ok) return externalId
  if (!mayCreateObjects(actor)) return fromDomain(refused('forbidden'))
  const ordinary = checkNoCollection(document)
  if (!ordinary.ok) return fromDomain(ordinary)
  const given = {
    ...members.value,
    owner: actor.userName,
    fragments: pickFragments(document, takenOfObject, 'drop'),
  }
  return externalId.value === undefined
    ? { ok: true, value: await createManagedObject(unit, given) }
    : fromDomain(await createManagedObjectNamed(unit, given, externalId.value))
}

/** Name and type, where they are given: `null` is like none. */
function readObjectMembers(
  document: JsonObject,
): JsonResult<{ readonly name?: string; readonly type?: string }> {
  const name = readOptionalText({ document, path: '' }, 'name')
  if (!name.ok) return name
  const type = readOptionalText({ document, path: '' }, 'type')
  if (!type.ok) return type
  const value = { ...textMember('name', name.value), ...textMember('type', type.value) }
  return { ok: true, value }
}

async function changeObject(performance: Performance): Promise<JsonResult<unknown>> {
  const { unit, mode, id, document } = performance
  const members = readObjectMembers(document)
  if (!members.ok) return members
  const target = await findObject(performance, id)
  if (!target.ok) return target
  if (Object.keys(document).length === 0) return fromDomain(reportHeartbeat(unit, target.value))
  const present = await unit.repository.findManagedObject(target.value)
  const ordinary = checkNoCollection(document, present)
  if (!ordinary.ok) return fromDomain(ordinary)
  const { set, unset } = splitPatch(pickFragments(document, takenOfObject, 'keep'))
  const change = { set: { ...members.value, ...set }, unset }
  // What remains of a change of protected members alone is none.
  if (Object.keys(change.set).length === 0 && unset.length === 0) return target
  return fromDomain(await updateManagedObject(unit, target.value, change, mode))
}

async function linkChildDevice(performance: Performance): Promise<JsonResult<ManagedObject>> {
  const { unit, connection, id, document } = performance
  const { managedObject } = document
  const childText = memberOf(managedObject, 'id')
  if (childText === undefined || childText === null) return refuseAsMissing(['managedObject.id'])
  if (typeof childText !== 'string' && typeof childText !== 'number') {
    return refuseAsInvalid("Member 'managedObject.id' must be an id")
  }
  const parent = await findObject(performance, id)
  if (!parent.ok) return parent
  const childId = parseManagedObjectId(String(childText))
  const child = await checkReach(unit, connection, childId, String(childText))
  if (!child.ok) return child
  return fromDomain(await assignChild(unit, parent.value, 'childDevices', child.value))
}

/**
 * The object of an external id, else of an internal one. A foreign object with an external id that
 * looks like an internal one does not come between.
 */
async function findObject(
  { unit, connection }: Performance,
  id: string,
): Promise<JsonResult<ManagedObjectId>> {
  const named = await unit.repository.findByExternalId({ type: serialType, value: id })
  if (named !== undefined && (await isWithinReach(unit, connection, named))) {
    return { ok: true, value: named }
  }
  const numbered = await checkReach(unit, connection, parseManagedObjectId(id), id)
  return named === undefined || numbered.ok
    ? numbered
    : fromDomain(refused('notBelowConnection', { externalId: id }))
}

/** An object that exists, if the connection may write about it. */
async function checkReach(
  unit: Unit,
  connection: Connection,
  id: ManagedObjectId | undefined,
  idText: string,
): Promise<JsonResult<ManagedObjectId>> {
  if (id === undefined || (await unit.repository.findManagedObject(id)) === undefined) {
    return fromDomain(refused('managedObjectUnknown', { id: idText }))
  }
  return (await isWithinReach(unit, connection, id))
    ? { ok: true, value: id }
    : fromDomain(refused('notBelowConnection', { externalId: idText }))
}
