import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCollectionRows } from './collection-rows.ts'
import { type Filled, fillTemplate } from './fill-template.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { parsePayload } from './parse-payload.ts'
import { formatErrorLine, type RowResult } from './row-problems.ts'
import { prototypeNames, type RequestTemplate } from './template.ts'
import {
  findCollectionRequest,
  parseCollection,
  type TemplateCollection,
} from './template-collection.ts'

const receivedAt = Date.UTC(2032, 1, 1, 8, 15, 30, 120)
const now = '2032-02-01T08:15:30.120Z'
const nine = '2032-02-01T09:00+01:00'
const nineUtc = '2032-02-01T08:00:00.000Z'

// Custom values of an event whose other values are fixed, a row, and what stands in the body.
const values = [
  { define: 'a.b,,,a.c,,', row: '9,1', body: { a: { b: '1', c: '' } } },
  { define: `$['a.b'].c,NUMBER,`, row: '9,1', body: { 'a.b': { c: 1 } } },
  { define: `"[""c d""]",,`, row: '9,x', body: { 'c d': 'x' } },
  { define: '{a}.{type},,', row: '9,x', body: { '{a}': { '{type}': 'x' } } },
  { define: 'toString.valueOf,,', row: '9,x', body: { toString: { valueOf: 'x' } } },
  { define: 'a[2],,', row: '9,x', body: { a: [null, null, 'x'] } },
  { define: 'a[1],,,a[0],,', row: '9,x,y', body: { a: ['y', 'x'] } },
  { define: 'a[0][1].b,,', row: '9,x', body: { a: [[null, { b: 'x' }]] } },
  // Later values overwrite earlier ones, whoever supplies them.
  { define: 'a,,,a,,2', row: '9,1', body: { a: '2' } },
  { define: 'a,,2,a,,', row: '9,1', body: { a: '1' } },
  { define: 'a,,,a.b,,2,c,,', row: '9,1,3', body: { a: { b: '2' }, c: '3' } },
  { define: 'a.b,,,a[0],,', row: '9,1,2', body: { a: ['2'] } },
  { define: 'a[0],,,a.b,,', row: '9,1,2', body: { a: { b: '2' } } },
  { define: 'a,FLAG,,a.b,,', row: '9,1', body: { a: { b: '1' } } },
  { define: 'a.b,,,a,FLAG,', row: '9,1', body: { a: {} } },
  { define: 'a,NUMBER,,b,INTEGER,,c,UNSIGNED,', row: '9,.5,-2,+3', body: { a: 0.5, b: -2, c: 3 } },
  { define: 'a,number,7,b,Flag,,c,,', row: '9,1', body: { a: 7, b: {}, c: '1' } },
  { define: 'a,DATE,,b,DATE,', row: `9,,${nine}`, body: { a: now, b: nineUtc } },
  { define: `a,DATE,${nine}`, row: '9', body: { a: nineUtc } },
  {
    define: 'a,SEVERITY,,b,ALARMSTATUS,cleared,c,OPERATIONSTATUS,',
    row: '9,minor,Failed',
    body: { a: 'MINOR', b: 'CLEARED', c: 'FAILED' },
  },
] as const
for (const { define, row, body } of values) {
  test(`${define} makes of ${row} ${JSON.stringify(body)}`, () => {
    const filled = fill(defined(`10,9,POST,EVENT,,e,t,${now},${define}`), row)
    assert.deepEqual(filled.ok && filled.value.body, { type: 'e', text: 't', ...body })
  })
}

