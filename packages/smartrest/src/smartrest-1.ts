import { collectionLimits } from './collection-problems.ts'
import { findMember, isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { isSingular, type JsonPath, parsePath } from './json-path.ts'
import { parsePayload } from './parse-payload.ts'
import { shortenDetail } from './row-problems.ts'

// Collections of SmartREST 1.0: rows that become whole requests of the REST interface, and answers
// that become rows. How they are filled and rendered is in files of their own.

/** A user's templates of version 1.0, ready for rows, answers and operations. */
export interface SmartRest1Collection {
  /** By message id. */
  readonly requestTemplates: ReadonlyMap<string, SmartRest1Request>
  /** In order of definition, which is that of their rows. */
  readonly responseTemplates: readonly SmartRest1Response[]
}

export type SmartRest1Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** What one parameter of a row may be. `NOW` takes no value from the row. */
export type SmartRest1Type = 'STRING' | 'NUMBER' | 'INTEGER' | 'UNSIGNED' | 'DATE' | 'NOW'

/** A request with holes, which the values of a row fill in their order: first path, then body. */
export interface SmartRest1Request {
  readonly messageId: string
  readonly method: SmartRest1Method
  /** Path and query; between two pieces is a hole. */
  readonly url: readonly string[]
  readonly contentType: string
  readonly accept: string
  /** One for each hole. */
  readonly types: readonly SmartRest1Type[]
  /** JSON; absent where the method takes none. */
  readonly body?: readonly BodyPiece[]
}

export interface BodyPiece {
  readonly text: string
  /** Whether the hole behind the piece is inside a JSON string. */
  readonly isInString: boolean
}

/** What a document becomes. Condition and patterns begin at each thing that the base finds. */
export interface SmartRest1Response {
  readonly messageId: string
  /** Elements of a list that it finds count one by one. Without steps it is the document. */
  readonly base: JsonPath
  /** Must find something other than null. Without steps it always holds. */
  readonly condition: JsonPath
  /** One column each. */
  readonly patterns: readonly JsonPath[]
}

/** Holes of one request template. */
export const smartRest1ParametersMax = 256

/** Every reason why a definition of version 1.0 can be refused; `{value}` is what stands there. */
export const smartRest1Problems = {
  rowsUnreadable: '{value}',
  rowIdUnknown:
    'A definition begins with 10 or 11, not "{value}"; other rows are taken on the topic s/ul/<X-ID>',
  tooManyTemplates: `A collection can have ${collectionLimits.templatesMax} templates`,
  tooLarge: `The definition has more than ${collectionLimits.bytesMax / 1024} KiB`,
  notADefinition: 'The definition is not one of templates',
  messageIdMissing: 'A message id is required',
  messageIdRepeated: 'Message id "{value}" is used twice',
  methodUnknown: 'The method must be GET, POST, PUT or DELETE, not "{value}"',
  pathNotOurs: 'The path must begin with one "/" and have no blanks, not "{value}"',
  contentTypeMissing: 'A template for POST or PUT needs a content type',
  contentTypeUnused: 'A template for GET or DELETE takes no content type',
  bodyMissing: 'A template for POST or PUT needs a body',
  bodyUnused: 'A template for GET or DELETE takes no body',
  typeUnknown: 'There is no value type "{value}"',
  typesWithoutPlaceholder: 'Values need a placeholder',
  typesNotAsMany: 'The number of value types is not that of placeholders, {value}',
  tooManyParameters: `A template can have ${smartRest1ParametersMax} values`,
  columnsTooMany: 'There is nothing behind the body; a body with commas needs quotes around it',
  pathUnreadable: 'The path "{value}" is not offered',
  patternMissing: 'A response template needs a value',
  patternNotSingular: 'The path "{value}" can find several values',
} as const satisfies Record<string, string>

export type SmartRest1ProblemName = keyof typeof smartRest1Problems

/** Why a collection is refused as a whole. */
export interface SmartRest1Problem {
  readonly name: SmartRest1ProblemName
  /** Counted from 1 without blank rows; 0 where it is about all of them. */
  readonly row: number
  /** One sentence, for people. */
  readonly text: string
}

export type SmartRest1Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: SmartRest1Problem }

/** A collection as it is stored: the fragment {@link smartRest1Fragment} of a managed object. */
export interface SmartRest1Definition {
  readonly fragment: JsonObject
  readonly collection: SmartRest1Collection
}

/** The fragment of a managed object that holds a definition of version 1.0. */
export const smartRest1Fragment = 'com_cumulocity_model_smartrest_SmartRestTemplate'

/**
 * Reads the rows of a definition:
 *
 * ```
 * 10,<message id>,<method>,<path>,<content type>,<accept>,<placeholder>,<types>,<body>
 * 11,<message id>,<base>,<condition>,<path>(,<path>)*
 * ```
 *
 * It is taken or refused as a whole. Never throws.
 *
 * @see thin-edge §19.1
 */
