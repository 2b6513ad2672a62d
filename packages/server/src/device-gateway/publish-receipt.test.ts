import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { receiptOf, receiptSeed } from './publish-receipt.ts'

const aPublish = fc.record({
  tenantId: fc.constantFrom('t100', 't200'),
  device: fc.constantFrom('meter-8', 'meter-9', '00t'),
  packetId: fc.integer({ min: 1, max: 65_535 }),
  topic: fc.constantFrom('s/us', 's/us/a', 's/us/b'),
  payload: fc.oneof(fc.constantFrom('500', '211,25', ''), fc.string()),
})
type Publish = typeof aPublish extends fc.Arbitrary<infer T> ? T : never

function markOf({ tenantId, device, packetId, topic, payload }: Publish): number {
  return receiptOf(receiptSeed(tenantId, device), packetId, topic, payload)
}

test('a mark is a number that engines can keep exactly', () => {
  fc.assert(
    fc.property(aPublish, (publish) => {
      const mark = markOf(publish)
      assert.ok(Number.isSafeInteger(mark) && mark >= 0)
      assert.equal(markOf({ ...publish }), mark)
    }),
  )
})

test('a publish that differs in anything has another mark', () => {
  fc.assert(
    fc.property(aPublish, aPublish, (one, other) => {
      for (const name of Object.keys(one) as (keyof Publish)[]) {
        const changed = { ...one, [name]: other[name] }
        assert.equal(markOf(changed) === markOf(one), other[name] === one[name], name)
      }
    }),
    { numRuns: 500 },
  )
})

test('the marks of a busy fleet are all different', () => {
  const marks = new Set<number>()
  for (let device = 0; device < 100; device++) {
    const seed = receiptSeed('t100', `meter-${device}`)
    for (let packetId = 1; packetId <= 1000; packetId++) {
      marks.add(receiptOf(seed, packetId, 's/us', '211,25'))
    }
  }
  assert.equal(marks.size, 100_000)
})
