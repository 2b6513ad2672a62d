import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RateByKey } from './rate-by-key.ts'

test('a key has its burst at once, then what comes in by the second', () => {
  const rate = new RateByKey({ perSecond: 1, burst: 3, keysMax: 10 })
  const taken = (now: number) => [1, 2, 3, 4, 5].filter(() => rate.take('a', now)).length
  assert.deepEqual([taken(0), taken(999), taken(1000), taken(3000), taken(60_000)], [3, 0, 1, 2, 3])
  assert.equal(rate.take('b', 60_000), true)
})

test('a clock that was set back neither refuses for long nor gives a second budget', () => {
  const rate = new RateByKey({ perSecond: 1, burst: 1, keysMax: 10 })
  assert.equal(rate.take('a', 1_000_000), true)
  assert.equal(rate.take('a', 0), false)
  assert.equal(rate.take('a', 1000), true)
})

test('of too many keys the longest unseen is forgotten', () => {
  const rate = new RateByKey({ perSecond: 1, burst: 1, keysMax: 2 })
  for (const key of ['__proto__', 'b', '__proto__', 'c']) rate.take(key, 0)
  assert.deepEqual(
    ['__proto__', 'c'].map((key) => rate.take(key, 0)),
    [false, false],
  )
  assert.equal(rate.take('b', 0), true)
})

test('no course takes more than the burst and what has come in since', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2000 })), (waits) => {
      const rate = new RateByKey({ perSecond: 2, burst: 5, keysMax: 1 })
      let now = 0
      let taken = 0
      for (const wait of waits) {
        now += wait
        if (rate.take('a', now)) taken++
        assert.ok(taken <= 5 + (now / 1000) * 2 + 1e-6)
      }
    }),
  )
})
