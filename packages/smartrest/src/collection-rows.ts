import {
  type CollectionProblem,
  type CollectionResult,
  DefinitionFault,
  type DefinitionPlace,
  formatPlace,
} from './collection-problems.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { type Fields, parsePayload } from './parse-payload.ts'
import { findRequestKind } from './request-kinds.ts'
import { readCollection, type TemplateCollection } from './template-collection.ts'
import { parseBoolean } from './values.ts'

/** A collection that a device has defined. */
export interface DefinedCollection {
  /** As it is stored. */
  readonly fragment: JsonObject
  readonly collection: TemplateCollection
}

/**
 * Reads the message by which a device defines its collection, rows 10 and 11. Taken or refused as a
 * whole; a problem names row and column. Never throws. That the message is not empty is the
 * caller's check: an empty one asks whether the collection exists.
 *
 * @see smartrest-templates §2
 */
export function parseCollectionRows(payload: string): CollectionResult<DefinedCollection> {
  const { rows, problem } = parsePayload(payload)
  if (problem !== undefined) {
    const fault = new DefinitionFault('rowsUnreadable', [], { reason: problem.text })
    return refuse(fault, problem)
  }
  const requestTemplates: DefinedTemplate[] = []
  const responseTemplates: DefinedTemplate[] = []
  for (const [index, fields] of rows.entries()) {
    const place = { row: index + 1 }
    if (fields[0] === '10') requestTemplates.push(defineRequest(fields, place.row))
    else if (fields[0] === '11') responseTemplates.push(defineResponse(fields, place.row))
    else return refuse(new DefinitionFault('rowIdUnknown', [], { value: fields[0] ?? '' }), place)
  }
  if (rows.length === 0) return refuse(new DefinitionFault('noRows', []), {})
  const fragment = {
    requestTemplates: requestTemplates.map(({ definition }) => definition),
    responseTemplates: responseTemplates.map(({ definition }) => definition),
  }
  const collection = readCollection(fragment)
  if (!(collection instanceof DefinitionFault)) return { ok: true, value: { fragment, collection } }
  const [list, index = -1, ...member] = collection.place
  const faulty = (list === 'requestTemplates' ? requestTemplates : responseTemplates)[Number(index)]
  return refuse(collection, faulty === undefined ? {} : rowPlaceOf(faulty, member))
}

/** A row of the message as it is stored. */
interface DefinedTemplate {
  readonly row: number
  readonly definition: JsonObject
  /** Where the members come from, by `formatPlace` within the template. */
  readonly columns: ReadonlyMap<string, number>
}

type RowPlace = Pick<CollectionProblem, 'row' | 'column'>

/** A fault of a member that has no column is one of what it is in. */
function rowPlaceOf({ row, columns }: DefinedTemplate, member: DefinitionPlace): RowPlace {
  for (let length = member.length; length > 0; length--) {
    const column = columns.get(formatPlace(member.slice(0, length)))
    if (column !== undefined) return { row, column }
  }
  return { row }
}

function refuse(fault: DefinitionFault, { row, column }: RowPlace): CollectionResult<never> {
  const parts = [
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ].join(', ')
  const text = parts === '' ? fault.sentence : `R${parts.slice(1)}: ${fault.sentence}`
  const place = formatPlace(fault.place)
  const rowPlace = {
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
  }
  return { ok: false, problem: { name: fault.name, place, text, ...rowPlace } }
}

/** `10,<msgId>,<method>,<api>,[response],<mandatory…>,(<path>,<type>,<value>)*` (§2.1) */
function defineRequest(fields: Fields, row: number): DefinedTemplate {
  const [, msgId = '', method = '', api = '', response = ''] = fields
  const columns = new Map([
    ['msgId', 1],
    ['method', 2],
    ['api', 3],
    ['response', 4],
  ])
  const pair = { method: method.toUpperCase(), api: api.toUpperCase() }
  const isAnswered = response === '' ? pair.method === 'GET' : (parseBoolean(response) ?? response)
  const names = { msgId, name: msgId, ...pair, response: isAnswered }
  const kind = findRequestKind(pair.method, pair.api)
  if (kind === undefined) return { row, definition: names, columns }
  const address = pair.api === 'INVENTORY' ? defineAddress(pair.method, fields, columns) : undefined
  const mandatoryValues =
    address?.mandatoryValues ??
    kind.mandatory.map(({ member, valueType }, index) => {
      columns.set(`mandatoryValues[${index}]`, firstMandatory + index)
      const value = fields[firstMandatory + index] ?? ''
      return { path: `$.${member}`, type: valueType, value }
    })
  const firstCustom = firstMandatory + (address?.width ?? kind.mandatory.length)
  const customValues = defineCustomValues(fields, firstCustom, columns)
  const definition = { ...names, mandatoryValues, customValues, ...address?.members }
  return { row, definition, columns }
}

const firstMandatory = 5

interface DefinedAddress {
  readonly width: number
  readonly mandatoryValues: readonly JsonValue[]
  readonly members: JsonObject
}

/** For POST the type of external id is kept twice, as consoles expect it (§1). */
function defineAddress(
  method: string,
  fields: Fields,
  columns: Map<string, number>,
): DefinedAddress {
  const [first = '', second = ''] = fields.slice(firstMandatory)
  if (method === 'POST') {
    columns.set('externalIdType', firstMandatory)
    return {
      width: 1,
      mandatoryValues: [{ path: '$.type', type: 'STRING', value: first }],
      members: { externalIdType: first },
    }
  }
  columns.set('byId', firstMandatory)
  columns.set('externalIdType', firstMandatory + 1)
  return {
    width: 2,
    mandatoryValues: [],
    members: { byId: parseBoolean(first) ?? first, externalIdType: second },
  }
}

/** Groups of three; wholly empty ones are skipped. */
function defineCustomValues(
  fields: Fields,
  first: number,
  columns: Map<string, number>,
): readonly JsonObject[] {
  const values: JsonObject[] = []
  for (let base = first; base < fields.length; base += 3) {
    const [path = '', type = '', value = ''] = fields.slice(base, base + 3)
    if (path === '' && type === '' && value === '') continue
    const place = `customValues[${values.length}]`
    columns.set(place, base)
    columns.set(`${place}.type`, base + 1)
    columns.set(`${place}.value`, base + 2)
    values.push({ path, type: type === '' ? 'STRING' : type.toUpperCase(), value })
  }
  return values
}

/** `11,<msgId>,[base],[condition],<pattern>(,<pattern>)*` (§2.1) */
function defineResponse(fields: Fields, row: number): DefinedTemplate {
  const [, msgId = '', base = '', condition = '', ...patterns] = fields
  const count = patterns.findLastIndex((pattern) => pattern !== '') + 1
  const pattern = patterns.slice(0, count)
  const columns = new Map([
    ['msgId', 1],
    ['base', 2],
    ['condition', 3],
    ['pattern', 4],
    ...pattern.map((_, index) => [`pattern[${index}]`, 4 + index] as const),
  ])
  return { row, definition: { msgId, name: msgId, base, condition, pattern }, columns }
}
