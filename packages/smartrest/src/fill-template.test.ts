import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileTemplate, type Filled, fillTemplate } from './fill-template.ts'
import type { JsonObject } from './json.ts'
import { parsePayload } from './parse-payload.ts'
import { formatErrorLine, type RowProblem, type RowResult } from './row-problems.ts'
import { staticRequest, staticTemplates } from './static-templates.ts'
import { prototypeNames, type RequestTemplate, type TemplateExample } from './template.ts'
import { formatInstant } from './values.ts'

const receivedAt = Date.UTC(2032, 1, 1, 8, 15, 30, 120)

for (const template of staticTemplates) {
  test(`${template.messageId} ${template.name}: its documented example`, () => {
    const example: TemplateExample = template.example
    const filled = fill(example.line)
    assert.ok(filled.ok, JSON.stringify(filled))
    const { body, time, unset, values, list, groups } = filled.value
    const isTimed = template.columns.some(
      (column) => column.name === 'time' && column.path === 'time',
    )
    const { time: exampleTime = formatInstant(receivedAt) } = example
    assert.deepEqual(
      { body, time: time === undefined ? time : formatInstant(time), unset, values, list, groups },
      {
        body: example.body ?? {},
        time: isTimed ? exampleTime : undefined,
        unset: example.unset ?? [],
        values: example.values ?? {},
        list: example.list ?? [],
        groups: example.groups ?? [],
      },
    )
  })
}

const refusals = [
  { line: '199,x', error: '40,199,No static template for this message id' },
  { line: '0110', error: '40,0110,No static template for this message id' },
  { line: '__proto__', error: '40,__proto__,No static template for this message id' },
  { line: '200,a,b,x', error: '45,200,"Column 3 (value) must be a number, not \\"x\\""' },
  { line: '101,,x', error: '45,101,Column 1 (child id) is required' },
  { line: '110,', error: undefined },
  {
    line: '112,95,11.5',
    error: '45,112,"Column 1 (lat) must be between -90 and 90, not \\"95\\""',
  },
  { line: '112,x', error: '45,112,"Column 1 (lat) must be a number, not \\"x\\""' },
  { line: '112,,,,8.5', error: '45,112,"Column 4 (accuracy) must be an integer, not \\"8.5\\""' },
  {
    line: '121,maybe',
    error: '45,121,"Column 1 (executed) must be true or false, not \\"maybe\\""',
  },
  { line: '141', error: '45,141,Column 1 (name) is required' },
  { line: '140,a,1,,,,2', error: '45,140,Column 5 (name) is required' },
  {
    line: '150,ssh,rdp',
    error:
      '45,150,"Column 2 (protocol) must be one of SSH, TELNET, VNC, PASSTHROUGH, not \\"rdp\\""',
  },
  { line: '201,t,', error: '45,201,Column 3 (fragment) is required' },
  { line: '201,t,,f,s,1,C,f', error: '45,201,Column 8 (series) is required' },
  { line: '201,t,,f,s,x', error: '45,201,"Column 5 (value) must be a number, not \\"x\\""' },
  { line: '210,,', error: '45,210,"At least one of the columns rssi, ber is required"' },
  {
    line: '211,25,yesterday',
    error: '45,211,"Column 2 (time) must be a time like 2032-02-01T08:15:30Z, not \\"yesterday\\""',
  },
  { line: '107', error: '45,107,Column 1 (fragment) is required' },
  { line: '107,a,owner', error: '45,107,"Column 2 (fragment) must not be \\"owner\\""' },
  { line: '307,t,time', error: '45,307,"Column 2 (fragment) must not be \\"time\\""' },
  { line: '200,time,T,5', error: '45,200,"Column 1 (fragment) must not be \\"time\\""' },
  { line: '408,,,', error: '45,408,Column 4 (path) is required' },
  {
    line: '408,,,maybe,a,b,true',
    error: '45,408,"Column 3 (detects change) must be true or false, not \\"maybe\\""',
  },
  {
    line: '408,,,,a..b,b,true',
    error: '45,408,"Column 4 (path) must be names separated by dots, not \\"a..b\\""',
  },
  { line: '408,,,,owner.x,b,true', error: '45,408,"Column 4 (path) must not be \\"owner.x\\""' },
  { line: '408,,,,a,n,1,a,n,x', error: '45,408,"Column 9 (value) must be a number, not \\"x\\""' },
] as const
for (const { line, error } of refusals) {
  test(`answers ${line} with ${error ?? 'no error'}`, () => {
    const filled = fill(line)
    assert.equal(filled.ok ? undefined : formatErrorLine(filled.problem), error)
  })
}

