import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PacketIds } from './packet-ids.ts'

const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('no id is given twice as long as it is taken, and all of them are 1 to 65535', () => {
  fc.assert(
    fc.property(randoms, fc.array(fc.boolean(), { maxLength: 300 }), (random, steps) => {
      const ids = new PacketIds(random)
      const taken: number[] = []
      for (const takes of steps) {
        const freed = takes ? undefined : taken.shift()
        if (freed !== undefined) ids.free(freed)
        else {
          const id = ids.take()
          assert.ok(Number.isInteger(id) && id >= 1 && id <= 65_535)
          assert.ok(!taken.includes(id))
          taken.push(id)
        }
      }
    }),
  )
})

test('ids go round, past those that are taken', () => {
  const ids = new PacketIds(0.999_999)
  assert.deepEqual([ids.take(), ids.take()], [65_535, 1])
  for (let count = 2; count < 65_535; count++) ids.free(ids.take())
  assert.equal(ids.take(), 2)
})
