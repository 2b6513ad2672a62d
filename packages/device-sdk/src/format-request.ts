import {
  type Column,
  type ColumnType,
  fillTemplate,
  formatInstant,
  formatRow,
  parameterTypes,
  parsePayload,
  type RequestTemplate,
  type RestColumns,
} from '@pileus/smartrest'
import { DeviceError } from './device-error.ts'

/** Values by the names of the template's columns; lists and groups as `restName` says. */
export type RequestValues = Readonly<Record<string, unknown>>

/**
 * The row of a template with these values. Throws `valueRefused` in the words with which a server
 * would refuse the row, and where the row could not be read back as it was meant
 * (smartrest-csv §4 W7).
 */
export function formatRequest(template: RequestTemplate, values: RequestValues): string {
  const fields = [template.messageId, ...columnTexts(template, values)]
  const row = formatRow(fields)
  const { rows } = parsePayload(row)
  const [read = []] = rows
  if (rows.length > 1 || !row.isWellFormed() || !isSameRow(fields, read)) {
    throw refusal(template, 'The values cannot be written so that they are read back unchanged')
  }
  const filled = fillTemplate(template, read, 0)
  if (!filled.ok) throw refusal(template, filled.problem.text)
  return row
}

/** How the values of the columns behind the last are called: `operations`, `groups`, `result`. */
export function restName(rest: RestColumns): string {
  switch (rest.kind) {
    case 'list':
    case 'removals':
      return `${rest.column.name}s`
    case 'result':
      return rest.name
    case 'groups':
      return 'groups'
  }
}

function columnTexts(template: RequestTemplate, values: RequestValues): readonly string[] {
  const { columns, rest } = template
  const names = columns.map(({ name }) => name)
  refuseUnknown(template, values, rest === undefined ? names : [...names, restName(rest)])
  const texts = columns.map((column) => textOf(column, values))
  if (rest === undefined) return withoutEmptyEnd(texts)
  return [...texts, ...restTexts(template, rest, values[restName(rest)])]
}

function restTexts(template: RequestTemplate, rest: RestColumns, given: unknown): string[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw refusal(template, `${restName(rest)} must be a list`)
  const items: readonly unknown[] = given
  if (rest.kind !== 'groups') return items.map((item) => plainText(item))
  const names = rest.columns.map(({ name }) => name)
  return items.flatMap((item) => {
    if (!isRecord(item)) throw refusal(template, 'Each of the groups must be an object')
    refuseUnknown(template, item, names)
    return rest.columns.map((column) => textOf(column, item))
  })
}

/** A misspelt name would otherwise be a value that is silently not sent. */
function refuseUnknown(
  template: RequestTemplate,
  values: RequestValues,
  names: readonly string[],
): void {
  const unknown = Object.keys(values).find((name) => !names.includes(name))
  if (unknown !== undefined) throw refusal(template, `There is no value ${unknown}`)
}

function textOf(column: Column, values: RequestValues): string {
  const value = values[column.name]
  return typeOf(column, values) === 'date' ? dateText(value) : plainText(value)
}

/** That of a parameter stands in a column beside it. */
function typeOf(column: Column, values: RequestValues): ColumnType {
  if (column.type !== 'typed') return column.type
  const named = String(values[column.typeColumn]).toUpperCase()
  return isParameterType(named) ? parameterTypes[named] : 'string'
}

function isParameterType(name: string): name is keyof typeof parameterTypes {
  return Object.hasOwn(parameterTypes, name)
}

/** Text is passed on. An instant that is none stays visible, so that it is refused. */
function dateText(value: unknown): string {
  const instant = value instanceof Date ? value.getTime() : value
  if (typeof instant !== 'number') return plainText(value)
  return Math.abs(instant) <= latestInstant ? formatInstant(instant) : String(instant)
}

/** Of a JavaScript date. */
const latestInstant = 8.64e15

/** A number that is none is written as such, so that it is refused and not taken for absent. */
function plainText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
      return String(value)
    default:
      return value === undefined || value === null ? '' : JSON.stringify(value)
  }
}

/** Empty values at the end say nothing (smartrest-csv R6). */
function withoutEmptyEnd(texts: readonly string[]): readonly string[] {
  return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1)
}

function isSameRow(written: readonly string[], read: readonly string[]): boolean {
  return written.length === read.length && written.every((text, index) => text === read[index])
}

function isRecord(value: unknown): value is RequestValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refusal({ messageId, name }: RequestTemplate, text: string): DeviceError {
  return new DeviceError('valueRefused', `${messageId} ${name}: ${text}`)
}
