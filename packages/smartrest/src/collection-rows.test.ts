import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCollectionRows } from './collection-rows.ts'
import { type CsvValue, formatRows } from './format-row.ts'
import { findMember, type JsonObject, type JsonValue } from './json.ts'
import { requestKinds } from './request-kinds.ts'
import { parseCollection } from './template-collection.ts'
import { valueTypes } from './value-types.ts'

const faults = [
  { rows: '\n\n', text: 'There is no template' },
  { rows: '11,1,,,a\n12,2,,,b', text: 'Row 2: A definition begins with 10 or 11, not "12"' },
  {
    rows: '11,1,,,a\n\n10,2,POST,EVENT,,"a',
    text: 'Row 2, column 5: The quoted value in column 5 is not closed',
  },
  { rows: '11,,,,a', text: 'Row 1, column 1: A message id is required' },
  { rows: '10', text: 'Row 1, column 1: A message id is required' },
  { rows: '11,1,,,a\n10,1,POST,EVENT', text: 'Row 1, column 1: Message id "1" is used twice' },
  { rows: '11,1,,,a\n11,1,,,b', text: 'Row 2, column 1: Message id "1" is used twice' },
  { rows: '10,1,GET,EVENT', text: 'Row 1, column 3: The request "GET EVENT" is not offered' },
  {
    rows: '10,1,POST,EVENT,maybe',
    text: 'Row 1, column 4: Either true or false is expected, not "maybe"',
  },
  { rows: '10,1,POST,EVENT,,,,noon', text: 'Row 1, column 7: "noon" is not of type DATE' },
  { rows: '10,1,POST,ALARM,,,,OPEN', text: 'Row 1, column 7: "OPEN" is not of type ALARMSTATUS' },
  {
    rows: '10,1,GET,INVENTORY',
    text: 'Row 1, column 5: Either true or false is required: is the object named by its internal id?',
  },
  {
    rows: '10,1,GET,INVENTORY,,2',
    text: 'Row 1, column 5: Either true or false is expected, not "2"',
  },
  { rows: '10,1,GET,INVENTORY,,true,,a', text: 'Row 1, column 7: A GET request takes no values' },
  {
    rows: '10,1,POST,EVENT,,,,,a[*]',
    text: 'Row 1, column 8: A request takes paths of names and indexes only',
  },
  {
    rows: '10,1,POST,EVENT,,,,,,,,,,5',
    text: 'Row 1, column 11: The path "" lacks a name at character 1',
  },
  {
    rows: '10,1,POST,EVENT,,,,,,,,a,COLOUR',
    text: 'Row 1, column 12: There is no value type "COLOUR"',
  },
  {
    rows: '10,1,POST,EVENT,,,,,a,INTEGER,4.5',
    text: 'Row 1, column 10: "4.5" is not of type INTEGER',
  },
  { rows: '10,1,POST,INVENTORY,,,a[4000]', text: 'Row 1: A template can add 16 KiB to a row' },
  { rows: '11,1,a,a', text: 'Row 1, column 4: A response template needs a pattern' },
  { rows: '11,1,a,a,,,', text: 'Row 1, column 4: A response template needs a pattern' },
  { rows: '11,1,a,a,b,,c', text: 'Row 1, column 5: The path "" lacks a name at character 1' },
  {
    rows: '11,1,a b,a,b',
    text: 'Row 1, column 2: The path "a b" has a character that is not offered, at 2',
  },
  {
    rows: '11,1,a,(a),b',
    text: 'Row 1, column 3: The path "(a)" has a character that is not offered, at 1',
  },
] as const
for (const { rows, text } of faults) {
  test(`refuses ${JSON.stringify(rows)} with: ${text}`, () => {
    const collection = parseCollectionRows(rows)
    assert.equal(collection.ok ? undefined : collection.problem.text, text)
  })
}

test('a problem names the place in both ways', () => {
  const collection = parseCollectionRows('11,1,,,a\n10,2,POST,EVENT,,,,,a,COLOUR')
  assert.deepEqual(collection.ok ? undefined : collection.problem, {
    name: 'valueTypeUnknown',
    place: 'requestTemplates[0].customValues[0].type',
    row: 2,
    column: 9,
    text: 'Row 2, column 9: There is no value type "COLOUR"',
  })
})

test('any rows are a collection or a problem', () => {
  const part = fc.constantFrom(
    '10',
    '11',
    ',',
    ',',
    ',',
    '\n',
    '"',
    '1',
    '2',
    'POST',
    'GET',
    'EVENT',
    'INVENTORY',
    'true',
    'a',
    'a.b',
    'a[1]',
    '$',
    '..',
    'NUMBER',
    'FLAG',
    '5',
    '\\',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (payload) => {
      const collection = parseCollectionRows(payload)
      if (collection.ok) assert.ok(parseCollection(collection.value.fragment).ok)
      else
        assert.match(
          collection.problem.text,
          /^(?:There is no template$|Row \d+(?:, column \d+)?: \S)/,
        )
    }),
    { numRuns: 3000 },
  )
})

