import type { EventRepresentation } from '@pileus/rest-contract'

export type DeviceEvent = EventRepresentation

const ownMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'type',
  'text',
  'time',
  'creationTime',
  'lastUpdated',
  'source',
])

/** What the event says beyond what every event has. */
export function fragmentsOfEvent(event: DeviceEvent): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !ownMembers.has(name)))
}

/** `52.52000, 13.40500` of an event that tells a position, with its altitude if it tells one. */
export function describePosition(event: Readonly<Record<string, unknown>>): string | undefined {
  const position = Object.hasOwn(event, 'c8y_Position') ? event['c8y_Position'] : undefined
  if (typeof position !== 'object' || position === null) return undefined
  const { lat, lng, alt } = position as Readonly<Record<string, unknown>>
  const latitude = toNumber(lat)
  const longitude = toNumber(lng)
  if (latitude === undefined || longitude === undefined) return undefined
  const altitude = toNumber(alt)
  // Five places are about a metre.
  const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`
  return altitude === undefined ? place : `${place} · ${Math.round(altitude)} m`
}

/** Devices write numbers as numbers or as texts. */
function toNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) {
    return undefined
  }
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

const skewToldMs = 60_000

/** By how much the clocks of device and platform differ, if that is worth telling (console §3.8). */
export function clockSkewMs({
  time,
  creationTime,
}: Pick<DeviceEvent, 'time' | 'creationTime'>): number | undefined {
  const skew = Date.parse(time) - Date.parse(creationTime)
  return Math.abs(skew) > skewToldMs ? skew : undefined
}
