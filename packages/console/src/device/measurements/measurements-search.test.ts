import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatMeasurementsSearch,
  parseMeasurementsSearch,
  toggleEntry,
} from './measurements-search.ts'
import { lastHour } from './time-range.ts'

const plain = { range: lastHour, isPaused: false, tables: [], flipped: [] }

test('nothing in the address is the last hour, live, as lines', () => {
  assert.deepEqual(parseMeasurementsSearch({}), plain)
  assert.deepEqual(formatMeasurementsSearch(plain), {})
})

test('everything comes back from the address', () => {
  const search = {
    range: { kind: 'last', preset: '7d' } as const,
    isPaused: true,
    tables: ['acme_Flow'],
    flipped: ['acme_Flow F', 'acme_Flow n'],
  }
  assert.deepEqual(parseMeasurementsSearch(formatMeasurementsSearch(search)), search)
})

test('what somebody else wrote into the address is ignored', () => {
  const odd = { paused: 'yes', tables: 'acme_Flow', flipped: [1, null, 'a b'], page: 4 }
  assert.deepEqual(parseMeasurementsSearch(odd), { ...plain, flipped: ['a b'] })
  const endless = { tables: Array.from({ length: 999 }, (_, index) => `t${index}`) }
  assert.equal(parseMeasurementsSearch(endless).tables.length, 50)
})

test('an entry comes and goes', () => {
  assert.deepEqual(toggleEntry(['a'], 'b'), ['a', 'b'])
  assert.deepEqual(toggleEntry(['a', 'b'], 'a'), ['b'])
})
