import type { RawData, WebSocket } from 'ws'
import type { Carrier, CarrierOwner } from './carrier.ts'

/** Codes of RFC 6455 §7.4.1 */
const statusNormal = 1000
const statusUnsupportedData = 1003
/** Stands for a connection that broke without a close frame. */
const statusNone = 1006

/** Binary frames are cut anywhere, as a TCP stream is; text frames are misuse. */
export class WebSocketCarrier implements Carrier {
  readonly transport = 'websocket'
  readonly remoteAddress: string
  readonly host?: string
  readonly #socket: WebSocket
  #owner: CarrierOwner | undefined
  #onTaken: (() => void) | undefined
  #isWriting = false

  constructor(socket: WebSocket, remoteAddress: string, host: string | undefined) {
    this.#socket = socket
    this.remoteAddress = remoteAddress
    if (host !== undefined) this.host = host
  }

  attach(owner: CarrierOwner): void {
    this.#owner = owner
    this.#socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary))
    this.#socket.on('error', (error) => this.#onError(error))
    this.#socket.on('close', (status) => this.#onClose(status))
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return true
    this.#onTaken ??= () => this.#taken()
    socket.send(bytes, this.#onTaken)
    this.#isWriting = socket.bufferedAmount > 0
    return !this.#isWriting
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.close(statusNormal)
  }

  destroy(): void {
    this.#socket.terminate()
  }

  /** Comes for every frame, also for one that was taken at once; a failed one ends in `close`. */
  #taken(): void {
    if (!this.#isWriting || this.#socket.bufferedAmount > 0) return
    this.#isWriting = false
    this.#owner?.onWritten()
  }

  /** `ws` gives single buffers unless told otherwise. */
  #onMessage(data: RawData, isBinary: boolean): void {
    if (isBinary && data instanceof Uint8Array) {
      this.#owner?.onBytes(data)
      return
    }
    this.#socket.close(statusUnsupportedData, 'MQTT comes in binary frames')
    this.#owner?.onMisuse('A text frame.')
  }

  /** Frames that break RFC 6455 or the size limit; `ws` answers them and closes. */
  #onError(error: Error): void {
    if ('code' in error && String(error.code).startsWith('WS_ERR')) {
      this.#owner?.onMisuse(error.message)
    }
  }

  #onClose(status: number): void {
    const owner = this.#owner
    this.#owner = undefined
    if (status !== statusNone) owner?.onInputEnded()
    owner?.onGone()
  }
}
