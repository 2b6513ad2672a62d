import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TokenBucket } from './token-bucket.ts'

test('gives its burst, then its rate', () => {
  const bucket = new TokenBucket({ perSecond: 100, burst: 3 }, 0)
  for (let taken = 0; taken < 3; taken++) {
    assert.equal(bucket.waitMs(0), 0)
    bucket.take(1, 0)
  }
  assert.equal(bucket.waitMs(0), 10)
  assert.equal(bucket.waitMs(10), 0)
})

test('waits out a debt', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, 0)
  bucket.take(30, 0)
  assert.equal(bucket.waitMs(0), 2100)
  assert.equal(bucket.waitMs(2100), 0)
  assert.equal(bucket.isFull(2100), false)
  assert.equal(bucket.isFull(3000), true)
})

test('never lets more through than burst and rate allow', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 })
  fc.assert(
    fc.property(steps, (pauses) => {
      const bucket = new TokenBucket({ perSecond: 20, burst: 5 }, 0)
      let nowMs = 0
      let taken = 0
      for (const pause of pauses) {
        nowMs += pause
        if (bucket.waitMs(nowMs) > 0) continue
        bucket.take(1, nowMs)
        taken++
        assert.ok(taken <= 5 + (nowMs / 1000) * 20 + 1e-6)
      }
    }),
  )
})

test('a clock that stands still gives nothing', () => {
  const bucket = new TokenBucket({ perSecond: 1000, burst: 1 }, 100)
  bucket.take(1, 100)
  assert.equal(bucket.waitMs(50), 1)
})
