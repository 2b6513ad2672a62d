import type { AlarmId, Instant, ManagedObjectId } from './ids.ts'
import { checkRemovable, laterThan } from './inventory.ts'
import type { JsonObject } from './json.ts'
import { mergeMembers, splitPatch, withoutMembers } from './json.ts'
import { isStored } from './measurements.ts'
import type { Alarm, AlarmSeverity, AlarmStatus, ProcessingMode } from './model.ts'
import { alarmSeverities } from './model.ts'
import type { FindsAlarms, SavesAlarms, Unit } from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

export interface NewAlarm {
  readonly sourceId: ManagedObjectId
  readonly type: string
  readonly text: string
  readonly severity: AlarmSeverity
  readonly status: AlarmStatus
  readonly time: Instant
  readonly fragments: JsonObject
}

/** Accepts a severity in any case. */
export function parseSeverity(text: string): AlarmSeverity | undefined {
  const upper = text.toUpperCase()
  return alarmSeverities.find((severity) => severity === upper)
}

const ordinaryStatuses: ReadonlySet<string> = new Set(['ACTIVE', 'ACKNOWLEDGED', 'CLEARED'])

/** Ordinary statuses come in any case; others are kept as given (rest-api §13.1). */
export function normaliseStatus(text: string): AlarmStatus {
  const upper = text.toUpperCase()
  return ordinaryStatuses.has(upper) ? upper : text
}

/**
 * Raises an alarm, or counts one more occurrence of the unresolved one of the same source and
 * type: its count rises, its time moves, everything else of the repetition is ignored.
 *
 * CEP and QUIESCENT are not offered for alarms and count as PERSISTENT; a TRANSIENT alarm is only
 * told to listeners.
 *
 * @see rest-api §13.3, mqtt-endpoint §9
 */
export async function raiseAlarm(
  unit: Unit<FindsAlarms & SavesAlarms>,
  given: NewAlarm,
  requestedMode: ProcessingMode,
): Promise<Alarm | Omit<Alarm, 'id'>> {
  const mode = requestedMode === 'TRANSIENT' ? 'TRANSIENT' : 'PERSISTENT'
  const fresh = {
    ...given,
    count: 1,
    firstOccurrenceTime: given.time,
    creationTime: unit.now,
    lastUpdated: unit.now,
  }
  if (!isStored(mode)) {
    unit.announce({ kind: 'alarmCreated', alarm: fresh, mode })
    return fresh
  }
  const [present] =
    given.status === 'CLEARED'
      ? []
      : await unit.repository.listUnresolvedAlarms(given.sourceId, given.type)
  if (present === undefined) {
    const alarm = await unit.repository.insertAlarm(fresh)
    unit.announce({ kind: 'alarmCreated', alarm, mode })
    return alarm
  }
  return saveAlarm(
    unit,
    { ...present, count: present.count + 1, time: given.time },
    { count: present.count + 1 },
    [],
  )
}

async function saveAlarm(
  unit: Unit<SavesAlarms>,
  changed: Alarm,
  set: JsonObject,
  unset: readonly string[],
): Promise<Alarm> {
  const alarm = { ...changed, lastUpdated: laterThan(changed.lastUpdated, unit.now) }
  await unit.repository.saveAlarm(alarm)
  unit.announce({ kind: 'alarmUpdated', alarm, set, unset })
  return alarm
}

export interface AlarmChange {
  readonly text?: string
  readonly severity?: AlarmSeverity
  readonly status?: AlarmStatus
  readonly fragments: JsonObject
}

/** Changes an alarm by id. CLEARED is final; other members of a cleared alarm may change. */
export async function updateAlarm(
  unit: Unit<FindsAlarms & SavesAlarms>,
  id: AlarmId,
  { fragments, ...members }: AlarmChange,
): Promise<Result<Alarm>> {
  const present = await unit.repository.findAlarm(id)
  if (present === undefined) return refused('alarmUnknown', { id })
  if (
    present.status === 'CLEARED' &&
    members.status !== undefined &&
    members.status !== present.status
  ) {
    return refused('alarmCleared', { id })
  }
  const changed = {
    ...present,
    ...members,
    fragments: mergeMembers(present.fragments, fragments),
  }
  const { set, unset } = splitPatch(fragments)
  return done(await saveAlarm(unit, changed, { ...members, ...set }, unset))
}

/** ACTIVE before the others, then the latest: the alarm that rows 305 to 307 mean. */
async function findMatchingAlarm(
  unit: Unit<FindsAlarms>,
  sourceId: ManagedObjectId,
  type: string,
): Promise<Result<Alarm>> {
  const unresolved = await unit.repository.listUnresolvedAlarms(sourceId, type)
  const matching = unresolved.find(({ status }) => status === 'ACTIVE') ?? unresolved[0]
  return matching === undefined ? refused('noUnresolvedAlarm', { type }) : done(matching)
}

/** Rows 305 to 307: changes the matching alarm, or removes members from it. */
export async function updateMatchingAlarm(
  unit: Unit<FindsAlarms & SavesAlarms>,
  sourceId: ManagedObjectId,
  type: string,
  { fragments, ...members }: AlarmChange,
  unset: readonly string[],
): Promise<Result<Alarm>> {
  const removable = checkRemovable(unset)
  if (!removable.ok) return removable
  const matching = await findMatchingAlarm(unit, sourceId, type)
  if (!matching.ok) return matching
  const changed = {
    ...matching.value,
    ...members,
    fragments: withoutMembers(mergeMembers(matching.value.fragments, fragments), unset),
  }
  return done(await saveAlarm(unit, changed, { ...members, ...fragments }, unset))
}
