import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeSummary, summarize } from './summary.ts'

const points = (...values: readonly number[]) => values.map((value, at) => ({ at, value }))

const cases = [
  { values: [1, 2, 3, 4], trend: 'rising' },
  { values: [9, 7, 6, 4, 2.5], trend: 'falling' },
  { values: [5, 5, 5], trend: 'steady' },
  { values: [0.1, 0.1, 0.1], trend: 'steady' },
  { values: [1, 9, 2, 8, 1, 9, 2], trend: 'steady' },
  { values: [4], trend: 'steady' },
] as const

for (const { values, trend } of cases) {
  test(`${values.join(' ')} is ${trend}`, () => {
    assert.equal(summarize(points(...values))?.trend, trend)
  })
}

test('lowest, highest, mean and last', () => {
  const summary = summarize(points(4, -2, 7, 3))
  assert.deepEqual(summary, { count: 4, min: -2, max: 7, mean: 3, last: 3, trend: 'steady' })
  assert.equal(summarize([]), undefined)
})

test('all at one instant has no trend', () => {
  assert.equal(
    summarize([
      { at: 5, value: 1 },
      { at: 5, value: 2 },
    ])?.trend,
    'steady',
  )
})

test('in words', () => {
  const rising = summarize(points(3.125, 4, 5.5))
  assert.ok(rising)
  assert.equal(describeSummary('T', '°C', rising), 'T: 3.13 to 5.5 °C, last 5.5 °C, rising.')
  const flat = summarize(points(2, 2))
  assert.ok(flat)
  assert.equal(describeSummary('n', undefined, flat), 'n: always 2.')
})
