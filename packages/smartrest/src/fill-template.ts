import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import type { Fields } from './parse-payload.ts'
import { type RowProblem, type RowResult, rowProblem } from './row-problems.ts'
import {
  type Api,
  type BodySteps,
  type Column,
  type ColumnType,
  type ColumnValue,
  type ColumnValues,
  type Constant,
  type Path,
  parameterTypes,
  prototypeNames,
  type RequestTemplate,
  type RestColumns,
} from './template.ts'
import {
  formatInstant,
  parseBoolean,
  parseInteger,
  parseNumber,
  parseTime,
  parseUnsigned,
} from './values.ts'

/** A row understood: what its template makes of it. */
export interface Filled {
  readonly template: RequestTemplate
  /** Constants and the values of all columns with a path; absent optional ones are left out. */
  readonly body: JsonObject
  /** Instant in ms of the value whose path is `time`; undefined where the template has none. */
  readonly time: number | undefined
  /** Members to remove from what the row is about. */
  readonly unset: readonly string[]
  /**
   * Values by column name: of all columns where the template names an action, else of those that
   * stand in no path, such as the alarm type to look for. Absent columns have no entry.
   */
  readonly values: ColumnValues
  /** The result columns as they are. */
  readonly list: readonly string[]
  /** Values by column name for each group, where the template names an action. */
  readonly groups: readonly ColumnValues[]
}

export type Fill = (fields: Fields, receivedAt: number) => RowResult<Filled>

/**
 * Reads the row with the template. `receivedAt`, in ms, stands in for an absent time.
 * A refusal is error 45 and names the first faulty column.
 *
 * @see static-templates §2, smartrest-csv §3
 */
export function fillTemplate(
  template: RequestTemplate,
  fields: Fields,
  receivedAt: number,
): RowResult<Filled> {
  let fill = compiledTemplates.get(template)
  if (fill === undefined) {
    fill = compileTemplate(template)
    compiledTemplates.set(template, fill)
  }
  return fill(fields, receivedAt)
}

const compiledTemplates = new WeakMap<RequestTemplate, Fill>()

/**
 * Turns the row of the table into a function, once, so that messages do not interpret paths and
 * placeholders again. Throws where the row breaks the rules of `template.ts`.
 */
export function compileTemplate(template: RequestTemplate): Fill {
  const { api, method, columns, rest, oneRequired, fixedValues } = template
  const tellsAll = template.action !== undefined
  const isTold = (column: Column): boolean => tellsAll || isUnused(column, columns)
  const isTimed = method === 'POST' && timedApis.includes(api)
  const fillColumns = mergeConstants(
    template,
    isTimed,
    compileColumns(columns, { isTold, isTimed }),
  )
  const fillRest = rest && compileRest(rest, columns.length + 1, tellsAll)
  const tellsValues = columns.some(isTold)
  const valuesOfAll: MutableValues = Object.freeze({ ...fixedValues })

  return (fields, receivedAt) => {
    const row: Row = { fields, base: 1, receivedAt, time: undefined }
    const body: MutableObject = {}
    const values: MutableValues = tellsValues ? { ...fixedValues } : valuesOfAll
    for (const fillColumn of fillColumns) {
      const problem = fillColumn(row, body, values)
      if (problem) return { ok: false, problem }
    }
    const filledRest = fillRest ? fillRest(row, body) : noRest
    if ('code' in filledRest) return { ok: false, problem: filledRest }
    const { unset, list, groups } = filledRest
    if (oneRequired && !oneRequired.some((name) => isGiven(fields, columns, name))) {
      const labels = oneRequired.map(plainWords).join(', ')
      return { ok: false, problem: rowProblem('columnsMissing', fields[0] ?? '', { labels }) }
    }
    const value: Filled = { template, body, time: row.time, unset, values, list, groups }
    return { ok: true, value }
  }
}

/** The row being read. */
interface Row {
  readonly fields: Fields
  /** Where in `fields` the columns at hand begin: 1, or the first value of a group. */
  base: number
  readonly receivedAt: number
  time: number | undefined
}

/** A body while it is being made. */
interface MutableObject {
  [name: string]: MutableJson
}

type MutableJson = JsonValue | Container

type Container = MutableObject | MutableJson[]

type MutableValues = Record<string, ColumnValue>

type RestOfFilled = Pick<Filled, 'unset' | 'list' | 'groups'>

// One for all messages: most templates have none of these.
const none: readonly never[] = Object.freeze([])
const noValues: MutableValues = Object.freeze({})
const noRest: RestOfFilled = Object.freeze({ unset: none, list: none, groups: none })

