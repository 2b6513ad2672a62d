import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReading } from './reading.ts'

const frame = {
  id: '7',
  self: '',
  type: 't',
  time: '2031-02-11T07:02:00.000Z',
  source: { id: '1', self: '', name: 'Pump' },
}
const at = Date.UTC(2031, 1, 11, 7, 2)

const cases = [
  {
    title: 'two series, one with a unit',
    fragments: { acme_Flow: { F: { value: 12.5, unit: 'l/s' }, n: { value: 3 } } },
    values: [
      { fragment: 'acme_Flow', series: 'F', value: 12.5, unit: 'l/s' },
      { fragment: 'acme_Flow', series: 'n', value: 3 },
    ],
  },
  { title: 'a fragment that has no series', fragments: { acme_Note: { text: 'hot' } }, values: [] },
  { title: 'a value that is no number', fragments: { a: { b: { value: '12' } } }, values: [] },
  { title: 'a list', fragments: { a: [{ value: 1 }] }, values: [] },
  {
    title: 'a unit that is none',
    fragments: { a: { b: { value: 0, unit: 4 } }, c: { d: { value: 1, unit: '' } } },
    values: [
      { fragment: 'a', series: 'b', value: 0 },
      { fragment: 'c', series: 'd', value: 1 },
    ],
  },
]

for (const { title, fragments, values } of cases) {
  test(title, () => {
    assert.deepEqual(parseReading({ ...frame, ...fragments }), { id: '7', at, values })
  })
}

test('a huge measurement is read in part', () => {
  const many = Object.fromEntries(Array.from({ length: 999 }, (_, i) => [`s${i}`, { value: i }]))
  assert.equal(parseReading({ ...frame, many }).values.length, 200)
})
