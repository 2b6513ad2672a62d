import assert from 'node:assert/strict'
import type { Document } from './rest-client.ts'
import type { Platform } from './start-platform.ts'
import { inTime } from './until.ts'

export interface StreamEvent {
  readonly name: string
  readonly id: string
  readonly data: Document
}

/** Server-sent events as the administrator of the tenant reads them. */
export class EventStream implements AsyncDisposable {
  readonly #controller: AbortController
  readonly #events: AsyncGenerator<StreamEvent>

  private constructor(controller: AbortController, events: AsyncGenerator<StreamEvent>) {
    this.#controller = controller
    this.#events = events
  }

  static async open(
    { httpUrl, tenant, admin }: Platform,
    path: string,
    lastEventId?: string,
  ): Promise<EventStream> {
    const controller = new AbortController()
    const login = Buffer.from(`${tenant}/${admin.user}:${admin.password}`).toString('base64')
    const response = await fetch(httpUrl + path, {
      headers: {
        authorization: `Basic ${login}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: controller.signal,
    })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    assert.ok(response.body)
    return new EventStream(controller, readEvents(response.body))
  }

  /** The next event; `undefined` when the platform has ended the stream. */
  async next(): Promise<StreamEvent | undefined> {
    const { value } = await inTime('an event', this.#events.next())
    return value === undefined ? undefined : value
  }

  /** The first event from here on that is as wanted. */
  async until(what: string, isWanted: (event: StreamEvent) => boolean): Promise<StreamEvent> {
    for (;;) {
      const event = await this.next()
      assert.ok(event, `the stream ended without ${what}`)
      if (isWanted(event)) return event
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort()
  }
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n').map((line) => line.split(/: (.*)/s, 2))
      const field = (name: string) => lines.find(([each]) => each === name)?.[1] ?? ''
      // Comments say that the stream is still there.
      if (field('event') === '') continue
      yield { name: field('event'), id: field('id'), data: JSON.parse(field('data')) }
    }
  }
}
