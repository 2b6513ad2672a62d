import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  parseSmartRest1,
  parseSmartRest1Rows,
  type SmartRest1Collection,
  type SmartRest1ProblemName,
  smartRest1ParametersMax,
} from './smartrest-1.ts'
import { fillSmartRest1 } from './smartrest-1-fill.ts'
import { formatSmartRest1Rows, renderSmartRest1 } from './smartrest-1-render.ts'

const json = 'application/json'
const now = Date.UTC(2032, 1, 1, 8, 15)

/** What a widespread agent registers (thin-edge §19.1). */
const agentRows = [
  `10,339,GET,/identity/externalIds/c8y_Serial/%%,,${json},%%,STRING,`,
  '10,311,GET,/alarm/alarms?source=%%&status=%%&pageSize=100,,,%%,UNSIGNED STRING,',
  '11,800,$.managedObject,,$.id',
  '11,808,$.alarms,,$.id,$.type',
  '11,502,,$.c8y_Restart,$.id,$.deviceId',
  '11,807,,$.c8y_Command,$.id,$.c8y_Command.text,$.deviceId',
].join('\n')

function collectionOf(rows: string): SmartRest1Collection {
  const parsed = parseSmartRest1Rows(rows)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem.text)
  return parsed.value.collection
}

function fill(definition: string, row: readonly string[]) {
  const [template] = collectionOf(definition).requestTemplates.values()
  assert.ok(template !== undefined)
  return fillSmartRest1(template, row, now)
}

function render(rows: string, document: Parameters<typeof renderSmartRest1>[1], line = 1) {
  return formatSmartRest1Rows(
    renderSmartRest1(collectionOf(rows), document, line) ?? [['too large']],
  )
}

test('the templates of an agent become requests', () => {
  const { requestTemplates } = collectionOf(agentRows)
  const call = (...row: readonly string[]) => {
    const template = requestTemplates.get(row[0] ?? '')
    assert.ok(template !== undefined)
    const filled = fillSmartRest1(template, row, now)
    return filled.ok ? filled.value : filled.problem.text
  }
  assert.deepEqual(call('339', 'gw1'), {
    method: 'GET',
    url: '/identity/externalIds/c8y_Serial/gw1',
    contentType: '',
    accept: json,
    body: undefined,
  })
  assert.deepEqual(call('311', '201', 'ACTIVE'), {
    method: 'GET',
    url: '/alarm/alarms?source=201&status=ACTIVE&pageSize=100',
    contentType: '',
    accept: '',
    body: undefined,
  })
  assert.equal(
    call('311', 'gw1', 'ACTIVE'),
    'Column 1 (UNSIGNED) must be an integer without sign, not "gw1"',
  )
  assert.equal(call('311', '201'), 'Column 2 (STRING) is required')
})

test('answers and operations become rows', () => {
  assert.equal(
    render(agentRows, { externalId: 'gw1', managedObject: { id: '201' } }, 3),
    '800,3,201',
  )
  assert.equal(
    render(agentRows, { alarms: [{ id: '1', type: 'a' }, { id: '2' }, { type: 'c, d' }] }),
    '808,1,1,a\n808,1,2,\n808,1,,"c, d"',
  )
  assert.equal(render(agentRows, { alarms: [] }), '')
  assert.equal(
    render(agentRows, {
      id: '7',
      deviceId: '201',
      c8y_Command: { text: 'echo "hi"' },
      c8y_Restart: {},
    }),
    '502,1,7,201\n807,1,7,"echo ""hi""",201',
  )
  assert.equal(render(agentRows, { id: '7', c8y_Restart: null }), '')
})

test('a condition is about each thing that the base finds', () => {
  const rows = '11,9,$.references[*].managedObject,c8y_IsDevice,$.id'
  const references = [
    { managedObject: { id: '1', c8y_IsDevice: {} } },
    { managedObject: { id: '2' } },
    { managedObject: { id: '3', c8y_IsDevice: {} } },
  ]
  assert.equal(render(rows, { references }), '9,1,1\n9,1,3')
})

test('what would take more than the limits has no rows', () => {
  const alarms = new Array(100_001).fill({ id: '1' })
  assert.equal(renderSmartRest1(collectionOf(agentRows), { alarms }, 1), undefined)
  const text = 'x'.repeat(600_000)
  const long = collectionOf('11,1,,,a\n11,2,,,a')
  assert.equal(renderSmartRest1(long, { a: text }, 1), undefined)
})

const body = '{""text"":""a && b"",""n"":&&,""time"":""&&"",""list"":[&&]}'

test('values stay where they are put', () => {
  const filled = fill(
    `10,100,put,/inventory/managedObjects/&&?q=&&,${json},${json},&&,STRING STRING STRING NUMBER NOW STRING,"${body}"`,
    ['100', '../x/é', '1&withParents=true', 'say "hi"\n\\', '1.50', '"x","y"'],
  )
  assert.ok(filled.ok)
  assert.equal(
    filled.value.url,
    '/inventory/managedObjects/..%2Fx%2F%C3%A9?q=1%26withParents%3Dtrue',
  )
  assert.deepEqual(JSON.parse(filled.value.body ?? ''), {
    text: 'a say "hi"\n\\ b',
    n: 1.5,
    time: '2032-02-01T08:15:00.000Z',
    list: ['x', 'y'],
  })
})

test('without types every value is a text', () => {
  const filled = fill('10,1,GET,/alarm/alarms/##,,,##,,', ['1', 'x y'])
  assert.ok(filled.ok)
  assert.equal(filled.value.url, '/alarm/alarms/x%20y')
})

