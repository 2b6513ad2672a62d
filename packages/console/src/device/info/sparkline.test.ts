import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparklinePath } from './sparkline.ts'

const size = { width: 100, height: 26 }
const bounds = { from: 0, to: 100 }
const points = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([at, value]) => ({ at, value }))

const cases = [
  { title: 'no points', of: points(), path: '' },
  { title: 'one point', of: points([50, 7]), path: 'M50 13h0' },
  { title: 'up and down', of: points([0, 0], [50, 10], [100, 5]), path: 'M0 23L50 3L100 13' },
  { title: 'always the same', of: points([0, 5], [100, 5]), path: 'M0 13L100 13' },
  {
    title: 'a gap',
    of: points([0, 0], [10, 10], [20, 0], [90, 10], [100, 10]),
    path: 'M0 23L10 3L20 23M90 3L100 3',
  },
]

for (const { title, of, path } of cases) {
  test(title, () => {
    assert.equal(sparklinePath(of, bounds, size), path)
  })
}

test('also the largest numbers have a place', () => {
  const largest = points([0, Number.MAX_VALUE], [50, 0], [100, -Number.MAX_VALUE])
  assert.doesNotMatch(sparklinePath(largest, bounds, size), /NaN|Infinity/)
})

test('thousands of points make a short path', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({ at: index / 50, value: index % 7 }))
  assert.ok(sparklinePath(many, bounds, size).length < 4_000)
})
