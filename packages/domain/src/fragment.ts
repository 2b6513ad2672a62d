/** Names that would reach into a JavaScript object's machinery; refused wherever a name is given. */
const dangerousNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Members of a document that are not fragments: no row may remove them (static-templates §3.1, 107). */
export const protectedMembers: ReadonlySet<string> = new Set([
  'id',
  'type',
  'time',
  'creationTime',
  'lastUpdated',
  'owner',
  'source',
  'self',
  'name',
  'text',
  'status',
  'severity',
  'count',
  'firstOccurrenceTime',
  'history',
  'childDevices',
  'childAssets',
  'childAdditions',
  'deviceParents',
  'assetParents',
  'additionParents',
])

/** Whether a device or client may use `name` for a fragment. */
export function isFragmentNameAllowed(name: string): boolean {
  return !dangerousNames.has(name)
}
