import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'

/**
 * Bytes as a person writes them down, for tests that talk bytes.
 *
 * ```
 *   20 02 0000     hex digits in pairs, spaces where they help
 *   "abc"          a text as UTF-8
 *   <MQTT>         a text with two bytes of length before it
 *   [ … ]          the length field of MQTT, then what stands inside
 *   | rest         everything up to the end of the line is a remark
 * ```
 *
 * `bytes('30 [ <s/us> "211,25" ]')` is a PUBLISH. Throws where the text is not in this notation.
 */
export function bytes(notation: string): Uint8Array {
  const tokens = notation.match(/\|[^\n]*|"[^"]*"|<[^>]*>|\[|\]|[0-9a-f]{2}|\S/gi) ?? []
  const open: number[][] = [[]]
  for (const token of tokens) {
    const current = open.at(-1) as number[]
    if (token.startsWith('|')) continue
    if (token === '[') {
      open.push([])
    } else if (token === ']') {
      const body = open.pop() as number[]
      const outer = open.at(-1)
      if (outer === undefined) throw new Error(`A ] without [ in ${notation}`)
      outer.push(...lengthField(body.length), ...body)
    } else if (token.startsWith('"') && token.length > 1) {
      current.push(...Buffer.from(token.slice(1, -1)))
    } else if (token.startsWith('<')) {
      const text = Buffer.from(token.slice(1, -1))
      current.push(text.length >> 8, text.length & 0xff, ...text)
    } else if (token.length === 2) {
      current.push(Number.parseInt(token, 16))
    } else {
      throw new Error(`Not bytes: ${token} in ${notation}`)
    }
  }
  if (open.length !== 1) throw new Error(`A [ without ] in ${notation}`)
  return Uint8Array.from(open[0] ?? [])
}

function lengthField(length: number): readonly number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...lengthField(length >> 7)]
}

/** Waiting longer than this is a failure; what is awaited normally comes in milliseconds. */
const patienceMs = 5000

/**
 * One side of a conversation in bytes: sends exactly what is written down and expects exactly
 * what is written down. It understands no protocol, so it forgives nothing.
 */
export class ByteScript implements AsyncDisposable {
  readonly #wire: Wire
  #received: Buffer = Buffer.alloc(0)
  #hasEnded = false
  #onChange: (() => void) | undefined

  constructor(wire: Wire) {
    this.#wire = wire
    wire.listen(
      (chunk) => {
        this.#received = Buffer.concat([this.#received, chunk])
        this.#onChange?.()
      },
      () => {
        this.#hasEnded = true
        this.#onChange?.()
      },
    )
  }

  /** Notation of `bytes`, or bytes. */
  send(...parts: readonly (string | Uint8Array)[]): void {
    this.#wire.send(Buffer.concat(parts.map(toBytes)))
  }

  /** The next bytes that come are these. */
  async expect(...parts: readonly (string | Uint8Array)[]): Promise<void> {
    const expected = Buffer.concat(parts.map(toBytes))
    await this.#until(() => this.#received.length >= expected.length || this.#hasEnded)
    const actual = this.#received.subarray(0, expected.length)
    assert.equal(readable(actual), readable(expected))
    this.#received = this.#received.subarray(expected.length)
  }

  /** So many bytes, whatever they are. */
  async read(count: number): Promise<Uint8Array> {
    await this.#until(() => this.#received.length >= count || this.#hasEnded)
    const taken = this.#received.subarray(0, count)
    this.#received = this.#received.subarray(taken.length)
    return taken
  }

  /** The other side ends the conversation, with nothing said before. */
  async expectEnd(): Promise<void> {
    await this.#until(() => this.#hasEnded || this.#received.length > 0)
    assert.equal(readable(this.#received), '', 'bytes came before the end')
  }

  /** Our side is done with sending, and still listens. TCP only. */
  endInput(): void {
    this.#wire.endInput()
  }

  /** Neither reads nor lets the other side go on, until `listenAgain`. TCP only. */
  stopListening(): void {
    this.#wire.pause(true)
  }

  listenAgain(): void {
    this.#wire.pause(false)
  }

  /** Breaks the connection, so that the other side meets a reset. TCP only. */
  reset(): void {
    this.#wire.reset()
  }

  /** Leaves without a word of the protocol. */
  leave(): void {
    this.#wire.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.destroy()
  }

  async #until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timeout = setTimeout(() => {
      const seen = this.#received.length === 0 ? 'nothing' : readable(this.#received)
      reject(new assert.AssertionError({ message: `Waited in vain; received ${seen}` }))
    }, patienceMs)
    this.#onChange = () => {
      if (isTrue()) resolve()
    }
    try {
      await promise
    } finally {
      clearTimeout(timeout)
      this.#onChange = undefined
    }
  }
}

/** Opens a TCP connection to talk bytes over. */
export async function openByteScript(
  port: number,
  options: { readonly from?: string } = {},
): Promise<ByteScript> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    allowHalfOpen: true,
    ...(options.from !== undefined && { localAddress: options.from }),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.removeAllListeners('error')
  return new ByteScript(new TcpWire(socket))
}

/** The same over WebSocket: each `send` is one binary frame, or one for each of `frames`. */
export async function openWebSocketByteScript(
  url: string,
  protocols: readonly string[] = ['mqtt'],
): Promise<ByteScript & { readonly protocol: string }> {
  const socket = new WebSocket(url, [...protocols])
  socket.binaryType = 'arraybuffer'
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error(`No WebSocket at ${url}`)), {
      once: true,
    })
  })
  return Object.assign(new ByteScript(new WebSocketWire(socket)), { protocol: socket.protocol })
}

interface Wire {
  listen(onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void
  send(data: Uint8Array): void
  endInput(): void
  pause(isPaused: boolean): void
  destroy(): void
  reset(): void
}

class TcpWire implements Wire {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  listen(onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void {
    // A reset is an end like any other here.
    this.#socket.on('data', onChunk).on('error', () => {})
    this.#socket.on('end', onEnd).on('close', onEnd)
  }

  send(data: Uint8Array): void {
    this.#socket.write(data)
  }

  endInput(): void {
    this.#socket.end()
  }

  pause(isPaused: boolean): void {
    if (isPaused) this.#socket.pause()
    else this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  reset(): void {
    this.#socket.resetAndDestroy()
  }
}

class WebSocketWire implements Wire {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
  }

  listen(onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void {
    this.#socket.addEventListener('message', ({ data }) => onChunk(new Uint8Array(data)))
    this.#socket.addEventListener('close', onEnd)
  }

  send(data: Uint8Array): void {
    this.#socket.send(Uint8Array.from(data))
  }

  endInput(): void {
    throw new Error('A WebSocket has no half-open state')
  }

  pause(): void {
    throw new Error('This WebSocket cannot be paused')
  }

  destroy(): void {
    this.#socket.close()
  }

  reset(): void {
    throw new Error('A WebSocket cannot be reset')
  }
}

function toBytes(part: string | Uint8Array): Uint8Array {
  return typeof part === 'string' ? bytes(part) : part
}

/** Hex with the printable characters beside it, so that a difference can be read. */
function readable(data: Uint8Array): string {
  const hex = Buffer.from(data).toString('hex').replace(/../g, '$& ').trim()
  const text = Buffer.from(data)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '·')
  return data.length === 0 ? '' : `${hex}  ${text}`
}
