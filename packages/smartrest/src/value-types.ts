import { parseColumn } from './fill-template.ts'
import type { JsonValue } from './json.ts'
import type { Column } from './template.ts'

const severities = ['CRITICAL', 'MAJOR', 'MINOR', 'WARNING'] as const
const alarmStatuses = ['ACTIVE', 'ACKNOWLEDGED', 'CLEARED'] as const
const operationStatuses = ['PENDING', 'EXECUTING', 'SUCCESSFUL', 'FAILED'] as const

/** How a column of the type reads its text, and what it does without one. */
type ValueColumn = Column extends infer Each
  ? Each extends Column
    ? Pick<Each, Extract<keyof Each, 'type' | 'choices' | 'required' | 'default'>>
    : never
  : never

/**
 * The types of values in a user's templates, as columns. FLAG is none: it takes no column and is
 * always `{}`.
 *
 * @see smartrest-templates §4
 */
export const valueTypes = {
  STRING: { type: 'string', default: '' },
  DATE: { type: 'date', default: 'now' },
  NUMBER: { type: 'number', required: true },
  INTEGER: { type: 'integer', required: true },
  UNSIGNED: { type: 'unsigned', required: true },
  FLAG: undefined,
  SEVERITY: { type: 'choice', choices: severities, required: true },
  ALARMSTATUS: { type: 'choice', choices: alarmStatuses, required: true },
  OPERATIONSTATUS: { type: 'choice', choices: operationStatuses, required: true },
} as const satisfies Record<string, ValueColumn | undefined>

export type ValueType = keyof typeof valueTypes

/** In any case; undefined where there is no such type. */
export function findValueType(text: string): ValueType | undefined {
  const name = text.toUpperCase()
  return isValueType(name) ? name : undefined
}

function isValueType(name: string): name is ValueType {
  return Object.hasOwn(valueTypes, name)
}

/** A constant as the type reads it; undefined where it is not of the type. */
export function parseConstant(type: ValueType, text: string): JsonValue | undefined {
  const column = valueTypes[type]
  return column === undefined ? {} : parseColumn({ name: 'constant', ...column }, text)
}
