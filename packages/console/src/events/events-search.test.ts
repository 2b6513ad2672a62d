import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  eventFilters,
  formatLocalMinute,
  parseEventsSearch,
  parseLocalMinute,
} from './events-search.ts'

const now = Date.parse('2031-02-11T07:00:00.000Z')

const cases = [
  { search: {}, parsed: {}, filters: {} },
  { search: { period: 'ANY', type: '' }, parsed: {}, filters: {} },
  { search: { type: 110 }, parsed: { type: '110' }, filters: { type: '110' } },
  {
    search: { type: 'acme_Door', period: 'HOUR', page: 2, open: 'x' },
    parsed: { type: 'acme_Door', period: 'HOUR', page: 2, open: 'x' },
    filters: { type: 'acme_Door', dateFrom: new Date('2031-02-11T06:00:00.000Z') },
  },
  {
    search: { period: 'WEEK', from: '2031-01-01T00:00:00Z' },
    parsed: { period: 'WEEK' },
    filters: { dateFrom: new Date('2031-02-04T07:00:00.000Z') },
  },
  {
    search: { period: 'BETWEEN', from: '2031-01-01T01:00:00+01:00', to: 'nonsense' },
    parsed: { period: 'BETWEEN', from: '2031-01-01T00:00:00.000Z' },
    filters: { dateFrom: new Date('2031-01-01T00:00:00.000Z') },
  },
  { search: { period: 'CENTURY', page: 0, open: null }, parsed: {}, filters: {} },
] as const

for (const { search, parsed, filters } of cases) {
  test(`reads ${JSON.stringify(search)}`, () => {
    const result = parseEventsSearch(search)
    assert.deepEqual(result, parsed)
    assert.deepEqual(eventFilters(result, now), filters)
  })
}

test('a moment in a field comes back, by the minute', () => {
  const minutes = fc.integer({ min: 0, max: 40_000_000 })
  fc.assert(
    fc.property(minutes, (minute) => {
      const moment = new Date(minute * 60_000).toISOString()
      assert.equal(parseLocalMinute(formatLocalMinute(moment)), moment)
    }),
  )
})

test('an empty field is no moment', () => {
  assert.equal(formatLocalMinute(undefined), '')
  assert.equal(parseLocalMinute(''), undefined)
})
