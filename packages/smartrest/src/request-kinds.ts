import type { Api, BodySteps, Column } from './template.ts'
import { type ValueType, valueTypes } from './value-types.ts'

/** A value that every template of a kind has, first in its rows unless the template fixes it. */
export interface MandatoryValue {
  /** Member under which definitions keep it, `$.` before it. */
  readonly member: string
  readonly valueType: ValueType
  readonly column: Column & { readonly path?: BodySteps }
}

/** What a user's request templates can ask for. */
export interface RequestKind {
  /** In upper case, as in definitions. */
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly api: 'MEASUREMENT' | 'EVENT' | 'ALARM' | 'OPERATION' | 'INVENTORY'
  /** In the order of columns. Those of INVENTORY say which object is meant instead. */
  readonly mandatory: readonly MandatoryValue[]
  /** Members of the body that can only hold one type. */
  readonly memberTypes: Readonly<Record<string, ValueType>>
  readonly summary: string
}

const type: MandatoryValue = {
  member: 'type',
  valueType: 'STRING',
  column: { name: 'type', type: 'string', required: true, path: ['type'] },
}
const text: MandatoryValue = {
  member: 'text',
  valueType: 'STRING',
  column: { name: 'text', type: 'string', required: true, path: ['text'] },
}
const status: MandatoryValue = {
  member: 'status',
  valueType: 'ALARMSTATUS',
  column: { name: 'status', ...valueTypes.ALARMSTATUS, path: ['status'] },
}
const severity: MandatoryValue = {
  member: 'severity',
  valueType: 'SEVERITY',
  column: { name: 'severity', ...valueTypes.SEVERITY, path: ['severity'] },
}
const time: MandatoryValue = {
  member: 'time',
  valueType: 'DATE',
  column: { name: 'time', ...valueTypes.DATE, path: ['time'] },
}
/** What to look for stands in no path. */
const typeToFind: MandatoryValue = {
  member: 'type',
  valueType: 'STRING',
  column: { name: 'type', type: 'string', required: true },
}
const fragmentToFind: MandatoryValue = {
  member: 'type',
  valueType: 'STRING',
  column: { name: 'fragment', type: 'name', required: true },
}

const measurementTypes = { type: 'STRING', time: 'DATE' } as const
const eventTypes = { ...measurementTypes, text: 'STRING' } as const
const objectTypes = { type: 'STRING', name: 'STRING', owner: 'STRING' } as const
const alarmTypes = { ...eventTypes, status: 'ALARMSTATUS', severity: 'SEVERITY' } as const

/**
 * The pairs of method and API, and the mandatory values of each.
 *
 * @see smartrest-templates §3
 */
export const requestKinds: readonly RequestKind[] = [
  {
    method: 'POST',
    api: 'MEASUREMENT',
    mandatory: [type, time],
    memberTypes: measurementTypes,
    summary: 'Report a measurement.',
  },
  {
    method: 'POST',
    api: 'EVENT',
    mandatory: [type, text, time],
    memberTypes: eventTypes,
    summary: 'Report an event.',
  },
  {
    method: 'POST',
    api: 'ALARM',
    mandatory: [type, text, status, severity, time],
    memberTypes: alarmTypes,
    summary: 'Raise an alarm.',
  },
  {
    method: 'PUT',
    api: 'ALARM',
    mandatory: [typeToFind],
    memberTypes: alarmTypes,
    summary: 'Change the alarm of a type.',
  },
  {
    method: 'PUT',
    api: 'OPERATION',
    mandatory: [fragmentToFind],
    memberTypes: { status: 'OPERATIONSTATUS', failureReason: 'STRING' },
    summary: 'Change the oldest operation with a fragment.',
  },
  {
    method: 'GET',
    api: 'INVENTORY',
    mandatory: [],
    memberTypes: {},
    summary: 'Read an object.',
  },
  {
    method: 'PUT',
    api: 'INVENTORY',
    mandatory: [],
    memberTypes: objectTypes,
    summary: 'Change an object.',
  },
  {
    method: 'POST',
    api: 'INVENTORY',
    mandatory: [],
    memberTypes: objectTypes,
    summary: 'Create an object.',
  },
]

export function findRequestKind(method: string, api: string): RequestKind | undefined {
  return requestKinds.find((kind) => kind.method === method && kind.api === api)
}

/** The API as templates name it. */
export const apiOfKind = {
  MEASUREMENT: 'measurement',
  EVENT: 'event',
  ALARM: 'alarm',
  OPERATION: 'operation',
  INVENTORY: 'inventory',
} as const satisfies Record<RequestKind['api'], Api>

/** How an INVENTORY row names its object; a fixed type of external id takes no column. */
export const addressColumns: Readonly<
  Record<
    'id' | 'externalId' | 'externalIdWithType' | 'newExternalId' | 'newExternalIdWithType',
    readonly Column[]
  >
> = {
  id: [{ name: 'id', type: 'string', required: true }],
  externalId: [{ name: 'externalId', type: 'string', required: true }],
  externalIdWithType: [
    { name: 'externalIdType', type: 'string', required: true },
    { name: 'externalId', type: 'string', required: true },
  ],
  newExternalId: [{ name: 'externalId', type: 'string' }],
  newExternalIdWithType: [
    { name: 'externalId', type: 'string' },
    { name: 'externalIdType', type: 'string', requiredWith: 'externalId' },
  ],
}