export function parseSmartRest1Rows(text: string): SmartRest1Result<SmartRest1Definition> {
  const { rows, problem } = parsePayload(text)
  if (problem !== undefined) {
    return refuse(new Fault('rowsUnreadable', problem.text), rows.length + 1)
  }
  const requestTemplates: JsonObject[] = []
  const responseTemplates: JsonObject[] = []
  const reader = new CollectionReader()
  for (const [index, fields] of rows.entries()) {
    const [id = '', ...columns] = fields
    const isRequest = id === '10'
    if (!isRequest && id !== '11') return refuse(new Fault('rowIdUnknown', id), index + 1)
    const definition = isRequest ? requestOfRow(columns) : responseOfRow(columns)
    const fault =
      definition instanceof Fault
        ? definition
        : isRequest
          ? reader.addRequest(definition)
          : reader.addResponse(definition)
    if (fault !== undefined) return refuse(fault, index + 1)
    if (definition instanceof Fault) continue
    if (isRequest) requestTemplates.push(definition)
    else responseTemplates.push(definition)
  }
  const fragment = { requestTemplates, responseTemplates }
  const bytes = new TextEncoder().encode(JSON.stringify(fragment)).length
  if (bytes > collectionLimits.bytesMax) return refuse(new Fault('tooLarge'), 0)
  return { ok: true, value: { fragment, collection: reader.collection } }
}

/** Reads what is stored, whoever put it there. Never throws. */
export function parseSmartRest1(fragment: JsonValue): SmartRest1Result<SmartRest1Collection> {
  const requests = findMember(fragment, 'requestTemplates') ?? []
  const responses = findMember(fragment, 'responseTemplates') ?? []
  if (!isJsonObject(fragment) || !Array.isArray(requests) || !Array.isArray(responses)) {
    return refuse(new Fault('notADefinition'), 0)
  }
  const reader = new CollectionReader()
  for (const definition of requests) {
    const fault = isJsonObject(definition)
      ? reader.addRequest(definition)
      : new Fault('notADefinition')
    if (fault !== undefined) return refuse(fault, 0)
  }
  for (const definition of responses) {
    const fault = isJsonObject(definition)
      ? reader.addResponse(definition)
      : new Fault('notADefinition')
    if (fault !== undefined) return refuse(fault, 0)
  }
  return { ok: true, value: reader.collection }
}

class Fault {
  readonly name: SmartRest1ProblemName
  readonly value: string

  constructor(name: SmartRest1ProblemName, value = '') {
    this.name = name
    this.value = value
  }
}

function refuse(
  { name, value }: Fault,
  row: number,
): { readonly ok: false; readonly problem: SmartRest1Problem } {
  const text = smartRest1Problems[name].replace('{value}', () => shortenDetail(value))
  return { ok: false, problem: { name, row, text } }
}

function requestOfRow(columns: readonly string[]): JsonObject | Fault {
  const [msgId = '', method = '', resourceUri = '', contentType = '', accept = ''] = columns
  const [placeholder = '', types = '', templateString = '', ...surplus] = columns.slice(5)
  if (surplus.some((column) => column !== '')) return new Fault('columnsTooMany')
  const values = types.split(/\s+/).filter((type) => type !== '')
  return { msgId, method, resourceUri, contentType, accept, placeholder, values, templateString }
}

function responseOfRow(columns: readonly string[]): JsonObject {
  const [msgId = '', base = '', condition = '', ...patterns] = columns
  const count = patterns.findLastIndex((pattern) => pattern !== '') + 1
  return { msgId, base, condition, pattern: patterns.slice(0, count) }
}

/** Takes definitions one by one, and tells of each what is wrong with it. */
class CollectionReader {
  readonly #requestTemplates = new Map<string, SmartRest1Request>()
  readonly #responseTemplates: SmartRest1Response[] = []
  readonly #messageIds = new Set<string>()

  get collection(): SmartRest1Collection {
    return {
      requestTemplates: this.#requestTemplates,
      responseTemplates: this.#responseTemplates,
    }
  }

  addRequest(definition: JsonObject): Fault | undefined {
    const messageId = this.#takeMessageId(definition)
    if (messageId instanceof Fault) return messageId
    const template = readRequest(messageId, definition)
    if (template instanceof Fault) return template
    this.#requestTemplates.set(messageId, template)
    return undefined
  }

  addResponse(definition: JsonObject): Fault | undefined {
    const messageId = this.#takeMessageId(definition)
    if (messageId instanceof Fault) return messageId
    const template = readResponse(messageId, definition)
    if (template instanceof Fault) return template
    this.#responseTemplates.push(template)
    return undefined
  }

