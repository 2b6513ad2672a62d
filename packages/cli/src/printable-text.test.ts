import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alignColumns, displayWidth, printable, truncate, wrap } from './printable-text.ts'

test('no text of others moves the cursor or turns the writing, and places stay', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text)
      assert.equal(shown.length, text.length)
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
  assert.equal(printable('a\u001b[31mb\n\u007f\u009b'), 'a␛[31mb␊␡\ufffd')
})

const widths = [
  ['abc', 3],
  ['日本', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['🔥', 2],
  ['\u001b[31mred\u001b[0m', 3],
] as const
for (const [text, width] of widths) {
  test(`${JSON.stringify(text)} takes ${width} columns`, () => {
    assert.equal(displayWidth(text), width)
  })
}

const cuts = [
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 4, 'abc…'],
  ['日本語', 4, '日…'],
  ['\u001b[31mabcdef\u001b[0m', 3, '\u001b[31mab…\u001b[0m'],
] as const
for (const [text, columns, cut] of cuts) {
  test(`${JSON.stringify(text)} in ${columns} columns`, () => {
    assert.equal(truncate(text, columns), cut)
  })
}

test('columns stand below each other whatever is in them', () => {
  assert.deepEqual(alignColumns([['a', '日本', 'x'], ['bcd', '\u001b[1me\u001b[0m', 'y'], ['f']]), [
    'a    日本  x',
    'bcd  \u001b[1me\u001b[0m     y',
    'f',
  ])
})

test('sentences are broken between words', () => {
  assert.deepEqual(wrap('one two three incomprehensible', 9), [
    'one two',
    'three',
    'incomprehensible',
  ])
})
