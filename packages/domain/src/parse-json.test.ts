import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from './parse-json.ts'

const limits = { jsonDepth: 4, jsonNodes: 20, jsonKeyCharacters: 5, jsonTextCharacters: 10 }

function parse(text: string) {
  return parseJson(text, limits)
}

const accepted = [
  '{}',
  ' { "a" : 1 } ',
  '[[[[1]]]]',
  '"0123456789"',
  '{"12345":"0123456789"}',
  '{"\\u0041bcde":1}',
  '{"a":"\\u0041\\n\\"\\\\345678"}',
  '{"a":"[[[[[[","b":"{{{{{{"}',
  '{"a":1,"a":2}',
  '{"a":1e308}',
  '9007199254740993',
  '[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]',
]

for (const text of accepted) {
  test(`reads ${text}`, () => {
    assert.deepEqual(parse(text), { ok: true, value: JSON.parse(text) })
  })
}

// Text, problem, and a piece of the reason.
const refused = [
  ['', 'malformed', ''],
  ['{', 'malformed', ''],
  ['{"a":1,}', 'malformed', ''],
  ["{'a':1}", 'malformed', ''],
  ['NaN', 'malformed', ''],
  ['{"a":"\n"}', 'malformed', ''],
  ['{} {}', 'malformed', ''],
  ['[[[[[1]]]]]', 'tooComplex', 'levels'],
  ['[[[[[', 'tooComplex', 'levels'],
  [`[${'1,'.repeat(30)}1]`, 'tooComplex', 'values'],
  [`[${'{},'.repeat(30)}{}]`, 'tooComplex', 'values'],
  ['{"123456":1}', 'tooComplex', 'names'],
  ['{"\\u00412345678" : 1}', 'tooComplex', 'names'],
  ['{"a":"01234567890"}', 'tooComplex', 'texts'],
  ['{"a":1e999}', 'tooComplex', 'number'],
  ['[-1e400]', 'tooComplex', 'number'],
  [`[${'9'.repeat(210)}e99]`, 'tooComplex', 'number'],
  [`[${'9'.repeat(400)}]`, 'tooComplex', 'number'],
] as const

for (const [text, kind, reason] of refused) {
  test(`refuses ${text.slice(0, 40)} as ${kind}`, () => {
    const parsed = parse(text)
    assert.ok(!parsed.ok)
    assert.equal(parsed.problem.kind, kind)
    assert.match(parsed.problem.reason, new RegExp(reason))
  })
}

test('refuses a member of the name __proto__ at every level, however it is spelled', () => {
  const wide = { ...limits, jsonKeyCharacters: 20 }
  const texts = ['{"__proto__":1}', '{"a":[{"__proto__":{"x":1}}]}', '{"\\u005f_proto__":1}']
  for (const text of texts) {
    const parsed = parseJson(text, wide)
    assert.ok(!parsed.ok, text)
    assert.equal(parsed.problem.kind, 'nameRefused')
  }
  for (const text of ['{"a":"__proto__"}', '{"proto":1}', '{"\\u0041":1}']) {
    assert.ok(parseJson(text, wide).ok, text)
  }
})

test('ignores a byte order mark', () => {
  assert.deepEqual(parse('\ufeff{}'), { ok: true, value: {} })
  assert.equal(parse('\ufeff\ufeff{}').ok, false)
})

test('a million opening brackets cost nothing', () => {
  assert.equal(parse('['.repeat(1_000_000)).ok, false)
  assert.equal(parse('{"a":'.repeat(200_000)).ok, false)
})

test('agrees with JSON.parse on everything within the limits', () => {
  const generous = {
    jsonDepth: 100,
    jsonNodes: 1_000_000,
    jsonKeyCharacters: 1000,
    jsonTextCharacters: 100_000,
  }
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      const parsed = parseJson(text, generous)
      assert.ok(parsed.ok)
      assert.equal(JSON.stringify(parsed.value), JSON.stringify(JSON.parse(text)))
    }),
  )
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '\\', 'u', '0', 'e', '1', ' '),
      }),
      (text) => {
        parse(text)
      },
    ),
  )
})