// Whole templates.
const requests = [
  {
    define: '10,9,POST,MEASUREMENT,,,,a,,',
    row: `9,m,${nine},1`,
    filled: { body: { type: 'm', a: '1' }, time: nineUtc, values: {} },
  },
  {
    define: `10,9,POST,MEASUREMENT,,m,${nine}`,
    row: '9',
    filled: { body: { type: 'm' }, time: nineUtc, values: {} },
  },
  {
    define: `10,9,POST,MEASUREMENT,,m,,time,,`,
    row: `9,,${nine}`,
    filled: { body: { type: 'm' }, time: nineUtc, values: {} },
  },
  {
    define: '10,9,PUT,ALARM,,,severity,STRING,,text,,x',
    row: '9,a,minor',
    filled: { body: { severity: 'MINOR', text: 'x' }, values: { type: 'a' } },
  },
  {
    define: '10,9,PUT,ALARM,,a,time,DATE,',
    row: '9',
    filled: { body: { time: now }, values: { type: 'a' } },
  },
  {
    define: '10,9,PUT,OPERATION,,,status,,',
    row: '9,f,executing',
    filled: { body: { status: 'EXECUTING' }, values: { fragment: 'f' } },
  },
  {
    define: '10,9,GET,INVENTORY,,true,',
    row: '9,6601',
    filled: { body: {}, values: { id: '6601' }, addressedBy: 'id', response: true },
  },
  {
    define: '10,9,GET,INVENTORY,false,false,',
    row: '9,t,v',
    filled: {
      body: {},
      values: { externalIdType: 't', externalId: 'v' },
      addressedBy: 'externalId',
    },
  },
  {
    define: '10,9,PUT,INVENTORY,TRUE,FALSE,t,time,DATE,,status,,',
    row: '9,v,,s',
    filled: {
      body: { time: now, status: 's' },
      values: { externalIdType: 't', externalId: 'v' },
      addressedBy: 'externalId',
      response: true,
    },
  },
  {
    define: '10,9,POST,INVENTORY,,,name,,',
    row: '9,v,t,n',
    filled: { body: { name: 'n' }, values: { externalIdType: 't', externalId: 'v' } },
  },
  {
    define: '10,9,POST,INVENTORY,,,name,,',
    row: '9,,,n',
    filled: { body: { name: 'n' }, values: {} },
  },
  {
    define: '10,9,POST,INVENTORY,,t,name,,',
    row: '9,,n',
    filled: { body: { name: 'n' }, values: { externalIdType: 't' } },
  },
] as const
for (const { define, row, filled: expected } of requests) {
  test(`${define} makes of ${row} ${JSON.stringify(expected)}`, () => {
    const filled = fill(defined(define), row)
    assert.ok(filled.ok, JSON.stringify(filled))
    const { body, time, template, values: told } = filled.value
    const { response, addressedBy } = template
    assert.deepEqual(
      { body, values: told, response, addressedBy, time },
      {
        response: undefined,
        addressedBy: undefined,
        ...expected,
        time: 'time' in expected ? Date.parse(expected.time) : undefined,
      },
    )
  })
}

const refusedRows = [
  {
    define: '10,9,POST,EVENT,,e,t,,a.B,NUMBER,',
    row: '8',
    error: '40,8,No template with message id 8 in collection x',
  },
  {
    define: '10,9,POST,EVENT,,e,t,,a.B,NUMBER,',
    row: '9',
    error: '45,9,Column 2 (a.B) is required',
  },
  {
    define: '10,9,POST,EVENT,,e,t,,$.a.B,NUMBER,',
    row: '9,,x',
    error: '45,9,"Column 2 (a.B) must be a number, not \\"x\\""',
  },
  {
    define: '10,9,POST,EVENT,,e,t,,a,UNSIGNED,',
    row: '9,,-1',
    error: '45,9,"Column 2 (a) must be an integer without sign, not \\"-1\\""',
  },
  {
    define: '10,9,POST,EVENT,,e,t,,a,SEVERITY,',
    row: '9,',
    error: '45,9,Column 2 (a) is required',
  },
  {
    define: '10,9,POST,EVENT,,e,t,,a,DATE,',
    row: '9,,1',
    error: '45,9,"Column 2 (a) must be a time like 2032-02-01T08:15:30Z, not \\"1\\""',
  },
  { define: '10,9,POST,EVENT,,e,,', row: '9', error: '45,9,Column 1 (text) is required' },
  {
    define: '10,9,PUT,OPERATION,,',
    row: '9,__proto__',
    error: '45,9,"Column 1 (fragment) must not be \\"__proto__\\""',
  },
  {
    define: '10,9,GET,INVENTORY,,false,',
    row: '9,t',
    error: '45,9,Column 2 (external id) is required',
  },
  {
    define: '10,9,POST,INVENTORY,,',
    row: '9,v',
    error: '45,9,Column 2 (external id type) is required',
  },
] as const
for (const { define, row, error } of refusedRows) {
  test(`${define} answers ${row} with ${error}`, () => {
    const filled = fill(defined(define), row)
    assert.equal(filled.ok ? undefined : formatErrorLine(filled.problem), error)
  })
}

