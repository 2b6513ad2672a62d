import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePage } from './parse-page.ts'

test('only pages after the first one are pages of an address', () => {
  assert.deepEqual(parsePage({ page: 2 }), { page: 2 })
  assert.deepEqual(parsePage({ page: '12' }), { page: 12 })
  for (const page of [undefined, null, 1, 0, -1, 1.5, 1e300, 'abc', '', [], {}, true]) {
    assert.deepEqual(parsePage({ page }), {}, String(page))
  }
})
