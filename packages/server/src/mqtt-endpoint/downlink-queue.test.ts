import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DownlinkQueue, type QueuedMessage } from './downlink-queue.ts'

function message(text: string, qos: 0 | 1 | 2 = 1): QueuedMessage {
  return { topic: 's/ds', payload: Buffer.from(text), qos }
}

function textsOf(messages: readonly QueuedMessage[]): string[] {
  return messages.map(({ payload }) => Buffer.from(payload).toString())
}

test('gives messages in order', () => {
  const queue = new DownlinkQueue({ queuedMessages: 2, queuedBytes: 100 })
  assert.deepEqual(queue.push(message('a')), [])
  assert.deepEqual(queue.push(message('b')), [])
  assert.equal(queue.bytes, 10)
  assert.deepEqual(textsOf([queue.shift() ?? message(''), queue.shift() ?? message('')]), [
    'a',
    'b',
  ])
  assert.equal(queue.shift(), undefined)
  assert.equal(queue.bytes, 0)
})

test('drops the oldest of QoS 0, else the oldest', () => {
  const queue = new DownlinkQueue({ queuedMessages: 2, queuedBytes: 100 })
  queue.push(message('a', 1))
  queue.push(message('b', 0))
  assert.deepEqual(textsOf(queue.push(message('c', 2))), ['b'])
  assert.deepEqual(textsOf(queue.push(message('d', 1))), ['a'])
  assert.deepEqual(textsOf(queue.push(message('e', 0))), ['e'])
})

test('drops as many as the bytes need', () => {
  const queue = new DownlinkQueue({ queuedMessages: 10, queuedBytes: 20 })
  queue.push(message('a'))
  queue.push(message('b'))
  queue.push(message('c'))
  assert.deepEqual(textsOf(queue.push(message('0123456789'))), ['a', 'b'])
  assert.equal(queue.size, 2)
})
