import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePayload } from '@pileus/smartrest'
import fc from 'fast-check'
import { splitMessages } from './row-messages.ts'

const pieces = fc.constantFrom('211', ',', '"', '\\"', '\n', '\r\n', ' ', 'ä', 'abc')

test('all rows, in order, in messages that are as few as they may be', () => {
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 60 }),
      fc.integer({ min: 5, max: 40 }),
      (parts, max) => {
        const payload = parts.join('')
        const messages = splitMessages(payload, max)
        assert.deepEqual(
          messages.flatMap((message) => parsePayload(message).rows),
          parsePayload(payload).rows,
        )
        for (const [index, message] of messages.entries()) {
          const { rows, problem } = parsePayload(message)
          const count = rows.length + (problem === undefined ? 0 : 1)
          assert.ok(Buffer.byteLength(message) <= max || count === 1)
          const [next] = messages.slice(index + 1)
          if (next === undefined) continue
          const [first = ''] = splitMessages(next, 1)
          assert.ok(Buffer.byteLength(`${message}\n${first}`) > max)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a message has at most 1024 rows', () => {
  const rows = Array.from({ length: 2500 }, () => '105')
  const counts = splitMessages(rows.join('\n'), 1e6).map((message) => message.split('\n').length)
  assert.deepEqual(counts, [1024, 1024, 452])
})
