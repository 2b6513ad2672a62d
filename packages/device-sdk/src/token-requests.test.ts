import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deferred } from './deferred.ts'
import { DeviceError } from './device-error.ts'
import { TokenRequests } from './token-requests.ts'

/** Requests, how often was asked, and a clock to move. */
function openScene(timeoutMs = 10_000) {
  const scene = { now: 0, asked: 0 }
  const tokens = new TokenRequests(timeoutMs, () => scene.now)
  const request = () =>
    tokens.request(async () => {
      scene.asked++
    })
  return { scene, tokens, request }
}

test('all who wait share one question and its answer', async () => {
  const { scene, tokens, request } = openScene()
  const answers = [request(), request(), request()]
  assert.equal(tokens.receive(['71', 'a.b.c']), true)
  assert.deepEqual(await Promise.all(answers), ['a.b.c', 'a.b.c', 'a.b.c'])
  assert.equal(scene.asked, 1)
  assert.equal(tokens.receive(['71', 'nobody asked']), false)
})

test('a server is not asked again while it would not answer', async () => {
  const { scene, tokens, request } = openScene()
  const first = request()
  tokens.receive(['71', 'first'])
  await first
  scene.now += 9_999
  assert.equal(await request(), 'first')
  assert.equal(scene.asked, 1)
  scene.now += 1
  const second = request()
  assert.equal(scene.asked, 2)
  tokens.receive(['71', 'second'])
  assert.equal(await second, 'second')
})

test('a question that is never answered takes no place in the row of answers', async () => {
  const { tokens, request } = openScene(1)
  await assert.rejects(request(), { code: 'noReply' })
  const next = request()
  assert.equal(tokens.receive(['72', 'something else']), false)
  assert.equal(tokens.receive(['71', 'a.b.c']), true)
  assert.equal(await next, 'a.b.c')
})

test('a question that cannot be sent fails with the reason, and the next one is asked', async () => {
  const { tokens, request } = openScene()
  const full = new DeviceError('queueFull', 'full')
  await assert.rejects(
    tokens.request(() => Promise.reject(full)),
    full,
  )
  const next = request()
  tokens.receive(['71', 'a.b.c'])
  assert.equal(await next, 'a.b.c')
})

test('the end of a connection ends what has arrived, and leaves what waits to be sent', async () => {
  const { scene, tokens, request } = openScene()
  const arrived = request()
  await new Promise(setImmediate)
  tokens.forget('lost')
  await assert.rejects(arrived, { code: 'noReply', message: 'lost' })
  const sent = deferred<void>()
  const waiting = tokens.request(() => sent.promise)
  tokens.forget('lost')
  sent.resolve(undefined)
  tokens.receive(['71', 'a.b.c'])
  assert.equal(await waiting, 'a.b.c')
  tokens.forget('lost')
  const next = request()
  assert.equal(scene.asked, 2, 'another session may be asked at once')
  tokens.receive(['71', 'd.e.f'])
  assert.equal(await next, 'd.e.f')
})