const bodies = [
  { line: '115', body: { c8y_Firmware: {} } },
  { line: '114,a,,a, b', body: { c8y_SupportedOperations: ['a', 'b'] } },
  { line: '116,,,', body: { c8y_SoftwareList: [] } },
  { line: '117', body: {} },
  { line: '117,-40000', body: { c8y_RequiredAvailability: { responseInterval: -32768 } } },
  { line: '143,', body: {}, unset: ['c8y_SupportedSoftwareTypes'] },
  {
    line: '210,,4',
    body: { type: 'c8y_SignalStrength', c8y_SignalStrength: { ber: { value: 4, unit: '%' } } },
  },
  {
    line: '201,t,,f,s,1,C,f,s,2,,toString,valueOf,3',
    body: { type: 't', f: { s: { value: 2 } }, toString: { valueOf: { value: 3 } } },
  },
  {
    line: '408,,,,a,s,text,a.b,DATE,2032-02-01T09:00+01:00,a.c,n,,d,integer,7',
    body: {
      type: 'c8y_ParameterUpdate',
      a: { b: '2032-02-01T08:00:00.000Z', c: null },
      d: 7,
    },
  },
  {
    line: '401,,,,,',
    body: { type: 'c8y_LocationUpdate', text: 'Location updated', c8y_Position: {} },
  },
] as const
for (const { line, body, ...rest } of bodies) {
  test(`fills ${line}`, () => {
    const filled = fill(line)
    assert.deepEqual(filled.ok ? filled.value.body : undefined, body)
    if ('unset' in rest) assert.deepEqual(filled.ok && filled.value.unset, rest.unset)
  })
}

test('result columns stay as they are, empty ones at the end count as missing', () => {
  const filled = fill('503,c8y_RelayArray,OPEN,,OPEN,,')
  assert.deepEqual(filled.ok && filled.value.list, ['OPEN', '', 'OPEN'])
})

test('a value shows in the error text up to a bound', () => {
  const filled = fill(`211,${'🔥'.repeat(5000)}`)
  assert.ok(!filled.ok && filled.problem.text.length < 200 && filled.problem.text.isWellFormed())
})

test('bodies share nothing with the table or with each other', () => {
  const [first, second] = [fill('401'), fill('401')]
  assert.ok(first.ok && second.ok)
  assert.notEqual(first.value.body['c8y_Position'], second.value.body['c8y_Position'])
})

test('no row throws, and none touches a prototype', () => {
  const text = fc.oneof(
    fc.constantFrom(...prototypeNames, '__proto__.x', 'a.__proto__.b', 'toString', '', '1', 'b'),
    fc.string(),
  )
  const anyTemplate = fc.constantFrom<RequestTemplate>(...staticTemplates)
  fc.assert(
    fc.property(anyTemplate, fc.array(text, { maxLength: 12 }), (template, columns) => {
      const filled = fillTemplate(template, [template.messageId, ...columns], receivedAt)
      if (filled.ok) assertPlain(filled.value.body)
    }),
    { numRuns: 2000 },
  )
  assert.deepEqual(Object.keys(Object.prototype), [])
})

/** Own members only, none of a dangerous name, every object with the usual prototype. */
function assertPlain(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  assert.ok([Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)))
  for (const [name, member] of Object.entries(value)) {
    assert.ok(!prototypeNames.includes(name), name)
    assertPlain(member)
  }
}

for (const name of [...prototypeNames, `x.${prototypeNames[0]}`]) {
  test(`no device can name a member ${name}`, () => {
    for (const line of [`200,${name},s,1`, `200,f,${name},1`, `107,${name}`, `501,${name}`]) {
      const filled = fill(line)
      // Dots are ordinary characters in a name.
      assert.equal(filled.ok ? undefined : filled.problem.code, name.includes('.') ? undefined : 45)
    }
    const parameter = fill(`408,,,,${name},s,1`)
    assert.equal(parameter.ok ? undefined : parameter.problem.code, 45)
  })
}

