import {
  type CollectionResult,
  collectionLimits,
  DefinitionFault,
  type DefinitionPlace,
  formatPlace,
} from './collection-problems.ts'
import { bodyStepsMax, compileTemplate, parseColumn } from './fill-template.ts'
import { findMember, isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { formatBodyPath, isSingular, type JsonPath, parsePath, pathLimits } from './json-path.ts'
import {
  addressColumns,
  apiOfKind,
  findRequestKind,
  type MandatoryValue,
  type RequestKind,
} from './request-kinds.ts'
import type { PatternTemplate } from './response-template.ts'
import { type RowResult, rowProblem } from './row-problems.ts'
import type { BodySteps, Column, ColumnValue, Constant, RequestTemplate } from './template.ts'
import { findValueType, parseConstant, type ValueType, valueTypes } from './value-types.ts'

/** A user's own templates, ready for rows and operations. */
export interface TemplateCollection {
  /** By message id, in order of definition. */
  readonly requestTemplates: ReadonlyMap<string, RequestTemplate>
  /** In order of definition, which is that of their rows. */
  readonly responseTemplates: readonly PatternTemplate[]
}

/** The fragment of a managed object that holds the definition. */
export const collectionFragment = 'com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate'

/**
 * Reads a definition as it is stored: {@link collectionFragment} of the managed object. Older forms
 * are understood: `patterns: [{ path }]`, lower case, members that are missing. Members that are
 * not known do not matter.
 *
 * A definition is taken or refused as a whole. Never throws.
 *
 * @see smartrest-templates §1, §2.1, §3, §4, §6
 */
export function parseCollection(fragment: JsonValue): CollectionResult<TemplateCollection> {
  const collection = readCollection(fragment)
  if (!(collection instanceof DefinitionFault)) return { ok: true, value: collection }
  const place = formatPlace(collection.place)
  const text = `${place === '' ? '' : `${place}: `}${collection.sentence}`
  return { ok: false, problem: { name: collection.name, place, text } }
}

/** The request template that the row asks for; error 40 where the collection has none. */
export function findCollectionRequest(
  collection: TemplateCollection,
  xId: string,
  messageId: string,
): RowResult<RequestTemplate> {
  const template = collection.requestTemplates.get(messageId)
  return template
    ? { ok: true, value: template }
    : { ok: false, problem: rowProblem('customTemplateUnknown', messageId, { messageId, xId }) }
}

/** As {@link parseCollection}, with the place of a fault step by step. */
export function readCollection(fragment: JsonValue): TemplateCollection | DefinitionFault {
  if (!isJsonObject(fragment)) return new DefinitionFault('notAnObject', [])
  if (isLargerThan(fragment, collectionLimits.bytesMax)) return new DefinitionFault('tooLarge', [])
  const requests = readList(fragment, 'requestTemplates', [])
  if (requests instanceof DefinitionFault) return requests
  const responses = readList(fragment, 'responseTemplates', [])
  if (responses instanceof DefinitionFault) return responses
  if (requests.length + responses.length > collectionLimits.templatesMax) {
    return new DefinitionFault('tooManyTemplates', [])
  }

  const requestTemplates = new Map<string, RequestTemplate>()
  const messageIds = new Set<string>()
  for (const [index, definition] of requests.entries()) {
    const place = ['requestTemplates', index]
    const template = readRequestTemplate(definition, place, messageIds)
    if (template instanceof DefinitionFault) return template
    requestTemplates.set(template.messageId, template)
  }
  const responseTemplates: PatternTemplate[] = []
  let nodes = 0
  for (const [index, definition] of responses.entries()) {
    const place = ['responseTemplates', index]
    const template = readResponseTemplate(definition, place, messageIds)
    if (template instanceof DefinitionFault) return template
    responseTemplates.push(template)
    nodes += nodesNeeded(template)
    if (nodes > collectionLimits.nodesMax) return new DefinitionFault('tooManyNodesOfAll', place)
  }
  return { requestTemplates, responseTemplates }
}

function readRequestTemplate(
  definition: JsonValue,
  place: DefinitionPlace,
  messageIds: Set<string>,
): RequestTemplate | DefinitionFault {
  if (!isJsonObject(definition)) return new DefinitionFault('notAnObject', place)
  const names = readNames(definition, place, messageIds)
  if (names instanceof DefinitionFault) return names
  const kind = readKind(definition, place)
  if (kind instanceof DefinitionFault) return kind
  const response = readBoolean(definition, 'response', place)
  if (response instanceof DefinitionFault) return response
  const address = readAddress(kind, definition, place)
  if (address instanceof DefinitionFault) return address

  const columns: Column[] = [...address.columns]
  const constants: Constant[] = []
  const fixedValues: Record<string, ColumnValue> = { ...address.fixedValues }
  const mandatory = readMandatoryValues(kind, definition, place)
  if (mandatory instanceof DefinitionFault) return mandatory
  for (const { column, constant } of mandatory) {
    if (constant === undefined) columns.push(column)
    else if (column.path === undefined) fixedValues[column.name] = constant
    else constants.push({ path: column.path, value: constant, before: columns.length })
  }
  const custom = readCustomValues(kind, definition, place)
  if (custom instanceof DefinitionFault) return custom
  for (const { column, path, constant } of custom) {
    if (constant === undefined) columns.push(column)
    else constants.push({ path, value: constant, before: columns.length })
  }
  const { method, api, summary } = kind
  const template: RequestTemplate = {
    ...names,
    api: apiOfKind[api],
    method,
    columns,
    ...(constants.length === 0 ? {} : { constants }),
    ...(Object.keys(fixedValues).length === 0 ? {} : { fixedValues }),
    ...(address.addressedBy === undefined ? {} : { addressedBy: address.addressedBy }),
    ...((response ?? method === 'GET') ? { response: true } : {}),
    summary,
    example: { line: [names.messageId, ...columns.map(exampleOf)].join(',') },
    source: 'smartrest-templates §3',
  }
  return isLargerThan(emptyBody(template), collectionLimits.bodyBytesMax)
    ? new DefinitionFault('bodyTooLarge', place)
    : template
}

/** What the template makes of a row in which every value is the empty text. */
function emptyBody(template: RequestTemplate): JsonObject {
  const columns = template.columns.map(
    ({ name, path }): Column => ({ name, type: 'string', default: '', ...(path ? { path } : {}) }),
  )
  const filled = compileTemplate({ ...template, columns })([], 0)
  return filled.ok ? filled.value.body : {}
}

/** What could stand in the column. */
function exampleOf({ type, ...column }: Column): string {
  if (type === 'number' || type === 'integer' || type === 'unsigned') return '1'
  if (type === 'date') return ''
  return 'choices' in column ? (column.choices[0] ?? '') : 'text'
}

interface Names {
  readonly messageId: string
  readonly name: string
}

function readNames(
  definition: JsonObject,
  place: DefinitionPlace,
  messageIds: Set<string>,
): Names | DefinitionFault {
  const messageId = readText(definition, 'msgId', place)
  if (messageId instanceof DefinitionFault) return messageId
  if (messageId === '') return new DefinitionFault('messageIdMissing', [...place, 'msgId'])
  if (messageIds.has(messageId)) {
    return new DefinitionFault('messageIdRepeated', [...place, 'msgId'], { value: messageId })
  }
  messageIds.add(messageId)
  const name = readText(definition, 'name', place)
  return name instanceof DefinitionFault ? name : { messageId, name: name || messageId }
}

function readKind(definition: JsonObject, place: DefinitionPlace): RequestKind | DefinitionFault {
  const method = readText(definition, 'method', place)
  if (method instanceof DefinitionFault) return method
  const api = readText(definition, 'api', place)
  if (api instanceof DefinitionFault) return api
  const pair = [method.toUpperCase(), api.toUpperCase()] as const
  return (
    findRequestKind(...pair) ??
    new DefinitionFault('kindUnknown', [...place, 'api'], { value: pair.join(' ') })
  )
}

interface Address {
  readonly columns: readonly Column[]
  readonly fixedValues?: Readonly<Record<string, string>>
  readonly addressedBy?: 'id' | 'externalId'
}

function readAddress(
  { method, api }: RequestKind,
  definition: JsonObject,
  place: DefinitionPlace,
): Address | DefinitionFault {
  if (api !== 'INVENTORY') return { columns: [] }
  const given = readText(definition, 'externalIdType', place)
  if (given instanceof DefinitionFault) return given
  if (method === 'POST') {
    const externalIdType = given === '' ? readTypeOfConsoles(definition, place) : given
    if (externalIdType instanceof DefinitionFault) return externalIdType
    return externalIdType === ''
      ? { columns: addressColumns.newExternalIdWithType }
      : { columns: addressColumns.newExternalId, fixedValues: { externalIdType } }
  }
  const byId = readBoolean(definition, 'byId', place)
  if (byId instanceof DefinitionFault) return byId
  if (byId === undefined) return new DefinitionFault('byIdMissing', [...place, 'byId'])
  if (byId) return { columns: addressColumns.id, addressedBy: 'id' }
  const addressedBy = 'externalId'
  return given === ''
    ? { columns: addressColumns.externalIdWithType, addressedBy }
    : { columns: addressColumns.externalId, fixedValues: { externalIdType: given }, addressedBy }
}

/** Consoles keep the type of external id as a mandatory value. */
function readTypeOfConsoles(
  definition: JsonObject,
  place: DefinitionPlace,
): string | DefinitionFault {
  const values = readList(definition, 'mandatoryValues', place)
  if (values instanceof DefinitionFault) return values
  const [first] = values
  return isJsonObject(first) ? readText(first, 'value', [...place, 'mandatoryValues', 0]) : ''
}

interface MandatoryColumn extends Pick<MandatoryValue, 'column'> {
  /** Undefined where the device supplies the value. */
  readonly constant: ColumnValue | undefined
}

interface CustomColumn {
  readonly column: Column
  readonly path: BodySteps
  readonly constant: JsonValue | undefined
}

function readMandatoryValues(
  { api, mandatory }: RequestKind,
  definition: JsonObject,
  place: DefinitionPlace,
): readonly MandatoryColumn[] | DefinitionFault {
  if (api === 'INVENTORY') return []
  const list = readList(definition, 'mandatoryValues', place)
  if (list instanceof DefinitionFault) return list
  if (list.length > mandatory.length) {
    return new DefinitionFault('tooManyMandatoryValues', [
      ...place,
      'mandatoryValues',
      mandatory.length,
    ])
  }
  const values: MandatoryColumn[] = []
  for (const [index, { member, valueType, column }] of mandatory.entries()) {
    const placeOfValue = [...place, 'mandatoryValues', index]
    const given = list[index] ?? {}
    if (!isJsonObject(given)) return new DefinitionFault('notAnObject', placeOfValue)
    const path = readText(given, 'path', placeOfValue)
    if (path instanceof DefinitionFault) return path
    if (path !== '' && path.replace(/^\$?\.?/, '') !== member) {
      const details = { value: `$.${member}` }
      return new DefinitionFault('mandatoryValueMisplaced', [...placeOfValue, 'path'], details)
    }
    // A fragment to look for is a name, not any text.
    const parse = (constant: string) => parseColumn(column, constant)
    const constant = readConstant(given, placeOfValue, valueType, parse)
    if (constant instanceof DefinitionFault) return constant
    values.push({ column, constant })
  }
  return values
}

function readCustomValues(
  kind: RequestKind,
  definition: JsonObject,
  place: DefinitionPlace,
): readonly CustomColumn[] | DefinitionFault {
  const list = readList(definition, 'customValues', place)
  if (list instanceof DefinitionFault) return list
  if (kind.method === 'GET' && list.length > 0) {
    return new DefinitionFault('valuesOfGet', [...place, 'customValues', 0])
  }
  const values: CustomColumn[] = []
  const arrays = new Map<string, number>()
  let nodes = 0
  for (const [index, given] of list.entries()) {
    const placeOfValue = [...place, 'customValues', index]
    if (!isJsonObject(given)) return new DefinitionFault('notAnObject', placeOfValue)
    const value = readCustomValue(kind, given, placeOfValue)
    if (value instanceof DefinitionFault) return value
    values.push(value)
    nodes += nodesMade(value.path, arrays)
    if (nodes > collectionLimits.bodyNodesMax) {
      return new DefinitionFault('tooManyNodes', [...placeOfValue, 'path'])
    }
  }
  return values
}

function readCustomValue(
  kind: RequestKind,
  given: JsonObject,
  place: DefinitionPlace,
): CustomColumn | DefinitionFault {
  const text = readText(given, 'path', place)
  if (text instanceof DefinitionFault) return text
  const path = readBodyPath(text, [...place, 'path'])
  if (path instanceof DefinitionFault) return path
  const typeText = readText(given, 'type', place)
  if (typeText instanceof DefinitionFault) return typeText
  const declared = typeText === '' ? 'STRING' : findValueType(typeText)
  if (declared === undefined) {
    return new DefinitionFault('valueTypeUnknown', [...place, 'type'], { value: typeText })
  }
  const type = narrowType(kind, path, declared, place)
  if (type instanceof DefinitionFault) return type
  const constant = readConstant(given, place, type, (value) => parseConstant(type, value))
  if (constant instanceof DefinitionFault) return constant
  const name = text.replace(/^\$?\.?/, '')
  const column = valueTypes[type]
  if (column === undefined) return { path, constant: {}, column: { name, type: 'string', path } }
  return { path, constant, column: { name, label: name, ...column, path } }
}

/**
 * A text that goes where the platform keeps, say, the severity is read as one: what is neither
 * could never be stored.
 */
function narrowType(
  { memberTypes }: RequestKind,
  [first = '', ...inner]: BodySteps,
  declared: ValueType,
  place: DefinitionPlace,
): ValueType | DefinitionFault {
  const member = String(first)
  const type = Object.hasOwn(memberTypes, member) ? memberTypes[member] : undefined
  if (type === undefined) return declared
  const details = { value: member, type }
  if (inner.length > 0) {
    return new DefinitionFault('memberWithoutMembers', [...place, 'path'], details)
  }
  return declared === 'STRING' || declared === type
    ? type
    : new DefinitionFault('memberOfOtherType', [...place, 'type'], details)
}

/** Undefined where the device supplies the value. */
function readConstant<T extends JsonValue>(
  given: JsonObject,
  place: DefinitionPlace,
  type: ValueType,
  parse: (text: string) => T | undefined,
): T | undefined | DefinitionFault {
  const text = readText(given, 'value', place)
  if (text instanceof DefinitionFault) return text
  if (text === '') return undefined
  const details = { value: text, type }
  return parse(text) ?? new DefinitionFault('constantNotOfType', [...place, 'value'], details)
}

function readBodyPath(text: string, place: DefinitionPlace): BodySteps | DefinitionFault {
  const path = readPath(text, place)
  if (path instanceof DefinitionFault) return path
  if (path.length > bodyStepsMax) return new DefinitionFault('bodyTooDeep', place)
  const steps: (string | number)[] = []
  for (const { select, isDeep } of path) {
    if (select === null || isDeep) return new DefinitionFault('pathNotForBody', place)
    steps.push(select)
  }
  // The body itself is an object.
  return typeof steps[0] === 'number' ? new DefinitionFault('pathNotForBody', place) : steps
}

/** Members, and elements with those that are skipped, beyond the lengths that arrays have so far. */
function nodesMade(path: BodySteps, arrays: Map<string, number>): number {
  let nodes = 0
  for (const [index, step] of path.entries()) {
    if (typeof step === 'string') {
      nodes += 1
      continue
    }
    const array = formatBodyPath(path.slice(0, index))
    const length = arrays.get(array) ?? 0
    if (step < length) continue
    nodes += step + 1 - length
    arrays.set(array, step + 1)
  }
  return nodes
}

function readResponseTemplate(
  definition: JsonValue,
  place: DefinitionPlace,
  messageIds: Set<string>,
): PatternTemplate | DefinitionFault {
  if (!isJsonObject(definition)) return new DefinitionFault('notAnObject', place)
  const names = readNames(definition, place, messageIds)
  if (names instanceof DefinitionFault) return names
  const base = readOptionalPath(definition, 'base', place)
  if (base instanceof DefinitionFault) return base
  const condition = readOptionalPath(definition, 'condition', place)
  if (condition instanceof DefinitionFault) return condition
  const patterns = readPatterns(definition, base, place)
  if (patterns instanceof DefinitionFault) return patterns
  const template: PatternTemplate = {
    kind: 'pattern',
    ...names,
    condition,
    ...(isSingular(base)
      ? { base, patterns }
      : { base: [], patterns: patterns.map((pattern) => [...base, ...pattern]) }),
  }
  return nodesNeeded(template) > pathLimits.nodesMax
    ? new DefinitionFault('tooManyNodes', place)
    : template
}

function readPatterns(
  definition: JsonObject,
  base: JsonPath,
  place: DefinitionPlace,
): readonly JsonPath[] | DefinitionFault {
  const member = findMember(definition, 'pattern') == null ? 'patterns' : 'pattern'
  const list = readList(definition, member, place)
  if (list instanceof DefinitionFault) return list
  if (list.length === 0) return new DefinitionFault('patternMissing', [...place, 'pattern'])
  const patterns: JsonPath[] = []
  for (const [index, given] of list.entries()) {
    const placeOfPattern = [...place, member, index]
    const text = findMember(given, 'path') ?? given
    if (typeof text !== 'string') return new DefinitionFault('notAText', placeOfPattern)
    const pattern = readPath(text, placeOfPattern)
    if (pattern instanceof DefinitionFault) return pattern
    if (base.length + pattern.length > pathLimits.stepsMax) {
      return new DefinitionFault('pathTooManySteps', placeOfPattern)
    }
    patterns.push(pattern)
  }
  return patterns
}

/** What a document that has everything makes the template look at, if it takes no wildcards. */
function nodesNeeded({ condition, base, patterns }: PatternTemplate): number {
  return patterns.reduce((sum, { length }) => sum + length, condition.length + base.length)
}

/** No steps where there is no path. The root alone is none either: nothing to look for. */
function readOptionalPath(
  definition: JsonObject,
  name: 'base' | 'condition',
  place: DefinitionPlace,
): JsonPath | DefinitionFault {
  const text = readText(definition, name, place)
  if (text instanceof DefinitionFault) return text
  return text === '' || text === '$' ? [] : readPath(text, [...place, name])
}

function readPath(text: string, place: DefinitionPlace): JsonPath | DefinitionFault {
  const path = parsePath(text)
  return path.ok
    ? path.value
    : new DefinitionFault(path.problem, place, { value: text, at: String(path.at) })
}

/** Missing members and null are the empty text; numbers and booleans are as good as their text. */
function readText(
  object: JsonObject,
  name: string,
  place: DefinitionPlace,
): string | DefinitionFault {
  const value = findMember(object, name) ?? ''
  return typeof value === 'object'
    ? new DefinitionFault('notAText', [...place, name])
    : String(value)
}

/** Undefined where it is missing or empty. */
function readBoolean(
  object: JsonObject,
  name: string,
  place: DefinitionPlace,
): boolean | undefined | DefinitionFault {
  const text = readText(object, name, place)
  if (text instanceof DefinitionFault) return text
  if (text === '') return undefined
  const value = parseColumn({ name, type: 'boolean' }, text)
  return typeof value === 'boolean'
    ? value
    : new DefinitionFault('notABoolean', [...place, name], { value: text })
}

function readList(
  object: JsonObject,
  name: string,
  place: DefinitionPlace,
): readonly JsonValue[] | DefinitionFault {
  const value = findMember(object, name) ?? []
  return Array.isArray(value) ? value : new DefinitionFault('notAList', [...place, name])
}

/** Whether the value needs more bytes as JSON; it may be nested to any depth. */
function isLargerThan(value: JsonValue, bytesMax: number): boolean {
  const open: JsonValue[] = [value]
  let bytes = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) bytes += jsonBytes(next)
    else if (isJsonObject(next)) {
      for (const [name, member] of Object.entries(next)) {
        bytes += jsonBytes(name) + 2
        open.push(member)
      }
    } else {
      bytes += next.length + 1
      if (bytes <= bytesMax) for (const element of next) open.push(element)
    }
    if (bytes > bytesMax) return true
  }
  return false
}

const encoder = new TextEncoder()

function jsonBytes(value: string | number | boolean | null): number {
  if (typeof value !== 'string') return String(value).length
  return encoder.encode(JSON.stringify(value)).length
}