  #takeMessageId(definition: JsonObject): string | Fault {
    const messageId = textOf(definition, 'msgId')
    if (messageId === '') return new Fault('messageIdMissing')
    if (this.#messageIds.has(messageId)) return new Fault('messageIdRepeated', messageId)
    if (this.#messageIds.size >= collectionLimits.templatesMax) return new Fault('tooManyTemplates')
    this.#messageIds.add(messageId)
    return messageId
  }
}

function readRequest(messageId: string, definition: JsonObject): SmartRest1Request | Fault {
  const method = textOf(definition, 'method').toUpperCase()
  if (!isMethod(method)) return new Fault('methodUnknown', method)
  const placeholder = textOf(definition, 'placeholder')
  const path = textOf(definition, 'resourceUri')
  const url = piecesOf(path, placeholder)
  if (!isOurs(url.join('x'))) return new Fault('pathNotOurs', path)
  const contentType = textOf(definition, 'contentType')
  const bodyText = textOf(definition, 'templateString')
  const hasBody = method === 'POST' || method === 'PUT'
  if (hasBody && contentType === '') return new Fault('contentTypeMissing')
  if (hasBody && bodyText === '') return new Fault('bodyMissing')
  if (!hasBody && contentType !== '') return new Fault('contentTypeUnused')
  if (!hasBody && bodyText !== '') return new Fault('bodyUnused')

  const body = piecesOf(bodyText, placeholder)
  const holes = url.length - 1 + body.length - 1
  if (holes > smartRest1ParametersMax) return new Fault('tooManyParameters')
  const types = readTypes(definition, placeholder, holes)
  if (types instanceof Fault) return types
  const accept = textOf(definition, 'accept')
  const template = { messageId, method, url, contentType, accept, types }
  return hasBody ? { ...template, body: markStrings(body) } : template
}

/** A path with or without a query; never the address of another host. */
function isOurs(url: string): boolean {
  return /^\/(?!\/)[^\s#\p{Cc}]*$/u.test(url)
}

/** Where none are given, every value is any text. */
function readTypes(
  definition: JsonObject,
  placeholder: string,
  holes: number,
): readonly SmartRest1Type[] | Fault {
  const given = findMember(definition, 'values') ?? []
  if (!Array.isArray(given)) return new Fault('notADefinition')
  if (given.length === 0) return new Array<SmartRest1Type>(holes).fill('STRING')
  if (placeholder === '') return new Fault('typesWithoutPlaceholder')
  if (given.length !== holes) return new Fault('typesNotAsMany', String(holes))
  const types: SmartRest1Type[] = []
  for (const type of given) {
    const name = String(type).toUpperCase()
    if (!isType(name)) return new Fault('typeUnknown', name)
    types.push(name)
  }
  return types
}

function piecesOf(text: string, placeholder: string): readonly string[] {
  return placeholder === '' ? [text] : text.split(placeholder)
}

/** Follows the quotes of the JSON text from piece to piece. */
function markStrings(pieces: readonly string[]): readonly BodyPiece[] {
  let isInString = false
  return pieces.map((text) => {
    for (const [sign] of text.matchAll(/\\.|"/gs)) if (sign === '"') isInString = !isInString
    return { text, isInString }
  })
}

function readResponse(messageId: string, definition: JsonObject): SmartRest1Response | Fault {
  const base = readPath(textOf(definition, 'base'))
  if (base instanceof Fault) return base
  const condition = readPath(textOf(definition, 'condition'))
  if (condition instanceof Fault) return condition
  const given = findMember(definition, 'pattern') ?? []
  if (!Array.isArray(given)) return new Fault('notADefinition')
  if (given.length === 0) return new Fault('patternMissing')
  const patterns: JsonPath[] = []
  for (const text of given) {
    if (typeof text !== 'string' || text === '') return new Fault('patternMissing')
    const pattern = readPath(text)
    if (pattern instanceof Fault) return pattern
    // Positions of columns stay what they are.
    if (!isSingular(pattern)) return new Fault('patternNotSingular', text)
    patterns.push(pattern)
  }
  return { messageId, base, condition, patterns }
}

function readPath(text: string): JsonPath | Fault {
  if (text === '' || text === '$') return []
  const path = parsePath(text)
  return path.ok ? path.value : new Fault('pathUnreadable', text)
}

function textOf(definition: JsonObject, name: string): string {
  const value = findMember(definition, name) ?? ''
  return typeof value === 'object' ? '' : String(value)
}

const methods: ReadonlySet<string> = new Set<SmartRest1Method>(['GET', 'POST', 'PUT', 'DELETE'])

function isMethod(name: string): name is SmartRest1Method {
  return methods.has(name)
}

const typeNames: ReadonlySet<string> = new Set<SmartRest1Type>([
  'STRING',
  'NUMBER',
  'INTEGER',
  'UNSIGNED',
  'DATE',
  'NOW',
])

function isType(name: string): name is SmartRest1Type {
  return typeNames.has(name)
}