test('whole numbers keep their digits, times have one form', () => {
  const filled = fill(`10,1,POST,/a,${json},,%,UNSIGNED INTEGER DATE,"[%,%,""%""]"`, [
    '1',
    '+00123456789012345678901',
    '-007',
    '2032-02-01T10:15:00+02:00',
  ])
  assert.ok(filled.ok)
  assert.equal(filled.value.body, '[123456789012345678901,-7,"2032-02-01T08:15:00.000Z"]')
})

const refused: readonly (readonly [row: string, name: SmartRest1ProblemName])[] = [
  ['339,gw1', 'rowIdUnknown'],
  ['10', 'messageIdMissing'],
  ['11,100,,,a\n10,100,GET,/a,,,,,', 'messageIdRepeated'],
  ['10,1,PATCH,/a,,,,,', 'methodUnknown'],
  ['10,1,GET,https://elsewhere.example/a,,,,,', 'pathNotOurs'],
  ['10,1,GET,//elsewhere.example/a,,,,,', 'pathNotOurs'],
  ['10,1,GET,%%,,,%%,STRING,', 'pathNotOurs'],
  ['10,1,GET,/a b,,,,,', 'pathNotOurs'],
  ['10,1,GET,/a#b,,,,,', 'pathNotOurs'],
  ['10,1,POST,/a,,,,,{}', 'contentTypeMissing'],
  [`10,1,POST,/a,${json},,,,`, 'bodyMissing'],
  [`10,1,GET,/a,${json},,,,`, 'contentTypeUnused'],
  ['10,1,DELETE,/a,,,,,{}', 'bodyUnused'],
  ['10,1,GET,/a/%%,,,%%,TEXT,', 'typeUnknown'],
  ['10,1,GET,/a,,,,STRING,', 'typesWithoutPlaceholder'],
  ['10,1,GET,/a/%%,,,%%,STRING STRING,', 'typesNotAsMany'],
  [`10,1,GET,/${'%'.repeat(smartRest1ParametersMax + 1)},,,%,,`, 'tooManyParameters'],
  [`10,1,POST,/a,${json},,,,{"a":[1,2]}`, 'columnsTooMany'],
  ['11,1,,,', 'patternMissing'],
  ['11,1,,,$.a[?(@.b)]', 'pathUnreadable'],
  ['11,1,,,$.a[*]', 'patternNotSingular'],
  ['11,1,,,"a', 'rowsUnreadable'],
  [`11,1,,,a\n${'11,2,,,a\n'.repeat(1000)}`, 'messageIdRepeated'],
  [Array.from({ length: 1001 }, (_, id) => `11,${id},,,a`).join('\n'), 'tooManyTemplates'],
  [`10,1,POST,/a,${json},,,,"${'x'.repeat(256 * 1024)}"`, 'tooLarge'],
]

for (const [rows, name] of refused) {
  test(`refused: ${name}, ${rows.slice(0, 40)}`, () => {
    const parsed = parseSmartRest1Rows(rows)
    assert.ok(!parsed.ok)
    assert.equal(parsed.problem.name, name)
  })
}

test('the row at fault is named', () => {
  const parsed = parseSmartRest1Rows('\n11,1,,,a\n\n11,2,,,a[?]\n11,3,,,a')
  assert.deepEqual(parsed.ok ? undefined : parsed.problem, {
    name: 'pathUnreadable',
    row: 2,
    text: 'The path "a[?]" is not offered',
  })
})

test('what is stored is read back as it was defined', () => {
  const defined = parseSmartRest1Rows(`${agentRows}\n10,9,POST,/a,${json},,&&,,"${body}"`)
  assert.ok(defined.ok)
  const stored = parseSmartRest1(JSON.parse(JSON.stringify(defined.value.fragment)))
  assert.deepEqual(stored, { ok: true, value: defined.value.collection })
})

test('any text is a definition or has a problem with a row', () => {
  const cell = fc.oneof(
    fc.constantFrom('10', '11', 'GET', 'POST', '/a/%', json, '%', 'STRING', '', '$.a', '"', '\\'),
    fc.string(),
  )
  const rows = fc
    .array(fc.array(cell, { maxLength: 10 }), { maxLength: 4 })
    .map((lines) => lines.map((cells) => cells.join(',')).join('\n'))
  fc.assert(
    fc.property(rows, (text) => {
      const parsed = parseSmartRest1Rows(text)
      if (!parsed.ok) assert.ok(parsed.problem.row > 0 && parsed.problem.text !== '')
    }),
  )
})

test('any JSON is a definition or none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (requestTemplates, responseTemplates) => {
      for (const value of [requestTemplates, { requestTemplates, responseTemplates }]) {
        parseSmartRest1(JSON.parse(JSON.stringify(value)))
      }
    }),
  )
})

test('law: a text comes out of a string of JSON as it went in, and out of a path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
      const filled = fill(`10,1,POST,/a/%%?b=%%,${json},,%%,,"{""t"":""%%""}"`, [
        '1',
        value,
        value,
        value,
      ])
      assert.ok(filled.ok)
      const { pathname, searchParams } = new URL(
        filled.value.url.replace('/a/', '/a/_'),
        'http://x',
      )
      assert.equal(decodeURIComponent(pathname.slice('/a/_'.length)), value.toWellFormed())
      assert.equal(searchParams.get('b'), value.toWellFormed())
      assert.deepEqual(JSON.parse(filled.value.body ?? ''), { t: value })
    }),
  )
})
