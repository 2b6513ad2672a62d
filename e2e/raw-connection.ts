import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { generate, type Packet, parser } from 'mqtt-packet'
import type { DeviceLogin } from './mqtt-device.ts'
import { inTime } from './until.ts'

/** A TCP connection over which anything can be sent, and what comes back is read as MQTT. */
export class RawConnection implements AsyncDisposable {
  readonly #socket: Socket
  readonly #packets: Packet[] = []
  readonly #ended: Promise<void>
  #hasEnded = false
  #onChange: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    const packets = parser()
    packets.on('packet', (packet) => {
      this.#packets.push(packet)
      this.#onChange?.()
    })
    socket.on('data', (chunk: Buffer) => packets.parse(chunk))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = promise
    const onEnd = (): void => {
      this.#hasEnded = true
      resolve()
      this.#onChange?.()
    }
    // A reset is an end like any other.
    socket.on('error', () => {})
    socket.on('end', onEnd).on('close', onEnd)
  }

  /** Packets, or bytes as a buffer or in hex with spaces. */
  send(...parts: readonly (Packet | Uint8Array | string)[]): void {
    for (const part of parts) {
      if (typeof part === 'string') this.#socket.write(Buffer.from(part.replaceAll(' ', ''), 'hex'))
      else if (part instanceof Uint8Array) this.#socket.write(part)
      else this.#socket.write(generate(part))
    }
  }

  /** We send no more, and still listen. */
  endInput(): void {
    this.#socket.end()
  }

  /** The next packet from the platform. */
  async packet(): Promise<Packet> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = (): void => {
      if (this.#packets.length > 0) resolve()
      else if (this.#hasEnded) reject(new Error('The connection ended'))
    }
    this.#onChange = look
    look()
    await inTime('a packet', promise)
    const packet = this.#packets.shift()
    assert.ok(packet !== undefined)
    return packet
  }

  /** Done when the platform has ended the connection. */
  async ended(): Promise<void> {
    await inTime('the end of the connection', this.#ended)
  }

  /** Packets that nobody has asked for. */
  get left(): readonly Packet[] {
    return this.#packets
  }

  /** Reads nothing, so that the platform cannot write, until `resume`. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
  }
}

export async function openRaw(port: number, from?: string): Promise<RawConnection> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    allowHalfOpen: true,
    ...(from === undefined ? {} : { localAddress: from }),
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('connect', resolve).once('error', reject)
  await inTime('a TCP connection', promise)
  socket.off('error', reject)
  return new RawConnection(socket)
}

/** The CONNECT of a device. */
export function connectPacket({ clientId, username, password }: DeviceLogin): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId,
    username,
    password: Buffer.from(password),
  }
}

/** A connection over which a device has logged in. */
export async function openSession(port: number, login: DeviceLogin): Promise<RawConnection> {
  const connection = await openRaw(port)
  connection.send(connectPacket(login))
  const connack = await connection.packet()
  assert.ok(connack.cmd === 'connack' && connack.returnCode === 0, JSON.stringify(connack))
  return connection
}
