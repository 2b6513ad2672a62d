import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holdItems } from './steady-items.ts'

interface Item {
  readonly id: string
  readonly version: number
}

const idOf = ({ id }: Item): string => id
const versionOf = (version: number) => (id: string) => ({ id, version })

test('new ones wait, known ones are updated where they are, gone ones stay', () => {
  const shown = ['1', '2', '3'].map(versionOf(1))
  const latest = ['4', '3', '1'].map(versionOf(2))
  assert.deepEqual(holdItems(shown, latest, idOf), {
    items: [
      { id: '1', version: 2 },
      { id: '2', version: 1 },
      { id: '3', version: 2 },
    ],
    waiting: 1,
  })
})

test('whatever comes, nothing moves', () => {
  const list = fc.uniqueArray(fc.stringMatching(/^[a-f]$/))
  fc.assert(
    fc.property(list, list, (before, after) => {
      const held = holdItems(before.map(versionOf(1)), after.map(versionOf(2)), idOf)
      assert.deepEqual(held.items.map(idOf), before)
      assert.equal(held.waiting, after.filter((id) => !before.includes(id)).length)
    }),
  )
})
