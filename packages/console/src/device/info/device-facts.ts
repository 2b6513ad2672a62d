import type { ManagedObjectRepresentation } from '@pileus/rest-contract'

export interface DeviceFact {
  readonly name: string
  /** Text of the device, one after the other. */
  readonly values: readonly string[]
  readonly isCode?: true
}

interface FactRow {
  readonly name: string
  readonly isCode?: true
  readonly valuesOf: (device: Device) => readonly unknown[]
}

type Device = ManagedObjectRepresentation

/** What the fragments of a device say about it (device-management §2); absent ones say nothing. */
const rows: readonly FactRow[] = [
  { name: 'Type', valuesOf: ({ type }) => [type] },
  { name: 'Id', isCode: true, valuesOf: ({ id }) => [id] },
  { name: 'Owner', isCode: true, valuesOf: ({ owner }) => [owner] },
  { name: 'Model', valuesOf: (device) => [memberOf(device, 'c8y_Hardware', 'model')] },
  { name: 'Revision', valuesOf: (device) => [memberOf(device, 'c8y_Hardware', 'revision')] },
  {
    name: 'Serial number',
    isCode: true,
    valuesOf: (device) => [memberOf(device, 'c8y_Hardware', 'serialNumber')],
  },
  { name: 'Firmware', valuesOf: (device) => [nameAndVersion(device, 'c8y_Firmware')] },
  { name: 'Agent', valuesOf: (device) => [nameAndVersion(device, 'c8y_Agent')] },
  { name: 'IMEI', isCode: true, valuesOf: (device) => [memberOf(device, 'c8y_Mobile', 'imei')] },
  { name: 'ICCID', isCode: true, valuesOf: (device) => [memberOf(device, 'c8y_Mobile', 'iccid')] },
  { name: 'Cell', isCode: true, valuesOf: (device) => [memberOf(device, 'c8y_Mobile', 'cellId')] },
  { name: 'Must report', valuesOf: (device) => [describeAvailability(device)] },
  {
    name: 'Operations',
    isCode: true,
    valuesOf: ({ c8y_SupportedOperations: names }) => (Array.isArray(names) ? names : []),
  },
]

/** A device may declare more than anybody reads; all are in its properties. */
const valuesMax = 30

export function listDeviceFacts(device: Device): readonly DeviceFact[] {
  return rows.flatMap(({ valuesOf, ...row }) => {
    const values = valuesOf(device).flatMap(toText).slice(0, valuesMax)
    return values.length === 0 ? [] : [{ ...row, values }]
  })
}

export interface Position {
  /** Degrees. */
  readonly lat: number
  readonly lng: number
  /** Metres. */
  readonly alt: number | undefined
}

/** Where the device says it is; undefined where it says nothing that can be a place. */
export function findPosition(device: Device): Position | undefined {
  const [lat, lng, alt] = ['lat', 'lng', 'alt'].map((member) =>
    toNumber(memberOf(device, 'c8y_Position', member)),
  )
  if (lat === undefined || lng === undefined) return undefined
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng, alt } : undefined
}

/** `51.22770, 6.77350`: about a metre fine. */
export function formatPosition({ lat, lng }: Position): string {
  return `${lat.toFixed(5)}, ${lng.toFixed(5)}`
}

export function memberOf(device: Device, fragment: string, member: string): unknown {
  const content = device[fragment]
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, member)) {
    return undefined
  }
  return (content as Readonly<Record<string, unknown>>)[member]
}

function nameAndVersion(device: Device, fragment: string): string | undefined {
  const parts = ['name', 'version'].flatMap((member) => toText(memberOf(device, fragment, member)))
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** Minutes; 0 and less is maintenance (device-management §6). */
function describeAvailability(device: Device): string | undefined {
  const minutes = toNumber(memberOf(device, 'c8y_RequiredAvailability', 'responseInterval'))
  if (minutes === undefined) return undefined
  if (minutes <= 0) return 'not now: in maintenance'
  return minutes === 1 ? 'every minute' : `every ${minutes.toLocaleString()} minutes`
}

function toText(value: unknown): readonly string[] {
  if (typeof value === 'number') return [String(value)]
  return typeof value === 'string' && value.trim() !== '' ? [value] : []
}

/** Devices that speak rows send numbers as texts here and there. */
function toNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && value.trim() !== '' ? Number(value) : (value as number)
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
