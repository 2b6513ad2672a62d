import type { ExplainedColumn, ExplainedRow, LocatedRow } from './explain-row.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { Layout, OperationTemplate, ReplyTemplate } from './response-template.ts'
import { operationTemplates, replyTemplates } from './static-responses.ts'
import { parseBoolean, parseNumber } from './values.ts'

/** What a row from the platform tells the device: an operation, an answer, or a refusal. */
export function explainDownlinkFields(row: LocatedRow): ExplainedRow {
  const [messageId = ''] = row.fields
  const operation = operationTemplates.find((template) => template.messageId === messageId)
  if (operation !== undefined) return explainOperation(row, operation)
  // 41 is also what s/dt says; an error line has a sentence behind the id of its row.
  const isErrorLine = errorNames.has(messageId) && row.fields.length > 2
  const reply = replyTemplates.find((template) => template.messageId === messageId)
  if (reply !== undefined && !isErrorLine) return explainReply(row, reply)
  return errorNames.has(messageId) ? explainErrorLine(row) : explainUnknown(row)
}

/** Codes of `s/e` (mqtt-endpoint §10.1). */
const errorNames: ReadonlyMap<string, string> = new Map([
  ['40', 'templateUnknown'],
  ['41', 'rowRefused'],
  ['42', 'rowMalformed'],
  ['43', 'templateMalformed'],
  ['45', 'argumentWrong'],
  ['50', 'platformError'],
])

function explainOperation(row: LocatedRow, template: OperationTemplate): ExplainedRow {
  const names = ['msgId', 'target', ...namesOf(template.layout, row.fields.slice(2))]
  const content = contentOf(template, row.fields.slice(2))
  return { ...explained(row, template, names), content }
}

function explainReply(row: LocatedRow, template: ReplyTemplate): ExplainedRow {
  const { columns, isRepeated } = template
  const last = columns.at(-1) ?? ''
  const values = row.fields.slice(1)
  const names = isRepeated
    ? values.map((_, index) => `${last}[${index}]`)
    : values.map((_, index) => columns[index] ?? '')
  const content: JsonObject = isRepeated
    ? { [last]: values }
    : Object.fromEntries(columns.map((name, index) => [name, values[index] ?? '']))
  return { ...explained(row, template, ['msgId', ...names]), content }
}

function explainErrorLine(row: LocatedRow): ExplainedRow {
  const [msgId = '', messageId = '', ...text] = row.fields
  const summary = `The platform refused a row ${messageId === '' ? 'without message id' : messageId}.`
  const template = { messageId: msgId, name: errorNames.get(msgId) ?? '', summary }
  const names = ['msgId', 'refusedMsgId', 'text']
  return {
    ...explained(row, template, names),
    content: { code: Number(msgId), messageId, text: text.join(',') },
  }
}

function explainUnknown(row: LocatedRow): ExplainedRow {
  const { line, raw, spans } = row
  return {
    line,
    raw,
    columns: columnsOf(row, ['msgId']),
    error: {
      code: 40,
      column: 0,
      span: spans[0] ?? [0, 0],
      text: 'No static template for this message id',
      hint: 'Ids of template collections of your own (s/dc/…) are not known here.',
    },
  }
}

function explained(
  row: LocatedRow,
  { messageId, name, summary }: Pick<OperationTemplate, 'messageId' | 'name' | 'summary'>,
  names: readonly string[],
): ExplainedRow {
  return {
    line: row.line,
    raw: row.raw,
    template: { kind: 'static', msgId: messageId, name, summary },
    columns: columnsOf(row, names),
  }
}

/** Everything that a device is sent is text; what it is to become is up to the device. */
function columnsOf({ fields, spans }: LocatedRow, names: readonly string[]): ExplainedColumn[] {
  const count = Math.max(fields.length, names.length)
  return Array.from({ length: count }, (_, index) => {
    const span = spans[index]
    const name = names[index]
    const raw = fields[index] ?? ''
    return {
      index,
      ...(name ? { name, type: 'STRING' } : {}),
      ...(span === undefined ? {} : { span }),
      raw,
      ...(name && index > 0 && raw !== '' ? { value: raw } : {}),
    }
  })
}

