import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decimate } from './decimate.ts'

test('few points stay', () => {
  const points = [1, 2, 3].map((at) => ({ at, value: at }))
  assert.equal(decimate(points, 2), points)
})

test('a single peak among thousands stays', () => {
  const points = Array.from({ length: 5_000 }, (_, at) => ({ at, value: at === 1_234 ? 99 : 0 }))
  const kept = decimate(points, 60)
  assert.ok(kept.length <= 120)
  assert.ok(kept.some(({ at, value }) => at === 1_234 && value === 99))
})

test('the lowest and the highest stay, in order, and nothing is made up', () => {
  const points = fc
    .array(fc.record({ at: fc.nat(1_000), value: fc.integer() }), { minLength: 1, maxLength: 300 })
    .map((each) => each.sort((a, b) => a.at - b.at))
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 50 }), (all, buckets) => {
      const kept = decimate(all, buckets)
      const values = kept.map(({ value }) => value)
      assert.equal(Math.min(...values), Math.min(...all.map(({ value }) => value)))
      assert.equal(Math.max(...values), Math.max(...all.map(({ value }) => value)))
      assert.ok(kept.every((point) => all.includes(point)))
      assert.ok(kept.length <= Math.max(2 * buckets, 2))
      for (let i = 1; i < kept.length; i++) assert.ok(kept[i - 1]!.at <= kept[i]!.at)
    }),
  )
})
