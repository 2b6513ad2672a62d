declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** `management`, `t` with digits, or a name given by configuration (security §1.1). */
export type TenantId = Branded<string, 'TenantId'>
/** Our number for a thing in the inventory: a positive decimal as text. */
export type ManagedObjectId = Branded<string, 'ManagedObjectId'>
/** Operations count in their own sequence below 2³² (rest-api §1.9). */
export type OperationId = Branded<string, 'OperationId'>
export type MeasurementId = Branded<string, 'MeasurementId'>
export type EventId = Branded<string, 'EventId'>
export type AlarmId = Branded<string, 'AlarmId'>
/** The id a device is registered under, and its external id of type `c8y_Serial`. */
export type DeviceIdentifier = Branded<string, 'DeviceIdentifier'>

/** A moment in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** The tenant that owns the instance and the bootstrap user. */
export const managementTenant = 'management' as TenantId

/** Accepts a tenant id as written in user names and paths (security §1.1). */
export function parseTenantId(text: string): TenantId | undefined {
  return /^[a-z][a-z0-9_-]{1,63}$/.test(text) ? (text as TenantId) : undefined
}

const decimal = /^[1-9]\d{0,15}$/

/** Sequences end below 2⁵³, so that a number says exactly what its text says (rest-api §1.9). */
function isDecimalId(text: string): boolean {
  return decimal.test(text) && Number.isSafeInteger(Number(text))
}

/** Accepts what the platform itself hands out: a positive decimal without leading zero. */
export function parseManagedObjectId(text: string): ManagedObjectId | undefined {
  return isDecimalId(text) ? (text as ManagedObjectId) : undefined
}

export function parseOperationId(text: string): OperationId | undefined {
  return isDecimalId(text) ? (text as OperationId) : undefined
}

export function parseMeasurementId(text: string): MeasurementId | undefined {
  return isDecimalId(text) ? (text as MeasurementId) : undefined
}

export function parseEventId(text: string): EventId | undefined {
  return isDecimalId(text) ? (text as EventId) : undefined
}

export function parseAlarmId(text: string): AlarmId | undefined {
  return isDecimalId(text) ? (text as AlarmId) : undefined
}

// Control characters, white space and what topics, user names and paths use for themselves.
const forbiddenInIdentifier =
  /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff/\\$+#:]/

/**
 * Accepts 1 to `maxCharacters` characters without control characters, white space, `/ \ $ + # :`.
 *
 * A ClientId may carry 254 characters (mqtt-endpoint §3), a registration 247, so that
 * `device_<id>` is still a user name (registration §2.1).
 */
export function parseDeviceIdentifier(
  text: string,
  maxCharacters: 247 | 254,
): DeviceIdentifier | undefined {
  if (text.length === 0 || text.length > maxCharacters) return undefined
  return forbiddenInIdentifier.test(text) ? undefined : (text as DeviceIdentifier)
}
