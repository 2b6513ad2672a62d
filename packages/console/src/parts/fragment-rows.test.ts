import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listFragmentRows } from './fragment-rows.ts'

test('each value has its path', () => {
  const { rows, others } = listFragmentRows({
    c8y_Restart: {},
    c8y_Position: { lat: 52.5, lng: 13.4 },
    acme_Doors: ['open', { state: null }],
    'a.b': { 'x y': true },
    note: 'as it is',
  })
  assert.deepEqual(rows, [
    { path: 'c8y_Restart', value: '{}' },
    { path: 'c8y_Position.lat', value: '52.5' },
    { path: 'c8y_Position.lng', value: '13.4' },
    { path: 'acme_Doors[0]', value: 'open' },
    { path: 'acme_Doors[1].state', value: 'null' },
    { path: '"a.b"."x y"', value: 'true' },
    { path: 'note', value: 'as it is' },
  ])
  assert.equal(others, 0)
})

test('what is beyond the bound is counted', () => {
  const { rows, others } = listFragmentRows({ list: Array.from({ length: 130 }, (_, i) => i) })
  assert.equal(rows.length, 100)
  assert.equal(others, 30)
})

test('a deep document ends as JSON', () => {
  let deep: unknown = 'bottom'
  for (let depth = 0; depth < 2000; depth++) deep = { a: deep }
  const { rows } = listFragmentRows({ deep })
  assert.equal(rows.length, 1)
  assert.match(rows[0]?.value ?? '', /^\{"a":.*bottom/)
})

test('any document has rows', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fragments) => {
      for (const row of listFragmentRows(fragments).rows) {
        assert.equal(typeof row.path, 'string')
        assert.equal(typeof row.value, 'string')
      }
    }),
  )
})
