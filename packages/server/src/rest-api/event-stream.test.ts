// On real sockets: what a reader of a stream sees, and what a bad one costs.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test } from 'node:test'
import fastify from 'fastify'
import { type EventFeed, type ServerSentEvent, sendEvents } from './event-stream.ts'

/** A feed of the events that are pushed, and a list of how it was ended. */
class TestFeed implements EventFeed {
  readonly endings: string[] = []
  asked = 0
  readonly #queue: ServerSentEvent[] = []
  #isOver = false
  #wake: (() => void) | undefined
  readonly #whenEnded = Promise.withResolvers<void>()

  push(...events: readonly ServerSentEvent[]): void {
    this.#queue.push(...events)
    this.#wake?.()
  }

  finish(): void {
    this.#isOver = true
    this.#wake?.()
  }

  async next(): Promise<readonly ServerSentEvent[]> {
    this.asked++
    while (this.#queue.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#queue.splice(0, 1)
  }

  end(reason: 'left' | 'slow'): void {
    this.endings.push(reason)
    this.finish()
    this.#whenEnded.resolve()
  }

  async ended(): Promise<string | undefined> {
    await this.#whenEnded.promise
    return this.endings[0]
  }
}

async function serve(feed: EventFeed, limits = { eventPingMs: 60_000, eventStallMs: 60_000 }) {
  const app = fastify({ forceCloseConnections: true })
  app.get('/stream', (_, reply) => sendEvents(reply, feed, limits))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/stream`,
    port,
    [Symbol.asyncDispose]: () => app.close(),
  }
}

/** A reader that has asked and reads nothing. */
async function askOnly(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').pause()
  await once(socket, 'connect')
  socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n')
  return socket
}

const event = (id: number): ServerSentEvent => ({ name: 'packet', id, data: { text: 'a\nb' } })

test('events arrive as they are written down, until the feed is over', async () => {
  const feed = new TestFeed()
  await using server = await serve(feed)
  const response = await fetch(server.url)
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  feed.push(event(7), { name: 'state', data: {} })
  feed.finish()
  assert.equal(
    await response.text(),
    'event: packet\nid: 7\ndata: {"text":"a\\nb"}\n\nevent: state\ndata: {}\n\n',
  )
  assert.equal(await feed.ended(), 'left')
})

test('a reader that takes nothing is cut off, and costs what its socket holds', async () => {
  const feed = new TestFeed()
  await using server = await serve(feed, { eventPingMs: 60_000, eventStallMs: 100 })
  const socket = await askOnly(server.port)
  const closed = once(socket, 'close')
  const large = { name: 'packet', data: { text: 'x'.repeat(64 * 1024) } }
  const count = 10_000
  feed.push(...Array.from({ length: count }, () => large))
  assert.equal(await feed.ended(), 'slow')
  // 640 MB were there to be sent; what it was asked for is what the system buffers.
  assert.ok(feed.asked < 1000, `${feed.asked} events were asked for`)
  socket.resume()
  await closed
})

test('a reader that goes away ends the feed', async () => {
  const feed = new TestFeed()
  await using server = await serve(feed)
  const socket = await askOnly(server.port)
  feed.push(event(1))
  await once(socket.resume(), 'data')
  socket.destroy()
  assert.equal(await feed.ended(), 'left')
})

test('a stream whose feed fails ends, and so does one that is only asked about', async () => {
  const failing = new TestFeed()
  failing.next = () => Promise.reject(new Error('no more'))
  await using broken = await serve(failing)
  await assert.rejects(async () => (await fetch(broken.url)).text())
  assert.equal(await failing.ended(), 'left')

  const feed = new TestFeed()
  await using server = await serve(feed)
  const response = await fetch(server.url, { method: 'HEAD' })
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.equal(await feed.ended(), 'left')
})

test('a silent stream says that it is still there', async () => {
  const feed = new TestFeed()
  await using server = await serve(feed, { eventPingMs: 10, eventStallMs: 60_000 })
  const response = await fetch(server.url)
  const reader = response.body?.getReader()
  const part = await reader?.read()
  assert.equal(Buffer.from(part?.value ?? []).toString(), ': still here\n\n')
  await reader?.cancel()
  assert.equal(await feed.ended(), 'left')
})
