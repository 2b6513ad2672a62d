import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageRequest } from './paging.ts'
import { formatPageLinks, formatStatistics, parsePageRequest } from './paging.ts'
import { parseQueryString } from './query-parameters.ts'

const uncounted = { withTotalPages: false, withTotalElements: false }
const requests = [
  [{}, { pageSize: 5, currentPage: 1, ...uncounted }],
  [{ pageSize: 2001 }, { pageSize: 2000, currentPage: 1, ...uncounted }],
  [
    { pageSize: 32767, currentPage: 3 },
    { pageSize: 2000, currentPage: 3, ...uncounted },
  ],
  [{ currentPage: 0 }, { pageSize: 5, currentPage: 1, ...uncounted }],
  [{ currentPage: -4 }, { pageSize: 5, currentPage: 1, ...uncounted }],
  [{ pageSize: 0 }, undefined],
  [{ pageSize: -1 }, undefined],
] as const

for (const [query, page] of requests) {
  test(`page asked for by ${JSON.stringify(query)}`, () => {
    assert.deepEqual(parsePageRequest(query), page)
  })
}

const url = 'http://h/event/events'

// Query, page size, page, items on it, total; self, next, prev without the URL.
const links = [
  ['', 5, 1, 3, undefined, 'pageSize=5&currentPage=1', undefined, undefined],
  ['', 5, 1, 0, undefined, 'pageSize=5&currentPage=1', undefined, undefined],
  ['', 5, 1, 5, undefined, 'pageSize=5&currentPage=1', 'pageSize=5&currentPage=2', undefined],
  [
    '',
    5,
    2,
    5,
    10,
    'pageSize=5&currentPage=2',
    'pageSize=5&currentPage=3',
    'pageSize=5&currentPage=1',
  ],
  ['', 5, 9, 0, 10, 'pageSize=5&currentPage=9', undefined, 'pageSize=5&currentPage=8'],
  [
    'source=7021&pageSize=2&currentPage=1',
    2,
    1,
    2,
    undefined,
    'source=7021&pageSize=2&currentPage=1',
    'source=7021&pageSize=2&currentPage=2',
    undefined,
  ],
  [
    'currentPage=2&type=a+b&pageSize=32767&withTotalPages=true&ids=1&ids=2,3',
    2000,
    2,
    1,
    2001,
    'type=a%20b&withTotalPages=true&ids=1&ids=2%2C3&pageSize=2000&currentPage=2',
    undefined,
    'type=a%20b&withTotalPages=true&ids=1&ids=2%2C3&pageSize=2000&currentPage=1',
  ],
] as const

for (const [query, pageSize, currentPage, itemCount, total, self, next, prev] of links) {
  test(`links of ?${query}, page ${currentPage} with ${itemCount} items of ${total}`, () => {
    const page: PageRequest = { pageSize, currentPage, ...uncounted }
    const found = formatPageLinks({
      url,
      query: parseQueryString(query),
      page,
      itemCount,
      ...(total === undefined ? {} : { total }),
    })
    assert.deepEqual(found, {
      self: `${url}?${self}`,
      ...(next === undefined ? {} : { next: `${url}?${next}` }),
      ...(prev === undefined ? {} : { prev: `${url}?${prev}` }),
    })
  })
}

test('statistics count only what was asked for', () => {
  const page = { pageSize: 2, currentPage: 1, ...uncounted }
  const pages = { ...page, withTotalPages: true }
  const both = { ...pages, withTotalElements: true }
  assert.deepEqual(formatStatistics(page, undefined), { currentPage: 1, pageSize: 2 })
  assert.deepEqual(formatStatistics(pages, 0), { currentPage: 1, pageSize: 2, totalPages: 0 })
  assert.deepEqual(formatStatistics(pages, 17), { currentPage: 1, pageSize: 2, totalPages: 9 })
  assert.deepEqual(formatStatistics(both, 18), {
    currentPage: 1,
    pageSize: 2,
    totalPages: 9,
    totalElements: 18,
  })
})