type FillColumn = (row: Row, body: MutableObject, values: MutableValues) => RowProblem | undefined

/** What becomes of columns besides their places in the body. */
interface ColumnUse {
  readonly isTold: (column: Column) => boolean
  /** A time at the path `time` is that of the whole message. */
  readonly isTimed: boolean
}

/** What is created with these has a time. */
const timedApis: readonly Api[] = ['measurement', 'event', 'alarm']

function compileColumns(columns: readonly Column[], use: ColumnUse): FillColumn[] {
  return columns.map((column, index) => compileColumn(column, index, columns, use))
}

/** Constants in their places among the columns. */
function mergeConstants(
  { constants = [] }: RequestTemplate,
  isTimed: boolean,
  fillColumns: readonly FillColumn[],
): readonly FillColumn[] {
  const ordered: readonly Constant[] = isConstantList(constants)
    ? constants
    : Object.entries(constants).map(([path, value]) => ({
        path: splitPath(path),
        value,
        before: 0,
      }))
  const merged: FillColumn[] = []
  let columnIndex = 0
  for (const constant of ordered) {
    merged.push(...fillColumns.slice(columnIndex, constant.before))
    columnIndex = constant.before
    merged.push(compileConstant(constant, isTimed))
  }
  merged.push(...fillColumns.slice(columnIndex))
  return merged
}

function isConstantList(
  constants: NonNullable<RequestTemplate['constants']>,
): constants is readonly Constant[] {
  return Array.isArray(constants)
}

function compileColumn(
  column: Column,
  index: number,
  scope: readonly Column[],
  use: ColumnUse,
): FillColumn {
  const { name } = column
  const isTold = use.isTold(column)
  const parse = compileParser(column, scope)
  const findDefault = compileDefault(column, scope, parse)
  const store = compileStore(column, scope, use.isTimed)
  const isRequired = compileRequirement(column, scope)
  return (row, body, values) => {
    const text = row.fields[row.base + index] ?? ''
    const value = text === '' ? findDefault(row) : parse(text, row)
    if (value === undefined) {
      if (text !== '') return refuseValue(column, scope, row, index, text)
      return isRequired(row) ? refuseAbsence(column, row.fields, row.base + index) : undefined
    }
    if (isTold) values[name] = value
    store(row, body, value)
    return undefined
  }
}

function compileRequirement(column: Column, scope: readonly Column[]): (row: Row) => boolean {
  const { required = false, requiredWith } = column
  if (requiredWith === undefined) return () => required
  const other = scope.findIndex(({ name }) => name === requiredWith)
  if (other === -1) throw new Error(`No column ${requiredWith}`)
  return (row) => (row.fields[row.base + other] ?? '') !== ''
}

/** Without an action, columns are told by name where no place and no text makes use of them. */
function isUnused(column: Column, scope: readonly Column[]): boolean {
  if (column.path !== undefined) return false
  const used = `{${column.name}}`
  return !scope.some(
    ({ path, default: text }) =>
      (typeof path === 'string' && path.includes(used)) || text?.includes(used),
  )
}

function isGiven(fields: Fields, columns: readonly Column[], name: string): boolean {
  const index = columns.findIndex((column) => column.name === name)
  return (fields[index + 1] ?? '') !== ''
}

/** Reads the text of a column that is not empty. Undefined where it is refused. */
type Parse = (text: string, row: Row) => ColumnValue | undefined

/** What a column that does not look at others makes of a text; undefined where it is refused. */
export function parseColumn(column: Column, text: string): ColumnValue | undefined {
  const row: Row = { fields: [], base: 1, receivedAt: 0, time: undefined }
  const value = compileParser(column, [column])(text, row)
  return column.type === 'date' && typeof value === 'number' ? formatInstant(value) : value
}

