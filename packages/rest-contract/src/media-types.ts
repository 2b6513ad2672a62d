/** Names of one resource on the wire: alone, and in a list. */
export interface ResourceNames {
  /** Media type name of the resource itself. */
  readonly name: string
  /** Media type name of its collection. */
  readonly collection?: string
  /** Member of the collection that holds the items. */
  readonly items?: string
}

/**
 * The resources with their media type names and the array property of their collections.
 *
 * @see rest-api §1.2
 */
export const resources = {
  managedObject: {
    name: 'managedObject',
    collection: 'managedObjectCollection',
    items: 'managedObjects',
  },
  managedObjectReference: {
    name: 'managedObjectReference',
    collection: 'managedObjectReferenceCollection',
    items: 'references',
  },
  externalId: { name: 'externalId', collection: 'externalIdCollection', items: 'externalIds' },
  measurement: { name: 'measurement', collection: 'measurementCollection', items: 'measurements' },
  event: { name: 'event', collection: 'eventCollection', items: 'events' },
  alarm: { name: 'alarm', collection: 'alarmCollection', items: 'alarms' },
  operation: { name: 'operation', collection: 'operationCollection', items: 'operations' },
  newDeviceRequest: {
    name: 'newDeviceRequest',
    collection: 'newDeviceRequestCollection',
    items: 'newDeviceRequests',
  },
  deviceCredentials: { name: 'deviceCredentials' },
  currentTenant: { name: 'currentTenant' },
  user: { name: 'user', collection: 'userCollection', items: 'users' },
  currentUser: { name: 'currentUser' },
  operationTrace: { name: 'operationTrace' },
  consoleRegistration: {
    name: 'consoleRegistration',
    collection: 'consoleRegistrationCollection',
    items: 'registrations',
  },
  consoleSearch: { name: 'consoleSearch' },
  consoleWire: { name: 'consoleWire' },
  consoleDryRun: { name: 'consoleDryRun' },
  consoleDryRunResponses: { name: 'consoleDryRunResponses' },
  error: { name: 'error' },
} as const satisfies Record<string, ResourceNames>

export type ResourceName = keyof typeof resources

const vendorPrefix = 'application/vnd.com.nsn.cumulocity.'

/** What errors are sent as, whatever the request accepts (rest-api §1.2). */
export const errorContentType = `${vendorPrefix}error+json;charset=UTF-8;ver=0.9`

/** The vendor's media type of a resource or collection, without parameters. */
export function formatVendorMediaType(name: string): string {
  return `${vendorPrefix}${name}+json`
}

/** `type/subtype` in lower case without parameters; empty for an empty or missing header. */
export function parseMediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** The media types of an `Accept` header in their order, without parameters and weights. */
export function parseAccept(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map(parseMediaType)
    .filter((type) => type !== '')
}

/** `application/json` and everything that ends in `+json`. */
export function isJsonMediaType(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType.endsWith('+json')
}

/** The `<name>` of the vendor's types in lower case, e.g. `managedobject`; `undefined` for others. */
export function findVendorName(mediaType: string): string | undefined {
  return mediaType.startsWith(vendorPrefix) && mediaType.endsWith('+json')
    ? mediaType.slice(vendorPrefix.length, -'+json'.length)
    : undefined
}

/**
 * Whether a body without type, or as plain text, may be read as JSON: only where the caller showed
 * an `Authorization` header, which a page of another site cannot make a browser send.
 */
export function readsUntypedBody(mediaType: string, hasAuthorization: boolean): boolean {
  return hasAuthorization && (mediaType === '' || mediaType === 'text/plain')
}

/**
 * Whether a successful write answers with the stored representation: only when at least one
 * concrete JSON type is named.
 *
 * @see rest-api §1.3
 */
export function wantsStoredRepresentation(accept: readonly string[]): boolean {
  return accept.some(isJsonMediaType)
}

/**
 * The content type of a JSON answer: the vendor's, with the resource's own name, when the first
 * JSON type asked for is the vendor's; plain JSON otherwise.
 *
 * @see rest-api §1.2
 */
export function formatContentType(accept: readonly string[], name: string): string {
  const first = accept.find(isJsonMediaType)
  return first !== undefined && findVendorName(first) !== undefined
    ? `${formatVendorMediaType(name)};charset=UTF-8;ver=0.9`
    : 'application/json;charset=UTF-8'
}
