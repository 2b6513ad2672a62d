import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  boundsOf,
  endOf,
  formatTimeRange,
  lastHour,
  parseTimeRange,
  presets,
} from './time-range.ts'

test('every preset comes back from the address', () => {
  for (const { id } of presets) {
    const range = { kind: 'last', preset: id } as const
    assert.deepEqual(parseTimeRange(formatTimeRange(range)), range)
  }
})

test('two instants come back from the address', () => {
  const range = { kind: 'between', from: 1_000, to: 61_000 } as const
  assert.deepEqual(parseTimeRange(formatTimeRange(range)), range)
})

const unfit = [
  {},
  { range: '3w' },
  { range: 5 },
  { from: 'yesterday', to: 'today' },
  { from: '2031-01-01T00:00:00Z' },
  { from: '2031-01-02T00:00:00Z', to: '2031-01-01T00:00:00Z' },
]

for (const search of unfit) {
  test(`${JSON.stringify(search)} is the last hour`, () => {
    assert.deepEqual(parseTimeRange(search), lastHour)
  })
}

test('what a clock that is ahead has sent is read as far ahead as the range is long', () => {
  const range = { kind: 'last', preset: '5m' } as const
  assert.equal(endOf(range, boundsOf(range, 1_000_000)), 1_300_000)
  assert.equal(endOf({ kind: 'between', from: 1, to: 2 }, { from: 1, to: 2 }), 2)
})

test('a preset ends now, two instants stay', () => {
  assert.deepEqual(boundsOf({ kind: 'last', preset: '5m' }, 1_000_000), {
    from: 700_000,
    to: 1_000_000,
  })
  assert.deepEqual(boundsOf({ kind: 'between', from: 1, to: 2 }, 1_000_000), { from: 1, to: 2 })
})
