import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmFilters, parseAlarmsSearch } from './alarms-search.ts'

const cases = [
  { search: {}, parsed: {}, filters: { resolved: false } },
  { search: { show: 'UNRESOLVED' }, parsed: {}, filters: { resolved: false } },
  { search: { show: 'ALL', open: 12 }, parsed: { show: 'ALL', open: '12' }, filters: {} },
  { search: { show: 'CLEARED' }, parsed: { show: 'CLEARED' }, filters: { resolved: true } },
  { search: { show: 'ACTIVE' }, parsed: { show: 'ACTIVE' }, filters: { status: ['ACTIVE'] } },
  {
    search: { severity: ['WARNING', 'CRITICAL', 'x'], page: 2 },
    parsed: { severity: ['CRITICAL', 'WARNING'], page: 2 },
    filters: { severity: ['CRITICAL', 'WARNING'], resolved: false },
  },
  {
    search: { severity: 'MAJOR' },
    parsed: { severity: ['MAJOR'] },
    filters: { severity: ['MAJOR'], resolved: false },
  },
  {
    search: { show: 'x', severity: 1, page: -1, open: [] },
    parsed: {},
    filters: { resolved: false },
  },
] as const

for (const { search, parsed, filters } of cases) {
  test(`reads ${JSON.stringify(search)}`, () => {
    const result = parseAlarmsSearch(search)
    assert.deepEqual(result, parsed)
    assert.deepEqual(alarmFilters(result), filters)
  })
}
