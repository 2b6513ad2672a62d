import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDate, parseDate } from './rest-date.ts'

const readable = [
  ['2031-02-11', '2031-02-11T00:00:00.000Z'],
  ['2031-02-11T07:02Z', '2031-02-11T07:02:00.000Z'],
  ['2031-02-11T07:02', '2031-02-11T07:02:00.000Z'],
  ['2031-02-11T07:02:11', '2031-02-11T07:02:11.000Z'],
  ['2031-02-11T07:02:11Z', '2031-02-11T07:02:11.000Z'],
  ['2031-02-11T07:02:11.5Z', '2031-02-11T07:02:11.500Z'],
  ['2031-02-11T07:02:11.004Z', '2031-02-11T07:02:11.004Z'],
  ['2031-02-11T07:02:11.123456789Z', '2031-02-11T07:02:11.123Z'],
  ['2031-02-11T07:02:11.9999Z', '2031-02-11T07:02:11.999Z'],
  ['2031-02-11T07:02:11+01:00', '2031-02-11T06:02:11.000Z'],
  ['2031-02-11T07:02:11-0530', '2031-02-11T12:32:11.000Z'],
  ['2031-02-11T07:02:11+02', '2031-02-11T05:02:11.000Z'],
  ['2031-02-11T07:02:11 02:00', '2031-02-11T05:02:11.000Z'],
  ['2031-02-11T00:30+01:00', '2031-02-10T23:30:00.000Z'],
  ['2032-02-29', '2032-02-29T00:00:00.000Z'],
  ['1970-01-01', '1970-01-01T00:00:00.000Z'],
  ['0050-01-01', '0050-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
] as const

for (const [text, iso] of readable) {
  test(`reads ${text}`, () => {
    const instant = parseDate(text)
    assert.ok(instant !== undefined)
    assert.equal(formatDate(instant), iso)
  })
}

const unreadable = [
  '',
  'yesterday',
  '2031',
  '2031-02',
  '2031-02-30',
  '2031-02-29',
  '2031-13-01',
  '2031-00-01',
  '2031-01-00',
  '2031-2-1',
  '2031-02-11T',
  '2031-02-11T07',
  '2031-02-11T24:00',
  '2031-02-11T07:60',
  '2031-02-11T07:02:60Z',
  '2031-02-11T07:02:11.Z',
  '2031-02-11T07:02:11.1234567890Z',
  '2031-02-11T07:02:11+1:00',
  '2031-02-11T07:02:11+24:00',
  '2031-02-11T07:02:11+01:60',
  '2031-02-11 07:02:11',
  '2031-02-11t07:02:11z',
  '2031-02-11Z',
  ' 2031-02-11',
  '2031-02-11\n',
  '12031-02-11',
  '-2031-02-11',
  '0000-01-01T00:00+01:00',
  '9999-12-31T23:59-01:00',
  '1929744000000',
]

for (const text of unreadable) {
  test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDate(text), undefined))
}

test('what is emitted reads back as the same instant', () => {
  const instants = fc.date({
    noInvalidDate: true,
    min: new Date(0),
    max: new Date(253402300799999),
  })
  fc.assert(
    fc.property(instants, (date) => {
      assert.equal(parseDate(formatDate(date.getTime())), date.getTime())
    }),
  )
})

test('the day of every month agrees with the calendar', () => {
  const parts = fc.tuple(fc.nat(9999), fc.nat(15), fc.nat(35))
  fc.assert(
    fc.property(parts, ([year, month, day]) => {
      const text = [String(year).padStart(4, '0'), month, day].map((part) =>
        String(part).padStart(2, '0'),
      )
      const iso = `${text.join('-')}T00:00:00.000Z`
      const instant = parseDate(text.join('-'))
      const oracle = new Date(iso)
      const exists = !Number.isNaN(oracle.getTime()) && oracle.toISOString() === iso
      assert.equal(instant, exists ? oracle.getTime() : undefined)
    }),
  )
})
