import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holdBack } from './hold-back.ts'

/** `hold('ba', 'cba')`: shown before, list now; gone items are in brackets. */
function hold(shown: string, latest: string, isFull = false): string {
  const { entries, waiting } = holdBack({
    shown: shown.split(''),
    latest: latest.split(''),
    idOf: (item) => item,
    isFull,
  })
  const words = entries.map(({ item, isGone }) => (isGone ? `(${item})` : item)).join('')
  return `${words} +${waiting}`
}

const cases = [
  { name: 'nothing new', shown: 'cba', latest: 'cba', held: 'cba +0' },
  { name: 'two new', shown: 'cba', latest: 'edcba', held: 'cba +2' },
  { name: 'one that changed and is filtered out', shown: 'cba', latest: 'ca', held: 'c(b)a +0' },
  { name: 'the last one filtered out', shown: 'cba', latest: 'cb', held: 'cb(a) +0' },
  { name: 'an empty list', shown: 'ba', latest: '', held: '(b)(a) +0' },
  { name: 'another order', shown: 'cba', latest: 'acb', held: 'cba +0' },
  { name: 'a new one at the end', shown: 'cb', latest: 'cba', held: 'cb +1' },
  { name: 'the first ones', shown: '', latest: 'ba', held: ' +2' },
] as const

for (const { name, shown, latest, held } of cases) {
  test(`holds ${name}`, () => {
    assert.equal(hold(shown, latest), held)
  })
}

test('on a full page the last ones may have moved to the next page', () => {
  assert.equal(hold('cba', 'edc', true), 'cba +2')
})

test('on a full page the first one of the next page has moved up, and is not new', () => {
  assert.equal(hold('dcb', 'dba', true), 'd(c)b +0')
})

test('on a full page of new items all of them are new', () => {
  assert.equal(hold('cba', 'zyx', true), 'cba +3')
})

test('the places of what is shown never change', () => {
  const items = fc.uniqueArray(fc.integer({ min: 0, max: 30 }))
  fc.assert(
    fc.property(items, items, fc.boolean(), (shown, latest, isFull) => {
      const held = holdBack({ shown, latest, idOf: String, isFull })
      assert.deepEqual(
        held.entries.map(({ item }) => item),
        shown,
      )
      assert.ok(held.waiting <= latest.length)
    }),
  )
})
