import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteLength, packRows } from './messages.ts'

const rows = fc.array(
  fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((text) => `400,t,x${text.replaceAll('\n', ' ')}`),
)

test('rows stay as they are and in order, and no packet is too large', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 120, max: 400 }), (given, packetBytesMax) => {
      const messages = packRows('s/us', given, packetBytesMax)
      assert.deepEqual(messages.join('\n'), given.join('\n'))
      for (const message of messages) assert.ok(byteLength(message) + 4 + 9 <= packetBytesMax)
    }),
  )
})

test('no message has more rows than a server reads', () => {
  const given = Array.from({ length: 2_050 }, () => '125')
  const counts = packRows('s/us', given, 16_184).map((message) => message.split('\n').length)
  assert.deepEqual(counts, [1_024, 1_024, 2])
})

test('a row that fits into no message is refused', () => {
  assert.throws(() => packRows('s/us', ['125', `113,${'ä'.repeat(60)}`], 130), {
    code: 'messageTooLarge',
  })
})
