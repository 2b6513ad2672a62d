import type { EventId, Instant, ManagedObjectId } from './ids.ts'
import { checkRemovable, laterThan } from './inventory.ts'
import type { JsonObject } from './json.ts'
import { mergeMembers, splitPatch, withoutMembers } from './json.ts'
import { isStored } from './measurements.ts'
import type { DeviceEvent, ProcessingMode } from './model.ts'
import type { FindsEvents, SavesEvents, Unit } from './ports.ts'
import type { Result } from './problems.ts'
import { done, refused } from './problems.ts'

export interface NewEvent {
  readonly sourceId: ManagedObjectId
  readonly type: string
  readonly text: string
  readonly time: Instant
  readonly fragments: JsonObject
}

/** Records an event of a source that the caller has found in this unit. Events never merge. */
export async function createEvent(
  unit: Unit<SavesEvents>,
  given: NewEvent,
  mode: ProcessingMode,
): Promise<DeviceEvent | Omit<DeviceEvent, 'id'>> {
  const unnumbered = { ...given, creationTime: unit.now, lastUpdated: unit.now }
  const event = isStored(mode) ? await unit.repository.insertEvent(unnumbered) : unnumbered
  unit.announce({ kind: 'eventCreated', event, mode })
  return event
}

/** Changes text and fragments; type, time and source of an event never change. */
export async function updateEvent(
  unit: Unit<FindsEvents & SavesEvents>,
  id: EventId,
  change: { readonly text?: string; readonly fragments: JsonObject },
): Promise<Result<DeviceEvent>> {
  const present = await unit.repository.findEvent(id)
  if (present === undefined) return refused('eventUnknown', { id })
  const event = {
    ...present,
    ...(change.text === undefined ? {} : { text: change.text }),
    fragments: mergeMembers(present.fragments, change.fragments),
    lastUpdated: laterThan(present.lastUpdated, unit.now),
  }
  await unit.repository.saveEvent(event)
  const { set, unset } = splitPatch(change.fragments)
  const text = change.text === undefined ? {} : { text: change.text }
  unit.announce({ kind: 'eventUpdated', event, set: { ...text, ...set }, unset })
  return done(event)
}

/** Row 407: removes members from the latest event of that type; without names nothing happens. */
export async function removeEventFragments(
  unit: Unit<FindsEvents & SavesEvents>,
  sourceId: ManagedObjectId,
  type: string,
  names: readonly string[],
): Promise<Result<undefined>> {
  const removable = checkRemovable(names)
  if (!removable.ok) return removable
  const present = await unit.repository.findLatestEvent(sourceId, type)
  if (present === undefined) return refused('noEventOfType', { type })
  if (names.length === 0) return done(undefined)
  const event = {
    ...present,
    fragments: withoutMembers(present.fragments, names),
    lastUpdated: laterThan(present.lastUpdated, unit.now),
  }
  await unit.repository.saveEvent(event)
  unit.announce({ kind: 'eventUpdated', event, set: {}, unset: names })
  return done(undefined)
}

export async function deleteEvent(
  unit: Unit<SavesEvents>,
  eventId: EventId,
): Promise<Result<undefined>> {
  if (!(await unit.repository.deleteEvent(eventId))) return refused('eventUnknown', { id: eventId })
  unit.announce({ kind: 'eventDeleted', eventId })
  return done(undefined)
}
