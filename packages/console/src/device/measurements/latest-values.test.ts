import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findLatestValues } from './latest-values.ts'

test('the newest of each series, whatever the order they come in', () => {
  const readings = [
    { id: '2', at: 20, values: [{ fragment: 'b', series: 'T', value: 2, unit: 'C' }] },
    {
      id: '1',
      at: 10,
      values: [
        { fragment: 'b', series: 'T', value: 1, unit: 'C' },
        { fragment: 'a', series: 'n', value: 5 },
      ],
    },
    { id: '3', at: 30, values: [{ fragment: 'b', series: 'T', value: 3 }] },
  ]
  const latest = [
    { fragment: 'a', series: 'n', value: 5, unit: undefined, at: 10 },
    { fragment: 'b', series: 'T', value: 3, unit: 'C', at: 30 },
  ]
  assert.deepEqual(findLatestValues(readings), latest)
})

test('names that could be taken for each other stay apart', () => {
  const value = (fragment: string, series: string) => ({ fragment, series, value: 1 })
  const readings = [{ id: '1', at: 1, values: [value('a.b', 'c'), value('a', 'b.c')] }]
  assert.equal(findLatestValues(readings).length, 2)
})
