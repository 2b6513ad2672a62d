import { explainDownlinkFields } from './explain-downlink-row.ts'
import { compileTemplate, type Filled } from './fill-template.ts'
import type { JsonValue } from './json.ts'
import { type FieldSpan, locateFields } from './locate-fields.ts'
import { type Fields, parsePayload } from './parse-payload.ts'
import { hintFor } from './row-hints.ts'
import type { RowProblem, RowResult } from './row-problems.ts'
import { staticRequest } from './static-templates.ts'
import type {
  Api,
  Column,
  ColumnValue,
  ColumnValues,
  RequestTemplate,
  RestColumns,
} from './template.ts'
import { formatInstant } from './values.ts'

/**
 * A row as a person wants to see it. The shape is that in which the platform explains rows too;
 * spans are places in `raw`, [start, end).
 *
 * @see console §6.2
 */
export interface ExplainedRow {
  /** Of the payload, from 1. */
  readonly line: number
  readonly raw: string
  readonly template?: ExplainedTemplate
  /** The first one is the message id. */
  readonly columns: readonly ExplainedColumn[]
  /** What a row from the device makes the platform do. */
  readonly request?: RowRequest
  /** The operation, or the values by name of a reply, that a row to the device carries. */
  readonly content?: JsonValue
  readonly error?: ExplainedError
}

export interface ExplainedTemplate {
  readonly kind: 'static' | 'custom'
  /** X-ID, where it is one of a template collection. */
  readonly collection?: string
  readonly msgId: string
  readonly name: string
  readonly summary: string
}

export interface ExplainedColumn {
  readonly index: number
  /** Absent where no column of the template is here, so that the value does not count. */
  readonly name?: string
  readonly type?: string
  /** Absent where the row ends before the column. */
  readonly span?: FieldSpan
  readonly raw: string
  readonly value?: ColumnValue
  /** Where the value comes from if the row has none. */
  readonly defaulted?: 'server time' | 'template'
}

/** `method` and `path` are those of the REST call to the same effect, as far as there is one. */
export interface RowRequest {
  readonly method: RequestTemplate['method']
  readonly path: string
  readonly body?: JsonValue
  /** What the template does beyond filling a body. */
  readonly action?: string
  /** The body counts only while the object lacks its members. */
  readonly onlyIfAbsent?: true
  /** Members that are removed. */
  readonly remove?: readonly string[]
  /** Values that say what the row is about, or that the action takes. */
  readonly values?: ColumnValues
  readonly list?: readonly string[]
  readonly groups?: readonly ColumnValues[]
  /** The id of the row that answers. */
  readonly reply?: string
}

export interface ExplainedError {
  /** That of `s/e`. */
  readonly code: number
  readonly text: string
  /** From 1 after the message id, which is 0. */
  readonly column?: number
  readonly span: FieldSpan
  readonly hint?: string
}

/** A row of a payload, and where it and its values are. */
export interface LocatedRow {
  readonly line: number
  readonly raw: string
  readonly fields: Fields
  readonly spans: readonly FieldSpan[]
}

export interface ExplainOptions {
  /** In ms; stands in for absent times. */
  readonly receivedAt: number
  /** Rows from the platform to the device. */
  readonly isDownlink: boolean
  /** What rows from the device are read with; the static templates unless given. */
  readonly templates?: RequestTemplates
}

/** Templates to read rows with: those that are shipped, or a collection of a user. */
export interface RequestTemplates {
  /** X-ID of the collection. */
  readonly xId?: string
  findRequest(messageId: string): RowResult<RequestTemplate>
}

const shippedTemplates: RequestTemplates = { findRequest: staticRequest }

/** Every row of the payload, in order; after one that cannot be read there are no more. */
export function explainPayload(text: string, options: ExplainOptions): readonly ExplainedRow[] {
  const { templates = shippedTemplates, receivedAt, isDownlink } = options
  const { rows, problem } = parsePayload(text)
  return locateFields(text).map((spans, index) => {
    const located = locateRow(text, spans, rows[index])
    const { fields } = located
    if (rows[index] === undefined && problem !== undefined) {
      return explainUnreadable(located, problem, templates)
    }
    return isDownlink
      ? explainDownlinkFields(located)
      : explainFields(located, fields, receivedAt, templates)
  })
}

function locateRow(
  text: string,
  spans: readonly FieldSpan[],
  fields: Fields | undefined,
): LocatedRow {
  const start = spans[0]?.[0] ?? 0
  const end = spans.at(-1)?.[1] ?? start
  return {
    line: text.slice(0, start).split(/\r\n|\r|\n/).length,
    raw: text.slice(start, end),
    fields: fields ?? spans.map(([from, to]) => text.slice(from, to)),
    spans: spans.map(([from, to]) => [from - start, to - start]),
  }
}

function explainUnreadable(
  row: LocatedRow,
  problem: RowProblem,
  templates: RequestTemplates,
): ExplainedRow {
  const found = templates.findRequest(row.fields[0] ?? '')
  // Hints about ids know those of the static templates alone.
  const isOwnId = problem.code === 40 && templates.xId !== undefined
  const hint = isOwnId ? undefined : hintFor(problem, row, found.ok ? found.value : undefined)
  return {
    line: row.line,
    raw: row.raw,
    columns: row.fields.map((_, index) => plainColumn(row, index)),
    error: explainError(row, problem, hint),
  }
}

