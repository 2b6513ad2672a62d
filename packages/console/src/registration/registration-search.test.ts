import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRegistrationSearch } from './registration-search.ts'

const cases = [
  { search: {}, parsed: {} },
  { search: { tab: 'single', page: 3 }, parsed: { tab: 'single', page: 3 } },
  { search: { tab: 'csv', page: 'x' }, parsed: {} },
  { search: { page: 1 }, parsed: {} },
  { search: { page: -2 }, parsed: {} },
  { search: { externalId: 'SN-1' }, parsed: { externalId: 'SN-1' } },
  { search: { externalId: 4711 }, parsed: { externalId: '4711' } },
  { search: { externalId: { a: 1 } }, parsed: {} },
] as const

for (const { search, parsed } of cases) {
  test(`${JSON.stringify(search)} is ${JSON.stringify(parsed)}`, () => {
    assert.deepEqual(parseRegistrationSearch(search), parsed)
  })
}
