import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backOffMs } from './back-off.ts'

const limits = fc
  .tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 1_000_000 }))
  .map(([minMs, more]) => ({ minMs, maxMs: minMs + more }))
const attempts = fc.integer({ min: 1, max: 10_000 })
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('a pause is never longer than the longest, and never less than half the shortest', () => {
  fc.assert(
    fc.property(limits, attempts, randoms, (backOff, attempt, random) => {
      const ms = backOffMs(backOff, attempt, random)
      assert.ok(ms >= Math.floor(backOff.minMs / 2) && ms <= backOff.maxMs)
    }),
  )
})

test('pauses double until they are as long as they may be', () => {
  const backOff = { minMs: 100, maxMs: 700 }
  const longest = [1, 2, 3, 4, 5].map((attempt) => backOffMs(backOff, attempt, 1))
  assert.deepEqual(longest, [100, 200, 400, 700, 700])
})
