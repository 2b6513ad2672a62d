import type { LocatedRow } from './explain-row.ts'
import type { Fields } from './parse-payload.ts'
import type { RowProblem } from './row-problems.ts'
import { operationTemplates, replyTemplates } from './static-responses.ts'
import { staticRequest } from './static-templates.ts'
import type { Column, RequestTemplate } from './template.ts'
import { parseNumber, parseTime } from './values.ts'

/** What the writer of the row probably meant, in one or two sentences; undefined without a guess. */
export function hintFor(
  { code, column = 0 }: RowProblem,
  { fields }: LocatedRow,
  template: RequestTemplate | undefined,
): string | undefined {
  const value = fields[column] ?? ''
  switch (code) {
    case 40:
      return hintForUnknownId(fields[0] ?? '')
    case 42:
      return 'A quoted value ends with a quote before a comma or the end of the row; a quote inside it is written \\" or "".'
    case 45: {
      if (template === undefined) return undefined
      const split = findSplitNumber(template, fields)
      if (split !== undefined) return `Decimal comma? Numbers have a point: ${split}.`
      const asked = columnAt(template, column)
      if (asked !== undefined && value !== '') return hintForValue(asked, value, fields[column + 1])
      return `A row that has it: ${template.example.line}`
    }
    default:
      return undefined
  }
}

function hintForUnknownId(messageId: string): string | undefined {
  const isDownlink = [...operationTemplates, ...replyTemplates].some(
    (template) => template.messageId === messageId,
  )
  if (isDownlink) return `${messageId} is a row to the device, not one from it.`
  const trimmed = messageId.replace(/^[^1-9]+|\D+$/g, '')
  if (staticRequest(trimmed).ok) {
    return `Message ids are compared as text. Is ${trimmed} meant?`
  }
  return 'Ids of template collections of your own (s/uc/…) are not known here.'
}

/** Which column of the template stands at the place; the rest repeats. */
function columnAt({ columns, rest }: RequestTemplate, place: number): Column | undefined {
  const column = columns[place - 1]
  if (column !== undefined || rest === undefined || rest.kind === 'result') return column
  if (rest.kind !== 'groups') return rest.column
  return rest.columns[(place - 1 - columns.length) % rest.columns.length]
}

/** A number whose fraction has landed in the next column, as it should be written. */
function findSplitNumber(template: RequestTemplate, fields: Fields): string | undefined {
  for (let place = 1; place + 1 < fields.length; place++) {
    const [whole = '', fraction = ''] = fields.slice(place, place + 2)
    const isNumber = columnAt(template, place)?.type === 'number'
    const mayFollow = columnAt(template, place + 1)?.type === 'number'
    if (!isNumber || mayFollow || !/^[+-]?\d+$/.test(whole) || !/^\d{1,6}$/.test(fraction)) continue
    return `${whole}.${fraction}`
  }
  return undefined
}

function hintForValue(column: Column, value: string, next: string | undefined): string | undefined {
  switch (column.type) {
    case 'number':
    case 'integer':
    case 'unsigned':
      return hintForNumber(value, column.type !== 'number')
    case 'date':
      return hintForTime(value)
    case 'boolean':
      return /^(?:1|yes|on|y)$/i.test(value) ? 'Write true.' : 'Write true or false.'
    case 'typed':
      return `Column ${column.typeColumn} says of which type the value is.`
    case 'name':
    case 'path':
      return 'The platform keeps this name for itself.'
    default:
      return next === undefined
        ? undefined
        : 'Does the value contain a comma? Then put it in quotes.'
  }
}

function hintForNumber(value: string, isWhole: boolean): string | undefined {
  if (parseNumber(value.replace(',', '.')) !== undefined && value.includes(',')) {
    return 'Decimal comma? Numbers have a point.'
  }
  if (isWhole && parseNumber(value) !== undefined) return 'It must be whole, without a fraction.'
  if (/^[+-]?[\d.]+\s*[^\d\s.]+$/.test(value)) {
    return 'The number stands alone; a unit has a column of its own where there is one.'
  }
  if (/^0x/i.test(value)) return 'Numbers are decimal.'
  return undefined
}

function hintForTime(value: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return `With a time of day: ${value}T00:00:00Z.`
  const withT = value.replace(/^(\d{4}-\d\d-\d\d) +/, '$1T')
  if (withT !== value && parseTime(withT) !== undefined) {
    return `With a T between date and time: ${withT}.`
  }
  if (/^\d{10}(?:\d{3})?$/.test(value)) {
    const instant = value.length === 10 ? Number(value) * 1000 : Number(value)
    return `As text, not as a number: ${new Date(instant).toISOString()}.`
  }
  return 'Leave it empty for the time of receipt.'
}