const row = {
  messageId: '9',
  name: 'row',
  api: 'event',
  method: 'POST',
  summary: '',
  example: { line: '9' },
  source: '',
} as const
const unsafeRows: Record<string, Pick<RequestTemplate, 'columns' | 'constants'>> = {
  'a prototype in a path': { columns: [{ name: 'a', type: 'string', path: 'x.__proto__.y' }] },
  'a prototype in a constant': { columns: [], constants: { 'constructor.x': 1 } },
  'any text as a name': {
    columns: [
      { name: 'a', type: 'string', required: true },
      { name: 'b', type: 'string', path: '{a}.x' },
    ],
  },
  'half a prototype in a name': {
    columns: [
      { name: 'a', type: 'name', required: true },
      { name: 'b', type: 'string', path: '__{a}__' },
    ],
  },
  'an optional column in a path': {
    columns: [
      { name: 'a', type: 'name' },
      { name: 'b', type: 'string', path: '{a}.x' },
    ],
  },
}
for (const [fault, columns] of Object.entries(unsafeRows)) {
  test(`a template with ${fault} is not compiled`, () => {
    assert.throws(() => compileTemplate({ ...row, ...columns }))
  })
}

interface RequestCase {
  readonly id: string
  readonly title: string
  readonly input: { readonly payload: string; readonly now: string }
  readonly expect: {
    readonly effects: readonly {
      readonly action: string
      readonly body?: JsonObject
      readonly set?: JsonObject
      readonly unset?: readonly string[]
    }[]
    readonly errors: readonly { readonly code: number; readonly messageId: string }[]
  }
}

const golden = new URL('../../testing/golden/static-requests.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: readonly RequestCase[] }

// The whole of each case runs against the gateway. Here: what rows make and refuse by themselves.
for (const { id, title, input, expect } of cases) {
  test(`${id} ${title}: bodies and refusals`, () => {
    const { rows, problem } = parsePayload(input.payload)
    const filled = rows.map((fields) => fillStatic(fields, Date.parse(input.now)))
    const problems = [
      ...filled.flatMap((each) => (each.ok ? [] : [each.problem])),
      ...(problem ? [problem] : []),
    ]
    const expected = expect.errors.filter(({ code }) => code !== 41)
    assert.deepEqual(problems.map(withoutText), expected)

    const created = expect.effects.filter(({ action }) => /^create-(m|e|alarm)/.test(action))
    const updated = expect.effects.filter(({ action }) => action === 'update-object')
    const values = filled.flatMap((each) => (each.ok ? [each.value] : []))
    for (const { body } of created) {
      assert.ok(
        values.some((each) =>
          same({ text: defaultText, ...timedBody(each) }, { text: defaultText, ...body }),
        ),
      )
    }
    for (const { set, unset } of updated) {
      const direct = values.filter(({ template }) => template.action === undefined)
      if (direct.length === 0) continue
      assert.ok(direct.some((each) => same(changeOf(each), { set, unset })))
    }
  })
}

/** 408 makes up its text from the first parameter; that is the gateway's. */
const defaultText = "Parameter 'acme_Fan' was updated"

function timedBody({ body, time }: Filled): JsonObject {
  return time === undefined ? body : { ...body, time: formatInstant(time) }
}

function changeOf({ template, body, unset }: Filled): object {
  const mirrored = template.mirrors?.map((name) => [name, body[name]] as const)
  const set = mirrored ? Object.fromEntries(mirrored) : body
  return unset.length > 0 ? { set: undefined, unset } : { set, unset: undefined }
}

function same(actual: object, expected: object): boolean {
  try {
    assert.deepEqual(actual, expected)
    return true
  } catch {
    return false
  }
}

function withoutText({ code, messageId }: RowProblem): object {
  return { code, messageId }
}

function fill(line: string): RowResult<Filled> {
  const [fields = []] = parsePayload(line).rows
  return fillStatic(fields, receivedAt)
}

function fillStatic(fields: readonly string[], now: number): RowResult<Filled> {
  const template = staticRequest(fields[0] ?? '')
  return template.ok ? fillTemplate(template.value, fields, now) : template
}