function compileParser(column: Column, scope: readonly Column[]): Parse {
  switch (column.type) {
    case 'number':
    case 'integer': {
      const { range, isClamped } = column
      const parse = column.type === 'number' ? parseNumber : parseInteger
      if (range === undefined) return parse
      const [min, max] = range
      return (text) => {
        const value = parse(text)
        if (value === undefined || (value >= min && value <= max)) return value
        return isClamped ? Math.min(Math.max(value, min), max) : undefined
      }
    }
    case 'boolean':
      return column.isLenient
        ? (text) => parseBoolean(text) ?? parseBoolean(column.default ?? '')
        : parseBoolean
    case 'choice': {
      const choices = new Map(column.choices.map((choice) => [choice.toUpperCase(), choice]))
      return (text) => choices.get(text.toUpperCase())
    }
    case 'name': {
      const refused = new Set([...prototypeNames, ...(column.reserved ?? [])])
      return (text) => (refused.has(text) ? undefined : text)
    }
    case 'path': {
      const { reserved = [] } = column
      return (text) => (isPath(text) && !holdsReservedName(text, reserved) ? text : undefined)
    }
    case 'typed': {
      const typeIndex = indexOfColumn(scope, column.typeColumn)
      return (text, row) => {
        const value = plainParsers[typeAt(row, typeIndex)](text)
        return typeAt(row, typeIndex) === 'date' && typeof value === 'number'
          ? formatInstant(value)
          : value
      }
    }
    default:
      return plainParsers[column.type]
  }
}

const plainParsers = {
  string: (text: string): string => text,
  unsigned: parseUnsigned,
  number: parseNumber,
  integer: parseInteger,
  boolean: parseBoolean,
  date: parseTime,
} as const

/**
 * Steps of one path in a body. JSON that the platform accepts is 32 deep (security §10.3), and the
 * path begins inside the body.
 */
export const bodyStepsMax = 31

function isPath(text: string): boolean {
  const names = text.split('.')
  return names.length <= bodyStepsMax && !names.includes('')
}

function holdsReservedName(path: string, reserved: readonly string[]): boolean {
  const names = path.split('.')
  return reserved.includes(names[0] ?? '') || names.some((name) => prototypeNames.includes(name))
}

type ParameterType = (typeof parameterTypes)[keyof typeof parameterTypes]

const parameterTypeNames = new Map<string, ParameterType>(Object.entries(parameterTypes))

/** The type column comes first and is required, so it has been read: it names a type. */
function typeAt(row: Row, typeIndex: number): ParameterType {
  const name = row.fields[row.base + typeIndex] ?? ''
  return parameterTypeNames.get(name.toUpperCase()) ?? 'string'
}

/** The value of an absent column, undefined where it has none. */
function compileDefault(
  column: Column,
  scope: readonly Column[],
  parse: Parse,
): (row: Row) => ColumnValue | undefined {
  if (column.type === 'typed') return () => null
  if (column.default === undefined || column.required) return () => undefined
  if (column.type === 'date') return (row) => row.receivedAt
  const readText = compileText(column.default, scope)
  // An empty text is a value only here: where a template stores absent columns as such.
  return (row) => {
    const text = readText(row)
    return text === '' ? text : parse(text, row)
  }
}

function compileStore(
  column: Column,
  scope: readonly Column[],
  isTimed: boolean,
): (row: Row, body: MutableObject, value: ColumnValue) => void {
  if (column.path === undefined) return () => {}
  if (isTimed && column.type === 'date' && isTimePath(column.path)) {
    return (row, _, value) => {
      if (typeof value === 'number') row.time = value
    }
  }
  const isDate = column.type === 'date'
  const { path } = column
  const resolve = compilePath(path, scope)
  const besides = Object.entries(column.beside ?? {})
  return (row, body, value) => {
    const json = isDate && typeof value === 'number' ? formatInstant(value) : value
    const parent = put(body, resolve(row), json)
    for (const [name, beside] of besides) assign(parent, name, beside)
  }
}

function isTimePath(path: Path | BodySteps): boolean {
  return path === 'time' || (typeof path !== 'string' && path.length === 1 && path[0] === 'time')
}

function compileConstant({ path, value }: Constant, isTimed: boolean): FillColumn {
  const isTime = isTimed && isTimePath(path) && typeof value === 'string'
  const instant = isTime ? parseTime(value) : undefined
  if (instant !== undefined) {
    return (row) => {
      row.time = instant
      return undefined
    }
  }
  const steps = checkSteps(path)
  return (_, body) => {
    put(body, steps, copyJson(value))
    return undefined
  }
}

function copyJson(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (!isJsonObject(value)) return value.map(copyJson)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyJson(each)]))
}

/**
 * Sets the value at the path and returns the object or array that it is in. Those on the way are
 * made, skipped elements are null; anything else there gives way.
 */
function put(body: MutableObject, steps: BodySteps, value: MutableJson): Container {
  const last = steps.length - 1
  let target: Container = body
  for (let index = 0; index < last; index++) {
    target = enter(target, steps[index] ?? '', typeof steps[index + 1] === 'number')
  }
  assign(target, steps[last] ?? '', value)
  return target
}

