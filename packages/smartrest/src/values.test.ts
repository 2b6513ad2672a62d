import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatInstant,
  parseBoolean,
  parseInteger,
  parseNumber,
  parseTime,
  parseUnsigned,
} from './values.ts'

const accepted = [
  { parse: parseNumber, text: '12', value: 12 },
  { parse: parseNumber, text: '-0.5', value: -0.5 },
  { parse: parseNumber, text: '+7.25', value: 7.25 },
  { parse: parseNumber, text: '.5', value: 0.5 },
  { parse: parseNumber, text: '5.', value: 5 },
  { parse: parseNumber, text: '1.5e-3', value: 0.0015 },
  { parse: parseNumber, text: '-0', value: 0 },
  { parse: parseNumber, text: '007', value: 7 },
  { parse: parseNumber, text: '9007199254740991', value: Number.MAX_SAFE_INTEGER },
  { parse: parseInteger, text: '-12', value: -12 },
  { parse: parseInteger, text: '+3', value: 3 },
  { parse: parseUnsigned, text: '+3', value: 3 },
  { parse: parseBoolean, text: 'TRUE', value: true },
  { parse: parseBoolean, text: 'False', value: false },
  { parse: parseTime, text: '1970-01-01T00:00Z', value: 0 },
  { parse: parseTime, text: '1969-12-31T23:30:00-01:00', value: 1_800_000 },
  { parse: parseTime, text: '2032-02-29T00:00:00', value: Date.UTC(2032, 1, 29) },
  { parse: parseTime, text: '2032-02-01T08:15:30.1Z', value: Date.UTC(2032, 1, 1, 8, 15, 30, 100) },
  { parse: parseTime, text: '2032-02-01T08:15:30,123999999Z', value: 1959236130123 },
  { parse: parseTime, text: '2032-02-01T10:15:30.123+02:00', value: 1959236130123 },
  { parse: parseTime, text: '2032-02-01T10:15:30.123+0200', value: 1959236130123 },
  { parse: parseTime, text: '2032-02-01T10:15:30.123+02', value: 1959236130123 },
  { parse: parseTime, text: '2032-02-01T02:45:30.123-0530', value: 1959236130123 },
  { parse: parseTime, text: '2100-12-31T23:59:59.999Z', value: Date.UTC(2101, 0, 1) - 1 },
  { parse: parseTime, text: '2101-01-01T00:59:59+01:00', value: Date.UTC(2101, 0, 1) - 1000 },
]
for (const { parse, text, value } of accepted) {
  test(`${parse.name} reads ${text}`, () => assert.equal(parse(text), value))
}

const refused = [
  { parse: parseNumber, texts: ['', '1,5', '1 000', ' 1', '0x10', 'NaN', 'Infinity', '12C'] },
  { parse: parseNumber, texts: ['1e999', '.', '+', 'e5', '1e', '--1', '1.2.3', '١٢'] },
  { parse: parseInteger, texts: ['', '1.0', '1e3'] },
  { parse: parseUnsigned, texts: ['', '-1', '-0', '1.5'] },
  { parse: parseBoolean, texts: ['', 'yes', '1'] },
  { parse: parseTime, texts: ['', 'yesterday', '1959224400000', '2032-02-01'] },
  { parse: parseTime, texts: ['2032-02-01 08:15:30Z', '+2032-01-01T00:00Z', '2032-01-01T08Z'] },
  { parse: parseTime, texts: ['2032-02-30T00:00Z', '2031-02-29T00:00Z', '2032-13-01T00:00Z'] },
  { parse: parseTime, texts: ['2032-00-01T00:00Z', '2032-01-00T00:00Z', '2032-01-01T24:00Z'] },
  { parse: parseTime, texts: ['2032-01-01T00:60Z', '2032-01-01T00:00:60Z'] },
  { parse: parseTime, texts: ['2032-01-01T00:00:00.Z', '2032-01-01T00:00:00.1234567890Z'] },
  { parse: parseTime, texts: ['2032-01-01T00:00+1', '2032-01-01T00:00+24:00'] },
  { parse: parseTime, texts: ['1969-12-31T23:59:59Z', '1970-01-01T00:00:00+00:01'] },
  { parse: parseTime, texts: ['2101-01-01T00:00:00Z', '2100-12-31T23:59:59-00:01'] },
]
for (const { parse, texts } of refused) {
  for (const text of texts) {
    test(`${parse.name} refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parse(text), undefined)
    })
  }
}

test('every instant of the years 1970 to 2100 comes back from its text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2101, 0, 1) - 1 }), (instant) => {
      assert.equal(parseTime(formatInstant(instant)), instant)
    }),
  )
})

test('times are read as the pattern reads them', () => {
  const piece = fc.constantFrom('0', '1', '9', '23', '59', '60', ':', '-', '+', 'T', 'Z', '.', ',')
  const time = fc
    .date({ min: new Date(0), max: new Date(Date.UTC(2100, 11, 31)), noInvalidDate: true })
    .map((date) => date.toISOString())
  const offset = fc.constantFrom('', 'Z', '+02', '-0530', '+23:59', '+24:00', '+1', 'Z ')
  const damaged = fc
    .tuple(time, fc.nat(24), fc.nat(4), fc.oneof(fc.constant(''), piece), offset)
    .map(([text, at, cut, put, end]) => text.slice(0, at) + put + text.slice(at + cut, -1) + end)
  fc.assert(
    fc.property(damaged, (text) => {
      assert.equal(parseTime(text), parseTimeByPattern(text), text)
    }),
    { numRuns: 5000 },
  )
})

/** smartrest-csv §3 as one pattern; Date checks the calendar. */
function parseTimeByPattern(text: string): number | undefined {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(
      text,
    )
  if (!match) return undefined
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = 'Z'] = match
  const utc = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const local = Date.parse(utc)
  if (Number.isNaN(local) || new Date(local).toISOString() !== utc) return undefined
  const [sign, hours, minutes] = [offset[0], offset.slice(1, 3), offset.slice(3).replace(':', '')]
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  const shift = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  const instant = local - (sign === 'Z' ? 0 : shift)
  return instant >= 0 && instant < Date.UTC(2101, 0, 1) ? instant : undefined
}

test('numbers come back from their text, and no text throws', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.equal(parseNumber(String(number)), number + 0)
    }),
  )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789.,:-+eTZ ')) }),
      (text) => {
        for (const parse of [parseNumber, parseInteger, parseUnsigned, parseTime]) {
          const value = parse(text)
          assert.ok(value === undefined || Number.isFinite(value))
        }
      },
    ),
  )
})

test('a long row of digits that turns out to be no number is refused at once', () => {
  // A pattern that can split the digits in two ways would need 10^10 steps here.
  assert.equal(parseNumber(`${'1'.repeat(100_000)}x`), undefined)
})