function namesOf(layout: Layout, values: readonly string[]): readonly string[] {
  switch (layout.of) {
    case 'members':
      return layout.columns
    case 'items':
      return numbered(layout.columns, values)
    case 'elements':
      return values.map((_, index) => `[${index}]`)
    case 'parameters':
      return numbered(parameterColumns, values)
    case 'profile':
      return sectionsOf(layout.software, values).flatMap(({ marker, columns, values: those }) => [
        marker,
        ...numbered(columns, those).map((name) => `${marker}.${name}`),
      ])
  }
}

const parameterColumns = ['path', 'type', 'value'] as const
const firmwareColumns = ['name', 'version', 'url', 'isPatch', 'dependency'] as const
const configurationColumns = ['url', 'type'] as const

function numbered(columns: readonly string[], values: readonly string[]): readonly string[] {
  return values.map((_, index) => {
    const item = Math.floor(index / columns.length)
    return `${columns[index % columns.length] ?? ''}[${item}]`
  })
}

/** The operation as the platform had it, as far as the row tells (static-templates §8). */
function contentOf({ fragment, layout }: OperationTemplate, values: readonly string[]): JsonObject {
  switch (layout.of) {
    case 'members':
      return { [fragment]: itemOf(layout.columns, values) }
    case 'items':
      return { [fragment]: itemsOf(layout.columns, values) }
    case 'elements':
      return { [fragment]: values }
    case 'parameters':
      return { [fragment]: {}, ...parametersOf(values) }
    case 'profile':
      return { [fragment]: profileOf(sectionsOf(layout.software, values)) }
  }
}

function itemOf(columns: readonly string[], values: readonly string[]): JsonObject {
  const members = columns.map((name, index) => [name, values[index] ?? ''] as const)
  return Object.fromEntries(members.filter(([, value]) => value !== ''))
}

function itemsOf(columns: readonly string[], values: readonly string[]): readonly JsonObject[] {
  const count = Math.ceil(values.length / columns.length)
  return Array.from({ length: count }, (_, item) =>
    itemOf(columns, values.slice(item * columns.length, (item + 1) * columns.length)),
  )
}

interface Section {
  readonly marker: string
  readonly columns: readonly string[]
  readonly values: readonly string[]
}

/** The sections of 527 and 531, each behind its marker (static-templates §8.3). */
function sectionsOf(software: readonly string[], values: readonly string[]): readonly Section[] {
  const columnsOf = { $FW: firmwareColumns, $SW: software, $CONF: configurationColumns } as const
  const isMarker = (value: string): value is keyof typeof columnsOf =>
    Object.hasOwn(columnsOf, value)
  const starts = values.flatMap((value, index) => (isMarker(value) ? [{ value, index }] : []))
  return starts.map(({ value, index }, order) => ({
    marker: value,
    columns: columnsOf[value],
    values: values.slice(index + 1, starts[order + 1]?.index),
  }))
}

function profileOf(sections: readonly Section[]): JsonObject {
  return Object.fromEntries(
    sections.map(({ marker, columns, values }): [string, JsonValue] => {
      if (marker === '$FW') return ['firmware', itemOf(columns, values)]
      return [marker === '$SW' ? 'software' : 'configuration', itemsOf(columns, values)]
    }),
  )
}

/** `acme_Fan.speed,n,5` as `{"acme_Fan":{"speed":5}}`. */
function parametersOf(values: readonly string[]): JsonObject {
  const root: MutableObject = Object.create(null)
  for (let index = 0; index < values.length; index += parameterColumns.length) {
    const [path = '', type = '', text = ''] = values.slice(index, index + parameterColumns.length)
    const names = path.split('.')
    const last = names.pop() ?? ''
    let target = root
    for (const name of names) {
      const member = target[name]
      const next: MutableObject = isMutableObject(member) ? member : Object.create(null)
      target[name] = next
      target = next
    }
    target[last] = parameterValue(type, text)
  }
  return root
}

/** Without a prototype, so that a path from outside can name anything. */
interface MutableObject {
  [name: string]: JsonValue | MutableObject
}

function isMutableObject(value: JsonValue | MutableObject | undefined): value is MutableObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parameterValue(type: string, text: string): JsonValue {
  if (text === '') return null
  if (type === 'b') return parseBoolean(text) ?? text
  return type === 'n' ? (parseNumber(text) ?? text) : text
}