test('what consoles and older programs write is understood', () => {
  const collection = parsed({
    requestTemplates: [
      {
        msgId: 'a',
        method: 'post',
        api: 'inventory',
        mandatoryValues: [{ path: '$.type', value: 't' }],
      },
      {
        msgId: 'b',
        name: 'B',
        method: 'Get',
        api: 'Inventory',
        byId: 'false',
        externalIdType: null,
      },
      { msgId: 7, method: 'POST', api: 'EVENT', response: null, other: { deep: true } },
      {
        msgId: 'c',
        method: 'PUT',
        api: 'ALARM',
        customValues: [{ path: 'n', type: 'number', value: 5 }],
      },
    ],
    responseTemplates: [
      { msgId: 'd', patterns: [{ path: 'x' }, { path: '$.y' }] },
      { msgId: 'e', base: null, condition: null, pattern: null, patterns: ['x'] },
      { msgId: 'f', base: '$', condition: '$', pattern: ['x'] },
    ],
    unknown: 1,
  })
  assert.deepEqual([...collection.requestTemplates.keys()], ['a', 'b', '7', 'c'])
  assert.deepEqual(collection.requestTemplates.get('a')?.fixedValues, { externalIdType: 't' })
  assert.equal(collection.requestTemplates.get('b')?.name, 'B')
  assert.equal(collection.requestTemplates.get('7')?.columns.length, 3)
  assert.deepEqual(
    collection.responseTemplates.map(({ patterns }) => patterns.length),
    [2, 1, 1],
  )
  assert.deepEqual(
    collection.responseTemplates.map(({ condition }) => condition.length),
    [0, 0, 0],
  )
  assert.deepEqual(parsed({}), { requestTemplates: new Map(), responseTemplates: [] })
})

