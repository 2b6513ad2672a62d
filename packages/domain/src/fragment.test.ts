import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFragmentNameAllowed, protectedMembers } from './fragment.ts'
import { checkRemovable } from './inventory.ts'

test('names that reach into an object’s machinery are refused, those it inherits are not', () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    assert.equal(isFragmentNameAllowed(name), false)
  }
  for (const name of ['toString', 'hasOwnProperty', '', 'c8y_Hardware', 'a.b']) {
    assert.equal(isFragmentNameAllowed(name), true)
  }
})

test('one name that must stay refuses them all', () => {
  for (const name of protectedMembers) {
    const result = checkRemovable(['acme_One', name])
    assert.deepEqual(result.ok ? undefined : result.problem, {
      code: 'fragmentProtected',
      details: { name },
    })
  }
  assert.ok(checkRemovable(['acme_One', 'toString']).ok)
  assert.ok(checkRemovable([]).ok)
})
