import type { Instant } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Alarm, DeviceEvent, ManagedObject, Measurement } from './model.ts'

// What is stored as documents, without links and without what surrounds it: those are added by
// who shows them, as for operations. What was not stored has no id.

export function documentOfManagedObject({
  id,
  type,
  name,
  owner,
  creationTime,
  lastUpdated,
  fragments,
}: ManagedObject): JsonObject {
  return {
    id,
    ...(type === undefined ? {} : { type }),
    ...(name === undefined ? {} : { name }),
    owner,
    creationTime: textOf(creationTime),
    lastUpdated: textOf(lastUpdated),
    ...fragments,
  }
}

export function documentOfMeasurement(
  measurement: Measurement | Omit<Measurement, 'id'>,
): JsonObject {
  const { sourceId, type, time, fragments } = measurement
  return {
    ...idOf(measurement),
    type,
    time: textOf(time),
    source: { id: sourceId },
    ...fragments,
  }
}

export function documentOfEvent(event: DeviceEvent | Omit<DeviceEvent, 'id'>): JsonObject {
  const { sourceId, type, text, time, creationTime, lastUpdated, fragments } = event
  return {
    ...idOf(event),
    type,
    text,
    time: textOf(time),
    creationTime: textOf(creationTime),
    lastUpdated: textOf(lastUpdated),
    source: { id: sourceId },
    ...fragments,
  }
}

export function documentOfAlarm(alarm: Alarm | Omit<Alarm, 'id'>): JsonObject {
  const { sourceId, type, text, severity, status, time, count, fragments } = alarm
  return {
    ...idOf(alarm),
    type,
    text,
    severity,
    status,
    time: textOf(time),
    ...(count > 1 ? { firstOccurrenceTime: textOf(alarm.firstOccurrenceTime) } : {}),
    creationTime: textOf(alarm.creationTime),
    lastUpdated: textOf(alarm.lastUpdated),
    count,
    source: { id: sourceId },
    ...fragments,
  }
}

function idOf(stored: object & { readonly id?: string }): { readonly id?: string } {
  return stored.id === undefined ? {} : { id: stored.id }
}

/** ISO 8601 in UTC with milliseconds. */
function textOf(instant: Instant): string {
  return new Date(instant).toISOString()
}