const event = { msgId: '9', method: 'POST', api: 'EVENT' }
const faults: readonly { readonly of: JsonValue; readonly text: string }[] = [
  { of: [], text: 'An object is expected' },
  { of: { requestTemplates: {} }, text: 'requestTemplates: A list is expected' },
  { of: { requestTemplates: [3] }, text: 'requestTemplates[0]: An object is expected' },
  { of: requestOf({ msgId: null }), text: 'requestTemplates[0].msgId: A message id is required' },
  { of: requestOf({ msgId: [] }), text: 'requestTemplates[0].msgId: A text is expected' },
  {
    of: requestOf({ api: 'AUDIT' }),
    text: 'requestTemplates[0].api: The request "POST AUDIT" is not offered',
  },
  {
    of: requestOf({ response: 'no' }),
    text: 'requestTemplates[0].response: Either true or false is expected, not "no"',
  },
  {
    of: requestOf({ api: 'INVENTORY', method: 'GET' }),
    text: 'requestTemplates[0].byId: Either true or false is required: is the object named by its internal id?',
  },
  {
    of: requestOf({ api: 'INVENTORY', method: 'GET', byId: true, customValues: [{}] }),
    text: 'requestTemplates[0].customValues[0]: A GET request takes no values',
  },
  {
    of: requestOf({ mandatoryValues: [{ path: '$.time' }] }),
    text: 'requestTemplates[0].mandatoryValues[0].path: The mandatory value $.type is expected here',
  },
  {
    of: requestOf({ mandatoryValues: [{}, {}, {}, {}] }),
    text: 'requestTemplates[0].mandatoryValues[3]: This request has no such mandatory value',
  },
  {
    of: requestOf({ mandatoryValues: [{}, {}, { value: 'now' }] }),
    text: 'requestTemplates[0].mandatoryValues[2].value: "now" is not of type DATE',
  },
  {
    of: requestOf({ api: 'OPERATION', method: 'PUT', mandatoryValues: [{ value: '__proto__' }] }),
    text: 'requestTemplates[0].mandatoryValues[0].value: "__proto__" is not of type STRING',
  },
  {
    of: valueOf({ path: 'a', type: 'COLOUR' }),
    text: 'requestTemplates[0].customValues[0].type: There is no value type "COLOUR"',
  },
  {
    of: valueOf({ path: 'a', type: 'toString' }),
    text: 'requestTemplates[0].customValues[0].type: There is no value type "toString"',
  },
  {
    of: valueOf({ path: 'a', type: 'UNSIGNED', value: -1 }),
    text: 'requestTemplates[0].customValues[0].value: "-1" is not of type UNSIGNED',
  },
  {
    of: valueOf({ path: '' }),
    text: 'requestTemplates[0].customValues[0].path: The path "" lacks a name at character 1',
  },
  {
    of: valueOf({ path: 'a[*]' }),
    text: 'requestTemplates[0].customValues[0].path: A request takes paths of names and indexes only',
  },
  {
    of: valueOf({ path: 'a..b' }),
    text: 'requestTemplates[0].customValues[0].path: A request takes paths of names and indexes only',
  },
  {
    of: valueOf({ path: '[0].b' }),
    text: 'requestTemplates[0].customValues[0].path: A request takes paths of names and indexes only',
  },
  {
    of: valueOf({ path: `a${'.a'.repeat(31)}` }),
    text: 'requestTemplates[0].customValues[0].path: A path in a request can have 31 steps',
  },
  {
    of: valueOf({ path: 'a.prototype' }),
    text: 'requestTemplates[0].customValues[0].path: The path "a.prototype" has a name that is not offered, at character 3',
  },
  {
    of: valueOf({ path: 'a[10000]' }),
    text: 'requestTemplates[0].customValues[0].path: A template can make or look at 10000 members and elements',
  },
  {
    of: valueOf({ path: 'a[4000]' }),
    text: 'requestTemplates[0]: A template can add 16 KiB to a row',
  },
  {
    of: valueOf({ path: 'a', value: 'x'.repeat(16 * 1024) }),
    text: 'requestTemplates[0]: A template can add 16 KiB to a row',
  },
  {
    of: valueOf({ path: 'type', type: 'NUMBER' }),
    text: 'requestTemplates[0].customValues[0].type: Member type takes values of type STRING',
  },
  {
    of: valueOf({ path: 'time.at' }),
    text: 'requestTemplates[0].customValues[0].path: Member time takes values of type DATE, so there is nothing in it',
  },
  {
    of: valueOf({ path: 'time', value: 'noon' }),
    text: 'requestTemplates[0].customValues[0].value: "noon" is not of type DATE',
  },
  {
    of: { requestTemplates: [event, event] },
    text: 'requestTemplates[1].msgId: Message id "9" is used twice',
  },
  {
    of: { requestTemplates: [event], responseTemplates: [{ msgId: 9, pattern: ['a'] }] },
    text: 'responseTemplates[0].msgId: Message id "9" is used twice',
  },
  {
    of: responseOf({ pattern: [] }),
    text: 'responseTemplates[0].pattern: A response template needs a pattern',
  },
  { of: responseOf({ pattern: 'a' }), text: 'responseTemplates[0].pattern: A list is expected' },
  {
    of: responseOf({ pattern: ['a', 1] }),
    text: 'responseTemplates[0].pattern[1]: A text is expected',
  },
  {
    of: responseOf({ pattern: ['a', '$'] }),
    text: 'responseTemplates[0].pattern[1]: The path "$" lacks a name at character 2',
  },
  {
    of: responseOf({ patterns: [{ path: 'a[?(@.b)]' }] }),
    text: 'responseTemplates[0].patterns[0]: The path "a[?(@.b)]" has brackets at character 2; they can hold a quoted name, an index from 0 on or *',
  },
  {
    of: responseOf({ base: 'a b', pattern: ['a'] }),
    text: 'responseTemplates[0].base: The path "a b" has a character that is not offered, at 2',
  },
  {
    of: responseOf({ condition: 'a'.repeat(300), pattern: ['a'] }),
    text: 'responseTemplates[0].condition: A path can have 256 characters',
  },
  {
    of: responseOf({ base: `a${'.a'.repeat(31)}`, pattern: ['a'] }),
    text: 'responseTemplates[0].pattern[0]: A path can have 32 steps, those of its base included',
  },
  {
    of: responseOf({
      base: `a${'..a'.repeat(30)}`,
      pattern: Array.from({ length: 400 }, () => 'a'),
    }),
    text: 'responseTemplates[0]: A template can make or look at 10000 members and elements',
  },
  { of: { requestTemplates: templates(1001) }, text: 'A collection can have 1000 templates' },
  {
    of: valueOf({ path: 'a', value: 'ä'.repeat(128 * 1024) }),
    text: 'The definition has more than 256 KiB',
  },
]
for (const { of, text } of faults) {
  test(`refuses with: ${text}`, () => {
    const collection = parseCollection(of)
    assert.equal(collection.ok ? undefined : collection.problem.text, text)
  })
}

test('takes as many templates as the limits say, but no more work than that', () => {
  assert.equal(parsed({ requestTemplates: templates(1000) }).requestTemplates.size, 1000)
  const greedy = Array.from({ length: 11 }, (_, index) => ({
    msgId: `r${index}`,
    base: `a${'..a'.repeat(24)}`,
    pattern: Array.from({ length: 384 }, () => 'a'),
  }))
  parsed({ responseTemplates: greedy.slice(0, 10) })
  const collection = parseCollection({ responseTemplates: greedy })
  assert.equal(collection.ok ? undefined : collection.problem.name, 'tooManyNodesOfAll')
})

