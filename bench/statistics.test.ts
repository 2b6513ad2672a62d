import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, percentile, spreadOf, summarizeLatencies } from './statistics.ts'

const medians = [
  { values: [3], expected: 3 },
  { values: [10, 9], expected: 9.5 },
  { values: [10, 9, 100], expected: 10 },
  { values: [4, 1, 3, 2], expected: 2.5 },
  { values: [], expected: Number.NaN },
]

for (const { values, expected } of medians) {
  test(`the median of ${values.join(', ') || 'nothing'} is ${expected}`, () => {
    assert.equal(median(values), expected)
  })
}

test('the median leaves its values as they are', () => {
  const values = [3, 1, 2]
  median(values)
  assert.deepEqual(values, [3, 1, 2])
})

test('a spread has the median between the extremes', () => {
  assert.deepEqual(spreadOf([7, 5, 100]), { median: 7, min: 5, max: 100 })
})

const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1)

const percentiles = [
  { sorted: hundred, percent: 50, expected: 50 },
  { sorted: hundred, percent: 99, expected: 99 },
  { sorted: hundred, percent: 99.5, expected: 100 },
  { sorted: hundred, percent: 100, expected: 100 },
  { sorted: Float64Array.of(8), percent: 1, expected: 8 },
  { sorted: Float64Array.of(1, 2), percent: 50, expected: 1 },
  { sorted: Float64Array.of(), percent: 50, expected: Number.NaN },
]

for (const { sorted, percent, expected } of percentiles) {
  test(`p${percent} of ${sorted.length} values is ${expected}`, () => {
    assert.equal(percentile(sorted, percent), expected)
  })
}

test('latencies are sorted as numbers, whatever their order', () => {
  assert.deepEqual(summarizeLatencies([10, 9, 100, 1]), {
    count: 4,
    p50Ms: 9,
    p99Ms: 100,
    maxMs: 100,
  })
})
