import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNeighbours } from './device-trail.ts'

const cases = [
  { id: '1', previous: undefined, next: '5' },
  { id: '5', previous: '1', next: '9' },
  { id: '9', previous: '5', next: undefined },
  { id: '7', previous: undefined, next: undefined },
]

for (const { id, previous, next } of cases) {
  test(`the neighbours of ${id} in 1, 5, 9`, () => {
    assert.deepEqual(findNeighbours(['1', '5', '9'], id), { previous, next })
  })
}