test('any JSON is a collection or a problem with a place', () => {
  const known = fc.constantFrom(
    'requestTemplates',
    'responseTemplates',
    'msgId',
    'name',
    'method',
    'api',
    'response',
    'byId',
    'externalIdType',
    'mandatoryValues',
    'customValues',
    'path',
    'type',
    'value',
    'base',
    'condition',
    'pattern',
    'patterns',
    '__proto__',
  )
  const text = fc.constantFrom(
    '',
    '9',
    'POST',
    'PUT',
    'EVENT',
    'INVENTORY',
    'DATE',
    'a.b',
    '$',
    'a[9]',
  )
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.oneof(text, fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(known, tie('value'), { maxKeys: 6 }),
    ),
  }))
  fc.assert(
    fc.property(value, (fragment) => {
      const collection = parseCollection(fragment)
      if (!collection.ok) assert.match(collection.problem.text, /^(?:re[a-z]+Templates\S*: )?\S/)
    }),
    { numRuns: 3000 },
  )
  let deep: JsonValue = 1
  for (let depth = 0; depth < 100_000; depth++) deep = [deep]
  assert.ok(parseCollection({ requestTemplates: [], other: deep }).ok)
  assert.ok(!parseCollection({ requestTemplates: [deep] }).ok)
})

test('no row of any template throws, and none touches a prototype', () => {
  const path = fc.constantFrom(
    'a',
    'a.b',
    'a[0]',
    'a[1].b',
    '[0]',
    'toString',
    "['x.y'].z",
    'type',
    'time',
  )
  const type = fc.constantFrom('', 'STRING', 'DATE', 'NUMBER', 'FLAG', 'SEVERITY')
  const custom = fc.record({ path, type, value: fc.constantFrom('', '', '1', 'major', now) })
  const kind = fc.constantFrom(
    { method: 'POST', api: 'MEASUREMENT' },
    { method: 'POST', api: 'ALARM' },
    { method: 'PUT', api: 'OPERATION' },
    { method: 'PUT', api: 'INVENTORY', byId: false },
    { method: 'POST', api: 'INVENTORY' },
  )
  const text = fc.oneof(fc.constantFrom(...prototypeNames, '', '1', 'MAJOR', now), fc.string())
  fc.assert(
    fc.property(kind, fc.array(custom, { maxLength: 5 }), fc.array(text), (of, list, columns) => {
      const definition = { msgId: '9', ...of, customValues: list }
      const collection = parseCollection({ requestTemplates: [definition] })
      const template = collection.ok ? collection.value.requestTemplates.get('9') : undefined
      if (template === undefined) return
      assert.deepEqual(JSON.parse(JSON.stringify(template)), template)
      const filled = fillTemplate(template, ['9', ...columns], receivedAt)
      if (filled.ok) JSON.stringify(filled.value.body)
    }),
    { numRuns: 2000 },
  )
  assert.deepEqual(Object.keys(Object.prototype), [])
})

test('the example of every template is a row of it', () => {
  for (const { define } of [...requests, ...refusedRows]) {
    for (const template of defined(define).requestTemplates.values()) {
      assert.ok(fill(defined(define), template.example.line).ok, template.example.line)
    }
  }
})

function requestOf(members: JsonObject): JsonValue {
  return { requestTemplates: [{ ...event, ...members }] }
}

function valueOf(value: JsonObject): JsonValue {
  return requestOf({ customValues: [value] })
}

function responseOf(members: JsonObject): JsonValue {
  return { responseTemplates: [{ msgId: '1', ...members }] }
}

function templates(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({ ...event, msgId: index }))
}

function parsed(fragment: JsonValue): TemplateCollection {
  const collection = parseCollection(fragment)
  assert.ok(collection.ok, JSON.stringify(collection))
  return collection.value
}

function defined(rows: string): TemplateCollection {
  const collection = parseCollectionRows(rows)
  assert.ok(collection.ok, JSON.stringify(collection))
  return collection.value.collection
}

function fill(collection: TemplateCollection, line: string): RowResult<Filled> {
  const [fields = []] = parsePayload(line).rows
  const template: RowResult<RequestTemplate> = findCollectionRequest(
    collection,
    'x',
    fields[0] ?? '',
  )
  return template.ok ? fillTemplate(template.value, fields, receivedAt) : template
}
