import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findWalkMarkers, linkWalk } from './walk.ts'

const file = 'packages/smartrest/src/csv-line.ts'
const source = 'import x\n\n// walk: uplink 5\nexport function parse() {} // walk: uplink 6\n'

test('finds a step on the line that it stands on', () => {
  assert.deepEqual(findWalkMarkers(file, source), [
    { step: 'uplink 5', file, line: 3 },
    { step: 'uplink 6', file, line: 4 },
  ])
})

test('writes the current line into the page, and again the same', () => {
  const page = '| 5 | <!-- walk: uplink 5 --><!-- /walk --> | lines |'
  const linked = linkWalk(page, [{ step: 'uplink 5', file, line: 3 }])
  assert.equal(
    linked,
    '| 5 | <!-- walk: uplink 5 -->[smartrest/csv-line.ts:3](../packages/smartrest/src/csv-line.ts#L3)<!-- /walk --> | lines |',
  )
  assert.equal(linkWalk(String(linked), [{ step: 'uplink 5', file, line: 3 }]), linked)
})

const marker = { step: 'uplink 5', file, line: 3 }
const place = '<!-- walk: uplink 5 --><!-- /walk -->'
const refused = [
  { title: 'a step of the page that left the code', page: place, markers: [], says: /nowhere/ },
  { title: 'a step of the code that left the page', page: '', markers: [marker], says: /no place/ },
  {
    title: 'a step that the code has twice',
    page: place,
    markers: [marker, marker],
    says: /twice/,
  },
]

for (const { title, page, markers, says } of refused) {
  test(`refuses ${title}`, () => {
    const linked = linkWalk(page, markers)
    assert.ok(typeof linked !== 'string')
    assert.match(linked.problems.join(), says)
  })
}
