import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Column,
  type Filled,
  fillTemplate,
  parsePayload,
  type RequestTemplate,
  staticTemplates,
} from '@pileus/smartrest'
import fc from 'fast-check'
import { DeviceError } from './device-error.ts'
import { formatRequest, type RequestValues, restName } from './format-request.ts'

describe('what is written is read back', () => {
  for (const template of staticTemplates as readonly RequestTemplate[]) {
    test(`${template.messageId} ${template.name}: any values`, () => {
      fc.assert(
        fc.property(valuesOf(template), (values) => {
          const row = formatOrRefusal(template, values)
          fc.pre(row !== undefined)
          const read = parsePayload(row)
          assert.equal(read.problem, undefined)
          assert.equal(read.rows.length, 1)
          const [fields = []] = read.rows
          assert.deepEqual(
            withoutEmptyEnd(fields),
            withoutEmptyEnd(expectedFields(template, values)),
          )
          const filled = fillTemplate(template, fields, 0)
          assert.ok(filled.ok)
          assertTimes(template, filled.value, values)
        }),
        { numRuns: 40 },
      )
    })
  }
})

const refused = [
  ['createTemperatureMeasurement', {}, /temperature\) is required/],
  ['createTemperatureMeasurement', { temperature: 'warm' }, /must be a number, not "warm"/],
  ['createTemperatureMeasurement', { temperature: Number.NaN }, /must be a number, not "NaN"/],
  ['createTemperatureMeasurement', { temperature: 1, time: 'soon' }, /must be a time/],
  ['createTemperatureMeasurement', { temperature: 1, time: 1e300 }, /must be a time/],
  [
    'createTemperatureMeasurement',
    { temperature: 1, time: new Date(Number.NaN) },
    /must be a time/,
  ],
  ['createTemperatureMeasurement', { temprature: 1 }, /There is no value temprature/],
  ['setPosition', { lat: 91 }, /between -90 and 90/],
  ['setAlarmSeverity', { type: 'x', severity: 'HIGH' }, /must be one of CRITICAL/],
  ['createMeasurementOfSeries', { type: 'x', groups: [] }, /fragment\) is required/],
  ['createMeasurementOfSeries', { type: 'x', groups: {} }, /groups must be a list/],
  ['createMeasurementOfSeries', { type: 'x', groups: [7] }, /must be an object/],
  ['createMeasurementOfSeries', { type: 'x', groups: [{ unti: '' }] }, /no value unti/],
  ['createEvent', { type: 'x', text: 'half a pair \ud83d' }, /cannot be written/],
  // smartrest-csv W7: readers would take \" for a quote inside the value.
  ['setHardware', { serialNumber: 'a, b\\', model: 'c, d' }, /cannot be written/],
] as const

describe('what the template does not accept is refused', () => {
  for (const [name, values, words] of refused) {
    test(`${name} ${JSON.stringify(values)}`, () => {
      assert.throws(
        () => formatRequest(templateOf(name), values),
        (error) => {
          assert.ok(error instanceof DeviceError)
          assert.equal(error.code, 'valueRefused')
          assert.match(error.message, words)
          return true
        },
      )
    })
  }
})

const rows = [
  ['createTemperatureMeasurement', { temperature: 21.5 }, '211,21.5'],
  [
    'createTemperatureMeasurement',
    { temperature: -1e-7, time: new Date('2032-02-01T08:15:30Z') },
    '211,-1e-7,2032-02-01T08:15:30.000Z',
  ],
  [
    'createEvent',
    { type: 'acme_Door', text: 'say "hi", twice' },
    '400,acme_Door,"say \\"hi\\", twice"',
  ],
  [
    'setSupportedOperations',
    { operations: ['c8y_Restart', 'c8y_Command'] },
    '114,c8y_Restart,c8y_Command',
  ],
  [
    'succeedOperation',
    { fragment: 'c8y_Command', result: ['two\nlines'] },
    '503,c8y_Command,"two\nlines"',
  ],
  [
    'updateParameters',
    { groups: [{ path: 'acme.at', type: 'DATE', value: new Date(0) }] },
    '408,,,,acme.at,DATE,1970-01-01T00:00:00.000Z',
  ],
  ['getPendingOperations', {}, '500'],
] as const