function explainFields(
  row: LocatedRow,
  fields: Fields,
  receivedAt: number,
  templates: RequestTemplates,
): ExplainedRow {
  const found = templates.findRequest(fields[0] ?? '')
  if (!found.ok) return explainUnreadable(row, found.problem, templates)
  const template = found.value
  const { line, raw } = row
  const { messageId: msgId, name, summary } = template
  const { xId } = templates
  const origin =
    xId === undefined ? { kind: 'static' as const } : { kind: 'custom' as const, collection: xId }
  const explained = { line, raw, template: { ...origin, msgId, name, summary } }
  const told = compileTemplate({ ...template, action: template.action ?? tellsAll })(
    fields,
    receivedAt,
  )
  const filled = compileTemplate(template)(fields, receivedAt)
  const columns = explainColumns(row, template, told.ok ? told.value : undefined)
  if (!filled.ok) {
    const hint = hintFor(filled.problem, row, template)
    return { ...explained, columns, error: explainError(row, filled.problem, hint) }
  }
  return { ...explained, columns, request: requestOf(filled.value) }
}

/** Templates with an action tell the value of every column; it does not matter which one. */
const tellsAll = 'updateParameters'

/** An error of the whole row marks the message id; one of a column that is missing, the end. */
function explainError(
  { raw, spans }: LocatedRow,
  { code, text, column, messageId }: RowProblem,
  hint: string | undefined,
): ExplainedError {
  const end: FieldSpan = [raw.length, raw.length]
  const isAboutAbsence = code === 45 && column === undefined
  const span = isAboutAbsence ? end : (spans[column ?? 0] ?? end)
  return {
    code,
    text,
    ...(column === undefined ? (messageId === '' || code === 40 ? { column: 0 } : {}) : { column }),
    span,
    ...(hint === undefined ? {} : { hint }),
  }
}

/** The columns of the template, given or not, and behind them what the row has more. */
function explainColumns(
  row: LocatedRow,
  { columns, rest }: RequestTemplate,
  filled: Filled | undefined,
): readonly ExplainedColumn[] {
  const first = columns.length + 1
  return [
    plainColumn(row, 0),
    ...columns.map((column, index) =>
      explainColumn(row, index + 1, column, column.name, filled?.values),
    ),
    ...(rest?.kind === 'groups'
      ? explainGroups(row, first, rest, filled?.groups)
      : row.fields.slice(first).map((raw, index): ExplainedColumn => {
          const plain = plainColumn(row, first + index)
          if (rest === undefined) return plain
          const { name, type } =
            rest.kind === 'result' ? { name: rest.name, type: 'string' } : rest.column
          const value = filled === undefined || raw === '' ? {} : { value: raw }
          return { ...plain, name: `${name}[${index}]`, type: type.toUpperCase(), ...value }
        })),
  ]
}

/** Groups without any value are skipped (S8), so the number of a group is not that of its values. */
function explainGroups(
  row: LocatedRow,
  first: number,
  { columns, required }: RestColumns & { readonly kind: 'groups' },
  filled: readonly ColumnValues[] | undefined,
): readonly ExplainedColumn[] {
  const { fields } = row
  const explained: ExplainedColumn[] = []
  const valuesOfGroups = filled?.values()
  const end = Math.max(fields.length, required ? first + 1 : 0)
  for (let base = first, group = 0; base < end; base += columns.length, group++) {
    const isEmpty = fields.slice(base, base + columns.length).every((field) => field === '')
    if (isEmpty && base < fields.length) continue
    const values = valuesOfGroups?.next().value
    for (const [index, column] of columns.entries()) {
      explained.push(explainColumn(row, base + index, column, `${column.name}[${group}]`, values))
    }
  }
  return explained
}

function explainColumn(
  row: LocatedRow,
  index: number,
  column: Column,
  name: string,
  values: ColumnValues | undefined,
): ExplainedColumn {
  const plain = plainColumn(row, index)
  const named = { ...plain, name, type: column.type.toUpperCase() }
  const value = values?.[column.name]
  if (value === undefined) return named
  const shown = column.type === 'date' && typeof value === 'number' ? formatInstant(value) : value
  if (plain.raw !== '') return { ...named, value: shown }
  return { ...named, value: shown, defaulted: column.type === 'date' ? 'server time' : 'template' }
}

function plainColumn({ fields, spans }: LocatedRow, index: number): ExplainedColumn {
  const span = spans[index]
  const plain = { index, ...(span === undefined ? {} : { span }), raw: fields[index] ?? '' }
  return index === 0 ? { ...plain, name: 'msgId', type: 'STRING' } : plain
}

function requestOf({ template, body, time, unset, values, list, groups }: Filled): RowRequest {
  const { method, api, action, reply, onlyIfAbsent } = template
  const whole = time === undefined ? body : { ...body, time: formatInstant(time) }
  return {
    method,
    path: paths[api][method === 'POST' ? 'all' : 'one'],
    ...(action === undefined ? {} : { action }),
    ...(Object.keys(values).length === 0 ? {} : { values }),
    ...(Object.keys(whole).length === 0 ? {} : { body: whole }),
    ...(onlyIfAbsent === undefined ? {} : { onlyIfAbsent }),
    ...(unset.length === 0 ? {} : { remove: unset }),
    ...(list.length === 0 ? {} : { list }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(reply === undefined ? {} : { reply }),
  }
}

/** Where REST has what a row is about: all of a kind, or the one that the row finds. */
const paths = {
  inventory: { all: '/inventory/managedObjects', one: '/inventory/managedObjects/{id}' },
  measurement: { all: '/measurement/measurements', one: '/measurement/measurements/{id}' },
  event: { all: '/event/events', one: '/event/events/{id}' },
  alarm: { all: '/alarm/alarms', one: '/alarm/alarms/{id}' },
  operation: { all: '/devicecontrol/operations', one: '/devicecontrol/operations/{id}' },
  platform: { all: '/platform', one: '/platform' },
} as const satisfies Record<Api, { readonly all: string; readonly one: string }>
