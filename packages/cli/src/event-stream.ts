import { PlatformUnreachable, RestRefusal } from '@pileus/rest-contract'

/** One server-sent event. */
export interface ReceivedEvent {
  readonly name: string
  /** Empty where it has none. */
  readonly id: string
  readonly data: string
}

/** Longer than between two comments that say that the stream is still there. */
const silenceMsMax = 75_000
/** An event is a packet of at most 16 KiB, decoded; more without an end is none. */
const eventCharsMax = 4 * 1024 * 1024

export interface StreamOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Opens a stream of events. Rejects with `RestRefusal` or `PlatformUnreachable`; reading on ends
 * when the platform ends the stream, and throws `PlatformUnreachable` when it is lost or silent.
 */
export async function openEvents(
  url: string,
  { headers, signal }: StreamOptions,
): Promise<AsyncIterable<ReceivedEvent>> {
  const silence = new AbortController()
  const watchdog = setTimeout(() => silence.abort(), silenceMsMax)
  const stop = () => clearTimeout(watchdog)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const response = await fetch(url, {
      headers: { ...headers, Accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok || response.body === null) throw await refusalOf(response)
    return readOn(response.body, { signal, watchdog, stop })
  } catch (cause) {
    stop()
    throw lost(cause, signal)
  }
}

interface Reading {
  readonly signal: AbortSignal
  readonly watchdog: NodeJS.Timeout
  readonly stop: () => void
}

async function* readOn(
  body: ReadableStream<Uint8Array>,
  { signal, watchdog, stop }: Reading,
): AsyncGenerator<ReceivedEvent> {
  const decoder = new TextDecoder()
  const parser = new EventParser()
  try {
    for await (const chunk of body) {
      watchdog.refresh()
      yield* parser.push(decoder.decode(chunk, { stream: true }))
    }
  } catch (cause) {
    throw lost(cause, signal)
  } finally {
    stop()
    signal.removeEventListener('abort', stop)
  }
}

function lost(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (cause instanceof RestRefusal) return cause
  return new PlatformUnreachable('The stream of the platform is lost.', { cause })
}

async function refusalOf(response: Response): Promise<RestRefusal> {
  const text = await response.text()
  const { error, message } = parseObject(text)
  return new RestRefusal(
    response.status,
    typeof error === 'string' ? error : '',
    typeof message === 'string' ? message : `The answer was HTTP ${response.status}.`,
  )
}

function parseObject(text: string): { readonly error?: unknown; readonly message?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** Cuts text into events, as it comes in pieces. @see https://html.spec.whatwg.org, server-sent events */
export class EventParser {
  #rest = ''

  push(text: string): readonly ReceivedEvent[] {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    if (this.#rest.length > eventCharsMax) throw new Error('An event has no end.')
    return blocks.flatMap((block) => {
      const fields = new Map(block.split('\n').map(splitLine))
      const name = fields.get('event')
      // Comments have none.
      if (name === undefined) return []
      return [{ name, id: fields.get('id') ?? '', data: fields.get('data') ?? '' }]
    })
  }
}

function splitLine(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
}