describe('rows', () => {
  for (const [name, values, row] of rows) {
    test(row.replaceAll('\n', '⏎'), () => {
      assert.equal(formatRequest(templateOf(name), values), row)
    })
  }
})

function templateOf(name: string): RequestTemplate {
  const template = staticTemplates.find((each) => each.name === name)
  assert.ok(template)
  return template
}

/** The few texts that rows cannot carry are refused; those that are have nothing to be read back. */
function formatOrRefusal(template: RequestTemplate, values: RequestValues): string | undefined {
  try {
    return formatRequest(template, values)
  } catch (error) {
    if (error instanceof DeviceError && error.message.includes('cannot be written'))
      return undefined
    throw error
  }
}

const texts = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom('a,b', '"', '\\', 'x"y', ' x ', 'a\nb', '1,"2",3'),
)
const names = fc.stringMatching(/^[a-z][a-z_]{4,8}$/)
const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) })

function valueOf(column: Column): fc.Arbitrary<unknown> {
  switch (column.type) {
    case 'string':
      return texts
    case 'name':
    case 'path':
      // Long enough to be none of the reserved ones.
      return names.map((name) => `acme_${name}`)
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: -90, max: 90 })
    case 'integer':
      return fc.integer({ min: -1_000, max: 1_000 })
    case 'unsigned':
      return fc.nat()
    case 'boolean':
      return fc.boolean()
    case 'date':
      return fc.oneof(
        instants,
        instants.map((instant) => new Date(instant)),
      )
    case 'choice':
      return fc.constantFrom(...column.choices)
    case 'typed':
      return fc.constant(undefined)
  }
}

function recordOf(
  columns: readonly Column[],
  required: readonly string[] = [],
): fc.Arbitrary<RequestValues> {
  const entries = columns.map((column) => {
    const isRequired = column.required === true || required.includes(column.name)
    const value = valueOf(column)
    return [column.name, isRequired ? value : fc.option(value, { nil: undefined })] as const
  })
  return fc.record(Object.fromEntries(entries))
}

function valuesOf(template: RequestTemplate): fc.Arbitrary<RequestValues> {
  const { columns, rest, oneRequired } = template
  const own = recordOf(columns, oneRequired)
  if (rest === undefined) return own
  const items =
    rest.kind === 'groups'
      ? fc.array(recordOf(rest.columns), { minLength: 1, maxLength: 3 })
      : fc.array(rest.kind === 'result' ? texts : valueOf(rest.column), {
          minLength: 1,
          maxLength: 3,
        })
  return fc.tuple(own, items).map(([values, given]) => ({ ...values, [restName(rest)]: given }))
}

/** What each column must be, said in another way than the code says it. */
function expectedFields(template: RequestTemplate, values: RequestValues): string[] {
  const { columns, rest, messageId } = template
  const own = columns.map(({ name }) => textOf(values[name]))
  const given = rest === undefined ? [] : values[restName(rest)]
  const others = (Array.isArray(given) ? given : []).flatMap((item: unknown) =>
    rest?.kind === 'groups'
      ? rest.columns.map(({ name }) => textOf((item as RequestValues)[name]))
      : [textOf(item)],
  )
  const dates = new Set(columns.flatMap(({ type }, index) => (type === 'date' ? [index + 1] : [])))
  return [messageId, ...own, ...others].map((text, index) =>
    dates.has(index) && /^\d+$/.test(text) ? new Date(Number(text)).toISOString() : text,
  )
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return value === undefined ? '' : String(value)
}

function assertTimes(template: RequestTemplate, filled: Filled, values: RequestValues): void {
  const column = template.columns.find(({ path }) => path === 'time')
  if (column === undefined) return
  const given = values[column.name]
  const instant = given instanceof Date ? given.getTime() : (given ?? 0)
  assert.equal(filled.time, instant)
}

function withoutEmptyEnd(fields: readonly string[]): readonly string[] {
  return fields.slice(0, fields.findLastIndex((field) => field !== '') + 1)
}
