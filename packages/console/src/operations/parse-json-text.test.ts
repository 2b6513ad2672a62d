import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonText } from './parse-json-text.ts'

const refused = [
  { text: '', at: '1:1', words: 'Expected a value, but it ends.' },
  { text: '{', at: '1:2', words: 'Expected a name in double quotes, but it ends.' },
  { text: '{"a":1,}', at: '1:8', words: 'Expected a name in double quotes, but there is }.' },
  { text: "{'a':1}", at: '1:2', words: "Expected a name in double quotes, but there is '." },
  { text: '{"a" 1}', at: '1:6', words: 'Expected ":", but there is 1.' },
  { text: '{"a":1\n"b":2}', at: '2:1', words: 'Expected "," or "}", but there is ".' },
  { text: '{"😀":\n  tru}', at: '2:3', words: 'Expected a value, but there is t.' },
  { text: '[1 2]', at: '1:4', words: 'Expected "," or "]", but there is 2.' },
  { text: '{"a":01}', at: '1:6', words: 'Expected a value, but there is 0.' },
  { text: '{"a":"x', at: '1:6', words: 'The text has no end.' },
  { text: '{"a":"C:\\x"}', at: '1:9', words: 'A backslash here needs another one before it.' },
  { text: '"a\nb"', at: '1:3', words: 'A line break in a text is written as \\n or \\u….' },
  { text: '{} {}', at: '1:4', words: 'Expected the end, but there is {.' },
] as const

for (const { text, at, words } of refused) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    const result = parseJsonText(text)
    assert.ok(!result.ok)
    const { line, column } = result.problem
    assert.deepEqual({ at: `${line}:${column}`, words: result.problem.words }, { at, words })
  })
}

test('reads what it accepts', () => {
  const text = ' {"a":[1,-2.5e3,true,null,"\\u00e9\\n"],"b":{}} '
  assert.deepEqual(parseJsonText(text), { ok: true, value: JSON.parse(text) })
})

test('nesting has a bound', () => {
  assert.equal(parseJsonText('['.repeat(100_000)).ok, false)
})

test('accepts what the browser accepts, and nothing else', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '0', '\\', '\u0001', '-', '.e'))
    .map(([text, at, change]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + change + text.slice(place + (change === '' ? 1 : 0))
    })
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      assert.equal(parseJsonText(text).ok, isJson)
    }),
    { numRuns: 1000 },
  )
})
