import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keepPayload } from './keep-payload.ts'
import { isSensitiveTopic, sensitiveTopics } from './sensitive-topics.ts'

describe('nothing is kept of', () => {
  for (const { topic } of sensitiveTopics) {
    for (const written of [
      topic,
      `/${topic}/`,
      topic.toUpperCase(),
      `${topic}/pump`,
      `//${topic}`,
    ]) {
      test(`a payload on ${written}`, () => {
        assert.ok(isSensitiveTopic(written))
        assert.deepEqual(keepPayload(written, Buffer.from('canary'), 1000), {
          size: 6,
          bytes: undefined,
        })
      })
    }
  }

  const secrets = [
    '400,acme_Key,-----BEGIN RSA PRIVATE KEY-----\nMIIE',
    '511,pump,curl -H "Authorization: Bearer abc.def"',
    '{"token":"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJwdW1wIn0.c2ln"}',
    '515,pump,fw,1.0,https://robot:hunter2@files.example/fw.bin',
  ]
  for (const secret of secrets) {
    test(`a payload with ${secret.slice(0, 40)}`, () => {
      assert.equal(keepPayload('s/us', Buffer.from(secret), 1000).bytes, undefined)
    })
  }
})

describe('everything is kept of', () => {
  const plain = ['211,25', '200,acme_T,T,70,C', '71,5', '515,pump,fw,1.0,https://files.example/fw']
  for (const text of plain) {
    test(text, () => {
      const { bytes } = keepPayload('s/us', Buffer.from(text), 1000)
      assert.equal(bytes && Buffer.from(bytes).toString(), text)
    })
  }
  for (const topic of ['s/us', 's/uc/ucr', 's/us/s/ucr', 't/us', 'event/events/create', 's/e']) {
    test(`a payload on ${topic}`, () => assert.ok(!isSensitiveTopic(topic)))
  }
})

test('of a long payload the beginning, in memory of its own', () => {
  const payload = Buffer.from('a'.repeat(100))
  const kept = keepPayload('s/us', payload, 10)
  assert.deepEqual(kept.size, 100)
  assert.equal(kept.bytes?.length, 10)
  assert.equal(kept.bytes.buffer.byteLength, 10)
  payload.fill('b')
  assert.equal(Buffer.from(kept.bytes).toString(), 'a'.repeat(10))
})
