import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listProperties, membersMax, searchProperties } from './property-tree.ts'

const document = {
  name: 'Pump',
  c8y_Position: { lat: 51.2, lng: 6.7 },
  acme_Doors: [{ open: true }, { open: false }],
  'a b': { 'c.d': null },
  empty: {},
}

const none: ReadonlySet<string> = new Set()

test('closed: the members of the document, values in one line', () => {
  assert.deepEqual(
    listProperties(document, none).map(({ path, value, size }) => [path, value, size]),
    [
      ['name', 'Pump', 0],
      ['c8y_Position', undefined, 2],
      ['acme_Doors', undefined, 2],
      ['"a b"', undefined, 1],
      ['empty', '{}', 0],
    ],
  )
})

test('open: the members of what is open, with their paths', () => {
  const open = new Set(['acme_Doors', 'acme_Doors[1]', '"a b"'])
  const [, position, doors, odd] = listProperties(document, open)
  assert.deepEqual(position?.members, [])
  assert.deepEqual(
    doors?.members.map(({ path, members }) => [path, members.map((member) => member.path)]),
    [
      ['acme_Doors[0]', []],
      ['acme_Doors[1]', ['acme_Doors[1].open']],
    ],
  )
  assert.deepEqual(
    odd?.members.map(({ path, value }) => [path, value]),
    [['"a b"."c.d"', 'null']],
  )
})

test('of many members some are shown, and their number is', () => {
  const many = { list: Array.from({ length: 3_000 }, (_, index) => index) }
  const [list] = listProperties(many, new Set(['list']))
  assert.equal(list?.size, 3_000)
  assert.equal(list?.members.length, membersMax)
})

const searches = [
  { words: 'POS', found: ['c8y_Position.lat', 'c8y_Position.lng'] },
  { words: '51.2', found: ['c8y_Position.lat'] },
  { words: 'pump', found: ['name'] },
  { words: 'doors[1]', found: ['acme_Doors[1].open'] },
  { words: 'zzz', found: [] },
]

for (const { words, found } of searches) {
  test(`searched for ${words}`, () => {
    const { matches, hasMore } = searchProperties(document, words)
    assert.deepEqual(
      matches.map(({ path }) => path),
      found,
    )
    assert.equal(hasMore, false)
  })
}

test('a search ends, however large and deep the document is', () => {
  const wide = { k: Array.from({ length: 200_000 }, () => 'x') }
  assert.equal(searchProperties(wide, 'x').hasMore, true)
  assert.deepEqual(searchProperties(wide, 'none'), { matches: [], hasMore: true })
  let deep: unknown = 'bottom'
  for (let depth = 0; depth < 20_000; depth++) deep = [deep]
  assert.equal(searchProperties({ deep }, 'bottom').matches.length, 1)
})
