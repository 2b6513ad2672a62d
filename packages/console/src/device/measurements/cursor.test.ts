import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findNearest, moveCursor } from './cursor.ts'

const at = (place: number) => ({ place, isPinned: false })
const key = (name: string, shiftKey = false) => ({ key: name, shiftKey })

const moves = [
  { from: undefined, key: key('ArrowLeft'), to: at(20) },
  { from: undefined, key: key('Home'), to: at(0) },
  { from: at(5), key: key('ArrowLeft'), to: at(4) },
  { from: at(5), key: key('ArrowRight'), to: at(6) },
  { from: at(0), key: key('ArrowLeft'), to: at(0) },
  { from: at(20), key: key('ArrowRight'), to: at(20) },
  { from: at(15), key: key('PageUp'), to: at(20) },
  { from: at(15), key: key('PageDown'), to: at(5) },
  { from: at(5), key: key('End'), to: at(20) },
  { from: at(5), key: key('ArrowLeft', true), to: { place: 4, anchor: 5, isPinned: false } },
  {
    from: { place: 4, anchor: 5, isPinned: false },
    key: key('Home', true),
    to: { place: 0, anchor: 5, isPinned: false },
  },
  { from: { place: 4, anchor: 5, isPinned: false }, key: key('ArrowRight'), to: at(5) },
  { from: at(5), key: key('Enter'), to: { place: 5, isPinned: true } },
  { from: { place: 5, isPinned: true }, key: key('Enter'), to: at(5) },
  { from: { place: 5, isPinned: true }, key: key('ArrowLeft'), to: { place: 4, isPinned: true } },
  { from: at(5), key: key('Escape'), to: undefined },
  { from: at(99), key: key('ArrowLeft'), to: at(19) },
]

for (const { from, key: pressed, to } of moves) {
  const name = `${pressed.shiftKey ? 'Shift+' : ''}${pressed.key}`
  test(`${name} at ${JSON.stringify(from)}`, () => {
    assert.deepEqual(moveCursor(from, pressed, 20), { cursor: to })
  })
}

test('keys that are for somebody else', () => {
  assert.equal(moveCursor(at(1), key('a'), 20), undefined)
  assert.equal(moveCursor(undefined, key('Escape'), 20), undefined)
  assert.equal(moveCursor(undefined, key('ArrowLeft'), -1), undefined)
})

test('the nearest of some times is what a look at all of them says', () => {
  const times = fc.uniqueArray(fc.nat(1_000)).map((each) => each.sort((a, b) => a - b))
  fc.assert(
    fc.property(times, fc.integer({ min: -10, max: 1_010 }), (all, wanted) => {
      const found = findNearest(all, wanted)
      if (all.length === 0) {
        assert.equal(found, -1)
        return
      }
      const distance = Math.min(...all.map((time) => Math.abs(time - wanted)))
      assert.equal(Math.abs((all[found] ?? Number.NaN) - wanted), distance)
    }),
  )
})
