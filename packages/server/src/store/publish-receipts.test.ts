import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PublishReceipts } from './publish-receipts.ts'

const limits = { receiptsMax: 20, receiptAgeMs: 1000 }

test('knows at least the last half, and nothing that it was not told', () => {
  const mark = fc.integer({ min: 0, max: 60 })
  const groups = fc.array(fc.uniqueArray(mark, { minLength: 1, maxLength: 10 }), { maxLength: 30 })
  fc.assert(
    fc.property(groups, mark, (committed, other) => {
      const receipts = new PublishReceipts(limits)
      for (const group of committed) receipts.remember(group, 0)
      const told = committed.flat()
      for (const known of told.slice(-10)) assert.equal(receipts.hasReceipt(known), true)
      if (!told.includes(other)) assert.equal(receipts.hasReceipt(other), false)
    }),
  )
})

test('forgets after two generations of the given age, not before one', () => {
  const receipts = new PublishReceipts(limits)
  assert.equal(receipts.remember([1], 0), false)
  assert.equal(receipts.remember([2], 1000), false)
  assert.equal(receipts.hasReceipt(1), true)
  assert.equal(receipts.remember([3], 1001), true)
  assert.equal(receipts.hasReceipt(1), true)
  assert.equal(receipts.remember([4], 2002), true)
  assert.deepEqual(
    [1, 2, 3, 4].map((mark) => receipts.hasReceipt(mark)),
    [false, false, true, true],
  )
})

test('takes a group that is greater than a generation', () => {
  const receipts = new PublishReceipts(limits)
  const group = Array.from({ length: 500 }, (_, index) => index * 2 ** 40)
  receipts.remember(group, 0)
  assert.ok(group.every((mark) => receipts.hasReceipt(mark)))
})
