import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deferred } from './deferred.ts'
import { DeviceError } from './device-error.ts'
import { Replies } from './replies.ts'

const arrived = (): Promise<void> => Promise.resolve()

test('answers go to the questions in order, each kind by itself', async () => {
  const replies = new Replies(10_000)
  const first = replies.expect('106', arrived)
  const id = replies.expect('124', arrived)
  const second = replies.expect('106', arrived)
  assert.equal(replies.receive(['124', '7702']), true)
  assert.equal(replies.receive(['106', 'a', 'b']), true)
  assert.equal(replies.receive(['106']), true)
  assert.equal(replies.receive(['106', 'nobody asked']), false)
  assert.deepEqual(await Promise.all([first, id, second]), [['a', 'b'], ['7702'], []])
})

test('an answer that comes too late is not that of the next question', async () => {
  const replies = new Replies(1)
  await assert.rejects(replies.expect('124', arrived), { code: 'noReply' })
  const next = replies.expect('124', arrived)
  replies.receive(['124', 'late'])
  replies.receive(['124', '7702'])
  assert.deepEqual(await next, ['7702'])
})

test('a question that was not sent waits for no answer', async () => {
  const replies = new Replies(10_000)
  const full = new DeviceError('queueFull', 'full')
  await assert.rejects(
    replies.expect('124', () => Promise.reject(full)),
    full,
  )
  const next = replies.expect('124', arrived)
  replies.receive(['124', '7702'])
  assert.deepEqual(await next, ['7702'])
})

test('the end of a connection answers what has arrived, and leaves what waits to be sent', async () => {
  const replies = new Replies(10_000)
  const asked = replies.expect('124', arrived)
  const sent = deferred<void>()
  const waiting = replies.expect('124', () => sent.promise)
  await new Promise(setImmediate)
  replies.forget('lost')
  await assert.rejects(asked, { code: 'noReply', message: 'lost' })
  sent.resolve(undefined)
  replies.receive(['124', '7702'])
  assert.deepEqual(await waiting, ['7702'])
})

test('a question that fails with its connection leaves no place behind', async () => {
  const replies = new Replies(10_000)
  const sent = deferred<void>()
  const asked = replies.expect('124', () => sent.promise)
  replies.forget('lost')
  sent.reject(new DeviceError('noReply', 'never arrived'))
  await assert.rejects(asked, { message: 'never arrived' })
  const next = replies.expect('124', arrived)
  replies.receive(['124', '7702'])
  assert.deepEqual(await next, ['7702'])
})
