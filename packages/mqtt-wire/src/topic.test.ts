import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { rowsOf } from './byte-table.ts'
import { coversTopic, isTopicFilter, isTopicName } from './topic.ts'

const texts = rowsOf(`
  s/us      | name | filter
  /         | name | filter
  a//b      | name | filter
  $SYS/a    | name | filter
  öfen/泵   | name | filter
  +         |      | filter
  #         |      | filter
  s/dc/#    |      | filter
  +/+/#     |      | filter
  a/+/b     |      | filter
            |      |
  a/#/b     |      |
  a#        |      |
  a/b#      |      |
  a+        |      |
  +a/b      |      |
  #/        |      |
`)

describe('a text is a topic name, a filter, or neither', () => {
  for (const [text = '', name, filter] of texts) {
    test(`"${text}"`, () => {
      assert.equal(isTopicName(text), name === 'name')
      assert.equal(isTopicFilter(text), filter === 'filter')
    })
  }

  test('a text with NUL is neither', () => {
    assert.equal(isTopicName('a\0'), false)
    assert.equal(isTopicFilter('a\0/#'), false)
  })

  test('65535 bytes are both, one more is neither', () => {
    for (const [text, expected] of [
      ['x'.repeat(65_535), true],
      ['x'.repeat(65_536), false],
      ['泵'.repeat(21_845), true],
      [`${'泵'.repeat(21_845)}x`, false],
    ] as const) {
      assert.equal(isTopicName(text), expected)
      assert.equal(isTopicFilter(text), expected)
    }
  })
})

const covered = rowsOf(`
  s/ds     | s/ds          | covers
  s/ds     | s/dc          |
  s/ds     | s/ds/         |
  s/ds/    | s/ds          |
  s/dc/#   | s/dc/acme     | covers
  s/dc/#   | s/dc/acme/a   | covers
  s/dc/#   | s/dc/         | covers
  s/dc/#   | s/dc          | covers
  s/dc/#   | s/d           |
  s/dc/#   | s/dcx         |
  +        | s             | covers
  +        | s/ds          |
  s/+      | s/            | covers
  s/+      | s             |
  +/+      | /s            | covers
  /+       | /s            | covers
  +/ds     | s/ds          | covers
  s/+/c    | s/ds/c        | covers
  #        | s/ds          | covers
  #        | /             | covers
  #        | $SYS/a        |
  +/a      | $SYS/a        |
  $SYS/#   | $SYS/a        | covers
  $SYS/+   | $SYS/a        | covers
  S/ds     | s/ds          |
`)

describe('a filter covers a topic, or not', () => {
  for (const [filter = '', topic = '', expected] of covered) {
    test(`${filter} and ${topic}`, () => {
      assert.equal(coversTopic(filter, topic), expected === 'covers')
    })
  }
})

const level = fc.constantFrom('a', 'b', '', '$a')
const topic = fc
  .array(level, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter(isTopicName)
const filter = fc
  .tuple(
    fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }),
    fc.constantFrom<readonly string[]>([], ['#']),
  )
  .map(([levels, last]) => [...levels, ...last].join('/'))
  .filter(isTopicFilter)

test('covering agrees with a slow, obvious matcher', () => {
  fc.assert(
    fc.property(filter, topic, (one, other) => {
      assert.equal(coversTopic(one, other), coversSlowly(one.split('/'), other.split('/'), true))
    }),
    { numRuns: 2000 },
  )
})

function coversSlowly(
  filter: readonly string[],
  topic: readonly string[],
  isFirst: boolean,
): boolean {
  const [level, ...filterRest] = filter
  const [name, ...topicRest] = topic
  const isHidden = isFirst && name?.startsWith('$') === true
  if (level === '#') return !isHidden
  if (level === undefined || name === undefined) return level === name
  if (level !== name && (level !== '+' || isHidden)) return false
  return coversSlowly(filterRest, topicRest, false)
}
