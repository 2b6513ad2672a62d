import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOperationsSearch } from './operations-search.ts'

const cases = [
  { search: {}, parsed: {} },
  { search: { status: 'FAILED' }, parsed: { status: ['FAILED'] } },
  {
    search: { status: ['FAILED', 'PENDING', 'nonsense'] },
    parsed: { status: ['PENDING', 'FAILED'] },
  },
  { search: { status: 7, page: 'x', open: {}, compose: 1 }, parsed: {} },
  { search: { page: 1 }, parsed: {} },
  {
    search: { page: '3', open: 4711, compose: 'json' },
    parsed: { page: 3, open: '4711', compose: 'json' },
  },
] as const

for (const { search, parsed } of cases) {
  test(`reads ${JSON.stringify(search)}`, () => {
    assert.deepEqual(parseOperationsSearch(search), parsed)
  })
}