const text = fc.oneof(fc.constantFrom('acme_Core', 'north, 2', 'say "x"', ' '), fc.string())
/** What the reading of rows drops or cannot tell apart is no text of a definition. */
const given = text.map((each) => each.replaceAll(/[\\"\r\n\t]|^ +| +$/g, ''))
const path = fc.constantFrom('a', '$.a.b', "$['c d']", 'a[1].v', '["x,y"]')
const pattern = fc.constantFrom('id', '$.a[*].b', 'a..b', "['c, d']")
const constants = {
  STRING: 'x',
  DATE: '2032-02-01T09:00Z',
  NUMBER: '4.5',
  INTEGER: '-4',
  UNSIGNED: '4',
  FLAG: '',
  SEVERITY: 'minor',
  ALARMSTATUS: 'CLEARED',
  OPERATIONSTATUS: 'Failed',
}
const valueType = fc.constantFrom(...(Object.keys(valueTypes) as (keyof typeof valueTypes)[]))
const customValue = fc
  .tuple(path, valueType, fc.boolean())
  .map(([at, type, isFixed]) => ({ path: at, type, value: isFixed ? constants[type] : '' }))
const requestTemplate = fc
  .tuple(
    fc.constantFrom(...requestKinds),
    fc.boolean(),
    fc.array(customValue, { maxLength: 4 }),
    given,
    fc.boolean(),
  )
  .map(([{ method, api, mandatory }, response, customValues, idType, byId]) => {
    const values = method === 'GET' ? [] : customValues
    const pair = { method, api, response, customValues: values }
    if (api !== 'INVENTORY') {
      const mandatoryValues = mandatory.map(({ member, valueType: type }, index) => ({
        path: `$.${member}`,
        type,
        value: index % 2 === 0 && idType !== '' ? constants[type] : '',
      }))
      return { ...pair, mandatoryValues }
    }
    return method === 'POST'
      ? {
          ...pair,
          mandatoryValues: [{ path: '$.type', type: 'STRING', value: idType }],
          externalIdType: idType,
        }
      : { ...pair, mandatoryValues: [], byId, externalIdType: idType }
  })
const optionalPath = fc.oneof(fc.constant(''), pattern)
const responseTemplate = fc.record(
  {
    base: optionalPath,
    condition: optionalPath,
    pattern: fc.array(pattern, { minLength: 1, maxLength: 4 }),
  },
  { noNullPrototype: true },
)

test('definitions come back from their rows', () => {
  fc.assert(
    fc.property(
      fc.array(requestTemplate, { maxLength: 4 }),
      fc.array(responseTemplate, { minLength: 1, maxLength: 4 }),
      (requests, responses) => {
        const named = (templates: readonly JsonObject[], prefix: string) =>
          templates.map((each, index) => ({
            msgId: `${prefix}${index}`,
            name: `${prefix}${index}`,
            ...each,
          }))
        const fragment = {
          requestTemplates: named(requests, '1'),
          responseTemplates: named(responses, 'dm'),
        }
        const rows = [
          ...fragment.requestTemplates.map(requestRow),
          ...fragment.responseTemplates.map(responseRow),
        ]
        const collection = parseCollectionRows(formatRows(rows))
        assert.ok(collection.ok, JSON.stringify(collection))
        assert.deepEqual(collection.value.fragment, fragment)
        assert.deepEqual(parseCollection(fragment), {
          ok: true,
          value: collection.value.collection,
        })
      },
    ),
    { numRuns: 500 },
  )
})

function requestRow(template: JsonObject): readonly CsvValue[] {
  const { msgId, method, api, response, byId, externalIdType } = template
  const mandatory =
    api !== 'INVENTORY'
      ? membersOf(template['mandatoryValues'], ['value'])
      : method === 'POST'
        ? [externalIdType]
        : [byId, externalIdType]
  const custom = membersOf(template['customValues'], ['path', 'type', 'value'])
  return ['10', msgId, method, api, response, ...mandatory, ...custom]
}

function responseRow({
  msgId,
  base,
  condition,
  pattern: patterns,
}: JsonObject): readonly CsvValue[] {
  return ['11', msgId, base, condition, ...(Array.isArray(patterns) ? patterns : [])]
}

function membersOf(list: JsonValue | undefined, names: readonly string[]): readonly CsvValue[] {
  assert.ok(Array.isArray(list))
  return list.flatMap((item: JsonValue) => names.map((name) => findMember(item, name)))
}