function enter(target: Container, step: string | number, isForElements: boolean): Container {
  // An inherited member, say `toString`, is not one of the body.
  const member = Object.hasOwn(target, step) ? (target as MutableObject)[step] : undefined
  if (isContainer(member) && Array.isArray(member) === isForElements) return member
  const created = isForElements ? [] : {}
  assign(target, step, created)
  return created
}

function assign(target: Container, step: string | number, value: MutableJson): void {
  if (!Array.isArray(target)) {
    target[step] = value
    return
  }
  // An index is always entered through an array; see `put`.
  const index = Number(step)
  while (target.length < index) target.push(null)
  target[index] = value
}

/** Every object and array in a body was made here or copied, so it may be written. */
function isContainer(value: MutableJson | undefined): value is Container {
  return typeof value === 'object' && value !== null
}

/** The steps of a path whose placeholders, in a text, stand for columns of `scope`. */
function compilePath(path: Path | BodySteps, scope: readonly Column[]): (row: Row) => BodySteps {
  if (typeof path !== 'string') {
    const steps = checkSteps(path)
    return () => steps
  }
  const names = splitPath(path)
  if (!path.includes('{')) return () => names
  const readNames = names.map((name) => compileName(name, scope))
  return (row) => {
    const resolved: string[] = []
    for (const readName of readNames) {
      const name = readName(row)
      if (typeof name === 'string') resolved.push(name)
      else resolved.push(...name)
    }
    return resolved
  }
}

function checkSteps(steps: BodySteps): BodySteps {
  const isSafe = steps.every((step) => typeof step === 'number' || !prototypeNames.includes(step))
  if (typeof steps[0] !== 'string' || !isSafe)
    throw new Error(`No value can be at ${steps.join('.')}`)
  return steps
}

function splitPath(path: Path): readonly string[] {
  const names = path.split('.')
  if (names.includes('') || holdsReservedName(path, [])) {
    throw new Error(`No member can be at ${path}`)
  }
  return names
}

function compileName(
  name: string,
  scope: readonly Column[],
): (row: Row) => string | readonly string[] {
  const readText = compileText(name, scope)
  const column = scope.find((each) => name === `{${each.name}}`)
  if (column?.type === 'path') return (row) => readText(row).split('.')
  if (column?.type !== 'name' && mayNamePrototype(name)) {
    throw new Error(`A device could name a prototype by ${name}`)
  }
  return readText
}

/** Whether some text in place of the placeholders makes the name one of a prototype. */
function mayNamePrototype(name: string): boolean {
  const before = name.slice(0, name.indexOf('{'))
  const after = name.slice(name.lastIndexOf('}') + 1)
  return (
    name.includes('{') &&
    prototypeNames.some((each) => each.startsWith(before) && each.endsWith(after))
  )
}

/** Text with the values of columns in place of `{column}`. */
function compileText(text: string, scope: readonly Column[]): (row: Row) => string {
  const parts = text.split(/\{(\w+)\}/)
  if (parts.length === 1) return () => text
  const [before, name = '', after] = parts
  if (parts.length === 3 && before === '' && after === '') {
    const columnIndex = indexOfColumn(scope, name)
    return (row) => row.fields[row.base + columnIndex] ?? ''
  }
  // Literals and column names take turns.
  const readParts = parts.map((part, index) => {
    if (index % 2 === 0) return () => part
    const columnIndex = indexOfColumn(scope, part)
    return (row: Row) => row.fields[row.base + columnIndex] ?? ''
  })
  return (row) => {
    let filled = ''
    for (const readPart of readParts) filled += readPart(row)
    return filled
  }
}

/** Place of a required column: an absent one would leave a hole in a path or a text. */
function indexOfColumn(scope: readonly Column[], name: string): number {
  const index = scope.findIndex((column) => column.name === name && column.required)
  if (index === -1) throw new Error(`No required column ${name}`)
  return index
}

type FillRest = (row: Row, body: MutableObject) => RestOfFilled | RowProblem

function compileRest(rest: RestColumns, first: number, tellsAll: boolean): FillRest {
  switch (rest.kind) {
    case 'list': {
      const { path, isRemovedWhenEmpty } = rest
      const names = splitPath(path)
      const parseEntries = compileEntries(rest.column, first)
      return (row, body) => {
        const entries = parseEntries(row)
        if ('code' in entries) return entries
        if (entries.length === 0 && isRemovedWhenEmpty) return { ...noRest, unset: [path] }
        put(body, names, entries)
        return noRest
      }
    }
    case 'removals': {
      const parseEntries = compileEntries(rest.column, first)
      return (row) => {
        const unset = parseEntries(row)
        if ('code' in unset) return unset
        return unset.length === 0 && rest.required
          ? refuseAbsence(rest.column, row.fields, first)
          : { ...noRest, unset }
      }
    }
    case 'result':
      return (row) => ({ ...noRest, list: withoutEmptyEnd(row.fields.slice(first)) })
    case 'groups':
      return compileGroups(rest, first, tellsAll)
  }
}

