import type { JsonObject, JsonValue, NewAlarm, NewEvent, NewMeasurement } from '@pileus/domain'
import {
  alarmMembers,
  alarmSeverities,
  eventMembers,
  isJsonObject,
  measurementMembers,
  memberOf,
  normaliseStatus,
  pickFragments,
  serialType,
} from '@pileus/domain'
import { parseTime, shortenDetail } from '@pileus/smartrest'
import type { JsonResult } from './json-problem.ts'
import { refuseAsInvalid, refuseAsMissing } from './json-problem.ts'

/** A document and where it stands in the message: '' or, within a list, `events[1].`. */
export interface Item {
  readonly document: JsonObject
  readonly path: string
}

/** Data as a document describes it, before its source is looked up. */
export interface Described<Given> {
  /** `undefined`: the root device. */
  readonly externalId: string | undefined
  readonly given: Omit<Given, 'sourceId'>
}

/** How a message says what it is about: never stored. */
export const sourceMembers = ['source', 'externalSource'] as const
/** Members of an event in a message that are no fragments; the same for an alarm. */
export const takenOfEvent: ReadonlySet<string> = new Set([...eventMembers, ...sourceMembers])
export const takenOfAlarm: ReadonlySet<string> = new Set([...alarmMembers, ...sourceMembers])
const takenOfMeasurement = new Set([...measurementMembers, ...sourceMembers])

export function parseNewEvent(item: Item): JsonResult<Described<NewEvent>> {
  const texts = readTexts(item, ['type', 'text', 'time'])
  if (!texts.ok) return texts
  const time = readTime(item, texts.value.time)
  if (!time.ok) return time
  const { type, text } = texts.value
  const fragments = pickFragments(item.document, takenOfEvent, 'drop')
  return described(item, { type, text, time: time.value, fragments })
}

export function parseNewAlarm(item: Item): JsonResult<Described<NewAlarm>> {
  const texts = readTexts(item, ['type', 'text', 'severity', 'time'])
  if (!texts.ok) return texts
  const time = readTime(item, texts.value.time)
  if (!time.ok) return time
  const severity = readSeverity(item, texts.value.severity)
  if (!severity.ok) return severity
  const status = readOptionalText(item, 'status')
  if (!status.ok) return status
  const { type, text } = texts.value
  return described(item, {
    type,
    text,
    severity: severity.value,
    status: normaliseStatus(status.value ?? 'ACTIVE'),
    time: time.value,
    fragments: pickFragments(item.document, takenOfAlarm, 'drop'),
  })
}

export function parseNewMeasurement(item: Item): JsonResult<Described<NewMeasurement>> {
  const texts = readTexts(item, ['type', 'time'])
  if (!texts.ok) return texts
  const time = readTime(item, texts.value.time)
  if (!time.ok) return time
  const fragments = pickFragments(item.document, takenOfMeasurement, 'drop')
  if (!Object.values(fragments).some(isJsonObject)) {
    return refuseAsInvalid(`${subjectOf(item)} needs a member that is an object, with its series`)
  }
  return described(item, { type: texts.value.type, time: time.value, fragments })
}

function subjectOf({ path }: Item): string {
  return path === '' ? 'A measurement' : `Measurement ${path.slice(0, -1)}`
}

function described<Given>(
  item: Item,
  given: Omit<Given, 'sourceId'>,
): JsonResult<Described<Given>> {
  const named = readExternalSource(item)
  if (!named.ok) return named
  if (named.value !== undefined && named.value.type !== serialType) {
    return refuseAsInvalid(`Member '${item.path}externalSource.type' must be '${serialType}'`)
  }
  return { ok: true, value: { externalId: named.value?.value, given } }
}

/** The external id of `externalSource`; without a type it is a `c8y_Serial`. */
export function readExternalSource({
  document,
  path,
}: Item): JsonResult<{ readonly type: string; readonly value: string } | undefined> {
  const { externalSource } = document
  if (isAbsent(externalSource)) return { ok: true, value: undefined }
  if (!isJsonObject(externalSource)) {
    return refuseAsInvalid(`Member '${path}externalSource' must be an object`)
  }
  const item = { document: externalSource, path: `${path}externalSource.` }
  const id = readTexts(item, ['externalId'])
  if (!id.ok) return id
  const type = readOptionalText(item, 'type')
  if (!type.ok) return type
  return { ok: true, value: { type: type.value ?? serialType, value: id.value.externalId } }
}

/** Mandatory texts. What is missing is told all at once, and what is empty counts as missing. */
function readTexts<Name extends string>(
  { document, path }: Item,
  names: readonly Name[],
): JsonResult<Readonly<Record<Name, string>>> {
  const given = names.map((name) => [name, memberOf(document, name)] as const)
  const missing = given.flatMap(([name, value]) =>
    isAbsent(value) || value === '' ? [path + name] : [],
  )
  if (missing.length > 0) return refuseAsMissing(missing)
  for (const [name, value] of given) {
    if (typeof value !== 'string') return refuseAsInvalid(`Member '${path}${name}' must be a text`)
  }
  return { ok: true, value: Object.fromEntries(given) as Record<Name, string> }
}

/** A text that may be missing or `null`. */
export function readOptionalText(
  { document, path }: Item,
  name: string,
): JsonResult<string | undefined> {
  const value = memberOf(document, name)
  if (isAbsent(value)) return { ok: true, value: undefined }
  return typeof value === 'string'
    ? { ok: true, value }
    : refuseAsInvalid(`Member '${path}${name}' must be a text`)
}

function readTime({ path }: Item, text: string): JsonResult<number> {
  const time = parseTime(text)
  return time === undefined
    ? refuseAsInvalid(`Member '${path}time' must be a date with time, not "${shortenDetail(text)}"`)
    : { ok: true, value: time }
}

/** Upper case only, unlike rows and REST (json-mqtt §4). */
export function readSeverity(
  { path }: Item,
  text: string,
): JsonResult<(typeof alarmSeverities)[number]> {
  const severity = alarmSeverities.find((each) => each === text)
  return severity === undefined
    ? refuseAsInvalid(
        `Member '${path}severity' must be ${alarmSeverities.join(', ')}, not "${shortenDetail(text)}"`,
      )
    : { ok: true, value: severity }
}

function isAbsent(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null
}
