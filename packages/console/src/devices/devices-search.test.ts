import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDevicesSearch } from './devices-search.ts'

const cases = [
  { search: {}, parsed: {} },
  { search: { q: 'pump 7', page: 2 }, parsed: { q: 'pump 7', page: 2 } },
  { search: { q: 4711, type: 'acme_Pump' }, parsed: { q: '4711', type: 'acme_Pump' } },
  { search: { q: '  ', type: '', page: 1 }, parsed: {} },
  { search: { q: { a: 1 }, type: ['x'], page: 'many' }, parsed: {} },
  { search: { page: '3' }, parsed: { page: 3 } },
  { search: { page: -1 }, parsed: {} },
  { search: { page: 1.5 }, parsed: {} },
] as const

for (const { search, parsed } of cases) {
  test(`an address that says ${JSON.stringify(search)}`, () => {
    assert.deepEqual(parseDevicesSearch(search), parsed)
  })
}
