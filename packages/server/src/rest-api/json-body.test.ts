import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultJsonLimits } from '@pileus/domain'
import fc from 'fast-check'
import { parseJsonBody } from './json-body.ts'

// What is read and what is refused stands in the tests of the domain; here is the answer.
const refused = [
  ['{', 'jsonMalformed'],
  ['{"a":1e999}', 'jsonTooComplex'],
  ['['.repeat(33), 'jsonTooComplex'],
  ['{"__proto__":1}', 'invalid'],
] as const

for (const [text, code] of refused) {
  test(`refuses ${text} as ${code}`, () => {
    const parsed = parseJsonBody(Buffer.from(text), defaultJsonLimits)
    assert.ok(!parsed.ok)
    assert.equal(parsed.problem.code, code)
    assert.notEqual(parsed.problem.details.reason, '')
  })
}

test('refuses bytes that are not UTF-8', () => {
  const parsed = parseJsonBody(Buffer.from([0x22, 0xff, 0x22]), defaultJsonLimits)
  assert.ok(!parsed.ok)
  assert.equal(parsed.problem.code, 'jsonMalformed')
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parseJsonBody(bytes, defaultJsonLimits)
    }),
  )
})
