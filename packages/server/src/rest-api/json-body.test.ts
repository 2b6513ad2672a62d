import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonBody } from './json-body.ts'

const limits = { jsonDepth: 4, jsonNodes: 20, jsonKeyCharacters: 5, jsonTextCharacters: 10 }

function parse(text: string) {
  return parseJsonBody(Buffer.from(text), limits)
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
  ['', 'jsonMalformed', ''],
  ['{', 'jsonMalformed', ''],
  ['{"a":1,}', 'jsonMalformed', ''],
  ["{'a':1}", 'jsonMalformed', ''],
  ['NaN', 'jsonMalformed', ''],
  ['{"a":"\n"}', 'jsonMalformed', ''],
  ['{} {}', 'jsonMalformed', ''],
  ['[[[[[1]]]]]', 'jsonTooComplex', 'levels'],
  ['[[[[[', 'jsonTooComplex', 'levels'],
  [`[${'1,'.repeat(30)}1]`, 'jsonTooComplex', 'values'],
  [`[${'{},'.repeat(30)}{}]`, 'jsonTooComplex', 'values'],
  ['{"123456":1}', 'jsonTooComplex', 'names'],
  ['{"\\u00412345678" : 1}', 'jsonTooComplex', 'names'],
  ['{"a":"01234567890"}', 'jsonTooComplex', 'texts'],
  ['{"a":1e999}', 'jsonTooComplex', 'number'],
  ['[-1e400]', 'jsonTooComplex', 'number'],
  [`[${'9'.repeat(400)}]`, 'jsonTooComplex', 'number'],
] as const

for (const [text, code, reason] of refused) {
  test(`refuses ${text.slice(0, 40)} as ${code}`, () => {
    const parsed = parse(text)
    assert.ok(!parsed.ok)
    assert.equal(parsed.problem.code, code)
    assert.match(parsed.problem.details.reason ?? '', new RegExp(reason))
  })
}

test('refuses a member of the name __proto__ at every level, however it is spelled', () => {
  const wide = { ...limits, jsonKeyCharacters: 20 }
  const texts = ['{"__proto__":1}', '{"a":[{"__proto__":{"x":1}}]}', '{"\\u005f_proto__":1}']
  for (const text of texts) {
    const parsed = parseJsonBody(Buffer.from(text), wide)
    assert.ok(!parsed.ok, text)
    assert.equal(parsed.problem.code, 'invalid')
  }
  for (const text of ['{"a":"__proto__"}', '{"proto":1}', '{"\\u0041":1}']) {
    assert.ok(parseJsonBody(Buffer.from(text), wide).ok, text)
  }
})

test('refuses bytes that are not UTF-8', () => {
  const parsed = parseJsonBody(Buffer.from([0x22, 0xff, 0x22]), limits)
  assert.ok(!parsed.ok)
  assert.equal(parsed.problem.code, 'jsonMalformed')
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
      const parsed = parseJsonBody(Buffer.from(text), generous)
      assert.ok(parsed.ok)
      assert.equal(JSON.stringify(parsed.value), JSON.stringify(JSON.parse(text)))
    }),
  )
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parseJsonBody(bytes, limits)
    }),
  )
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