/** Distinct entries in order of first appearance, empty ones dropped (S7). */
function compileEntries(
  column: Column,
  first: number,
): (row: Row) => readonly string[] | RowProblem {
  const parse = compileParser(column, [column])
  return (row) => {
    const entries = new Set<string>()
    for (let index = first; index < row.fields.length; index++) {
      const text = row.fields[index] ?? ''
      if (text === '') continue
      const entry = parse(text, row)
      if (entry === undefined) {
        row.base = index
        return refuseValue(column, [column], row, 0, text)
      }
      entries.add(String(entry))
    }
    return [...entries]
  }
}

/** Empty values at the end equal missing ones (smartrest-csv R6). */
function withoutEmptyEnd(fields: Fields): Fields {
  return fields.slice(0, fields.findLastIndex((field) => field !== '') + 1)
}

function compileGroups(
  rest: RestColumns & { readonly kind: 'groups' },
  first: number,
  tellsAll: boolean,
): FillRest {
  const { columns, each, required } = rest
  const width = columns.length
  const fillColumns = compileColumns(columns, { isTold: () => tellsAll, isTimed: false })
  const placeOfEach = each && compilePath(each.path, columns)
  return (row, body) => {
    const groups: ColumnValues[] = []
    const items: MutableObject[] = []
    let count = 0
    for (let base = first; base < row.fields.length; base += width) {
      if (isEmptyGroup(row.fields, base, width)) continue
      count += 1
      row.base = base
      const target = each ? {} : body
      const values: MutableValues = tellsAll ? {} : noValues
      for (const fillColumn of fillColumns) {
        const problem = fillColumn(row, target, values)
        if (problem) return problem
      }
      if (tellsAll) groups.push(values)
      if (each?.as === 'item') items.push(target)
      else if (placeOfEach) put(body, placeOfEach(row), target)
    }
    const [firstColumn] = columns
    if (count === 0 && required && firstColumn) {
      return refuseAbsence(firstColumn, row.fields, first)
    }
    if (each?.as === 'item' && placeOfEach) put(body, placeOfEach(row), items)
    return tellsAll ? { ...noRest, groups } : noRest
  }
}

function isEmptyGroup(fields: Fields, base: number, width: number): boolean {
  for (let index = base; index < base + width; index++) {
    if ((fields[index] ?? '') !== '') return false
  }
  return true
}

function refuseAbsence(column: Column, fields: Fields, place: number): RowProblem {
  const details = { label: labelOf(column) }
  return rowProblem('columnMissing', fields[0] ?? '', details, { column: place })
}

function refuseValue(
  column: Column,
  scope: readonly Column[],
  row: Row,
  index: number,
  text: string,
): RowProblem {
  const messageId = row.fields[0] ?? ''
  const place = { column: row.base + index }
  const details = { label: labelOf(column), value: text }
  const type: ColumnType =
    column.type === 'typed' ? typeAt(row, indexOfColumn(scope, column.typeColumn)) : column.type
  if ('range' in column && column.range && plainParsers[column.type](text) !== undefined) {
    const [min, max] = column.range
    const limits = { min: String(min), max: String(max) }
    return rowProblem('notInRange', messageId, { ...details, ...limits }, place)
  }
  if (column.type === 'choice') {
    const choices = column.choices.join(', ')
    return rowProblem('notAChoice', messageId, { ...details, choices }, place)
  }
  const name = type === 'path' && isPath(text) ? 'nameReserved' : problemOfType[type]
  return rowProblem(name, messageId, details, place)
}

/** What is wrong with a text that the type refuses. Text itself and the choices never get here. */
const problemOfType = {
  number: 'notANumber',
  integer: 'notAnInteger',
  unsigned: 'notUnsigned',
  boolean: 'notABoolean',
  date: 'notATime',
  name: 'nameReserved',
  path: 'notAPath',
  string: 'internalError',
  choice: 'internalError',
  typed: 'internalError',
} as const

function labelOf({ name, label = plainWords(name) }: Column): string {
  return label
}

/** `childId` is `child id` in sentences. */
function plainWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
