import type { JsonObject, JsonValue } from './json.ts'
import type { ChildKind } from './model.ts'
import { childKinds } from './model.ts'

/** Members of an event that are no fragments. */
export const eventMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'source',
  'type',
  'text',
  'time',
  'creationTime',
  'lastUpdated',
])

/** Members of an alarm that are no fragments. */
export const alarmMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'source',
  'type',
  'text',
  'severity',
  'status',
  'time',
  'count',
  'firstOccurrenceTime',
  'creationTime',
  'lastUpdated',
  'history',
])

/** Members of a measurement that are no fragments. */
export const measurementMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'source',
  'type',
  'time',
])

/** Members of an operation that are no fragments. */
export const operationMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'deviceId',
  'deviceName',
  'agentId',
  'deviceExternalIDs',
  'bulkOperationId',
  'status',
  'failureReason',
  'creationTime',
  'delivery',
])

/** Where an object says what it hangs below, by the kind of relation. */
export const parentMembers = {
  childDevices: 'deviceParents',
  childAssets: 'assetParents',
  childAdditions: 'additionParents',
} as const satisfies Record<ChildKind, string>

/** Members of a managed object that are no fragments. */
export const managedObjectMembers: ReadonlySet<string> = new Set([
  'type',
  'name',
  'owner',
  // What follows the platform alone writes: in a request it is ignored (rest-api §1.6 rule 2).
  'id',
  'self',
  'creationTime',
  'lastUpdated',
  'statistics',
  ...childKinds,
  ...Object.values(parentMembers),
  'c8y_ActiveAlarmsStatus',
  'c8y_Availability',
  'c8y_Connection',
])

/** The members of a request that become fragments: all but those named and, where asked, `null`. */
export function pickFragments(
  body: JsonObject,
  taken: ReadonlySet<string>,
  nulls: 'keep' | 'drop',
): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) => !taken.has(name) && (nulls === 'keep' || value !== null),
    ),
  )
}

/** What a document sets in a managed object: fragments, and the texts that clients may give. */
export function objectChangesIn(document: JsonObject): JsonObject {
  return {
    ...pickFragments(document, managedObjectMembers, 'keep'),
    ...textMember('type', document.type),
    ...textMember('name', document.name),
    ...textMember('owner', document.owner),
  }
}

/** A text member, where it is given: `null` for a mandatory member is ignored (rest-api §1.6). */
export function textMember<Name extends string>(
  name: Name,
  value: JsonValue | undefined,
): { readonly [Key in Name]?: string } {
  return typeof value === 'string' ? ({ [name]: value } as { [Key in Name]?: string }) : {}
}
