import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { apiHeaders } from './api-headers.ts'

/** One event of a stream; its data is sent as JSON. */
export interface ServerSentEvent {
  readonly name: string
  /** What a reader sends as `Last-Event-ID` to go on behind it. */
  readonly id?: number
  readonly data: object
}

/** Where the events of one stream come from. */
export interface EventFeed {
  /** The next events, once there are some; none at all when the stream is over. */
  next(): Promise<readonly ServerSentEvent[]>
  /** The reader has left, or takes too long. */
  end(reason: 'left' | 'slow'): void
}

export interface EventStreamLimits {
  /** Without an event a comment is sent, so that a broken connection is noticed. */
  readonly eventPingMs: number
  /** A reader that takes nothing for so long is cut off (security S-10.2). */
  readonly eventStallMs: number
}

/**
 * Sends events until the feed or the reader has enough. The feed is asked for more only when the
 * reader has taken what it was sent, so a slow one costs what lies in the socket and no more.
 */
export async function sendEvents(
  reply: FastifyReply,
  feed: EventFeed,
  { eventPingMs, eventStallMs }: EventStreamLimits,
): Promise<FastifyReply> {
  reply.hijack()
  const { raw } = reply
  raw.once('close', () => feed.end('left'))
  // A reader that has gone is no failure of ours.
  raw.on('error', () => {})
  raw.writeHead(200, { ...apiHeaders, 'Content-Type': 'text/event-stream;charset=UTF-8' })
  raw.flushHeaders()
  if (reply.request.method === 'HEAD') {
    feed.end('left')
    raw.end()
    return reply
  }
  const ping = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(': still here\n\n')
  }, eventPingMs)
  try {
    for (let events = await feed.next(); events.length > 0; events = await feed.next()) {
      if (raw.write(events.map(formatEvent).join('')) || (await drains(raw, eventStallMs))) continue
      feed.end('slow')
      raw.destroy()
      break
    }
  } catch (error) {
    // There is no other way left to tell the reader; it comes again.
    raw.destroy()
    throw error
  } finally {
    clearInterval(ping)
    feed.end('left')
  }
  raw.end()
  return reply
}

export function formatEvent({ name, id, data }: ServerSentEvent): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `event: ${name}\n${idLine}data: ${JSON.stringify(data)}\n\n`
}

/** Whether the reader has taken everything in time. */
async function drains(raw: ServerResponse, stallMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const onDrain = () => resolve(true)
  const onClose = () => resolve(false)
  const timer = setTimeout(() => resolve(false), stallMs)
  raw.once('drain', onDrain).once('close', onClose)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    raw.off('drain', onDrain).off('close', onClose)
  }
}
