import type { Socket } from 'node:net'
import type { Carrier, CarrierOwner } from './carrier.ts'

/** Shared listeners find their connection here: closures for each socket would cost memory. */
interface OwnedSocket extends Socket {
  mqttOwner?: CarrierOwner
}

/** Works for TLS sockets too. */
export class TcpCarrier implements Carrier {
  readonly transport = 'tcp'
  readonly remoteAddress: string
  readonly #socket: OwnedSocket
  #onTaken: (() => void) | undefined
  #isWriting = false

  constructor(socket: Socket, remoteAddress: string) {
    this.#socket = socket
    this.remoteAddress = remoteAddress
  }

  /** From now on the owner hears of everything. */
  attach(owner: CarrierOwner): void {
    this.#socket.mqttOwner = owner
    this.#socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket
    if (!socket.writable) return true
    this.#onTaken ??= () => this.#taken()
    socket.write(bytes, this.#onTaken)
    this.#isWriting = socket.writableLength > 0
    return !this.#isWriting
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Comes for every write, also for one that was taken at once; a failed one ends in `close`. */
  #taken(): void {
    if (!this.#isWriting || this.#socket.writableLength > 0) return
    this.#isWriting = false
    this.#socket.mqttOwner?.onWritten()
  }
}

function onData(this: OwnedSocket, chunk: Uint8Array): void {
  this.mqttOwner?.onBytes(chunk)
}

function onEnd(this: OwnedSocket): void {
  this.mqttOwner?.onInputEnded()
}

/** `close` follows and says all that is to say: which side broke a connection tells nobody much. */
function onError(): void {}

function onClose(this: OwnedSocket): void {
  const owner = this.mqttOwner
  delete this.mqttOwner
  owner?.onGone()
}
