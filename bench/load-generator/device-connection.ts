import { connect as connectSocket, type Socket } from 'node:net'
import {
  encodeConnect,
  encodeDisconnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  type Packet,
  PacketDecoder,
  type PacketProblem,
  type Publish,
} from '@pileus/mqtt-wire'
import { type MessageRing, ringSlots } from './message-ring.ts'
import type { Login } from './requests.ts'

/** Every read of every connection ends up here: each is used up before the next one begins. */
const readBuffer = Buffer.alloc(64 * 1024)

/** Longer than any measurement, but supervised, as it would be in the field. */
const keepAliveSeconds = 600

/** The server answered CONNECT with another code than 0, or not at all. */
export class RefusedError extends Error {
  /** A CONNACK code, or a word where there was none. */
  readonly code: string

  constructor(code: string) {
    super(`CONNECT was refused: ${code}`)
    this.code = code
  }
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** One MQTT connection, reduced to what a load generator needs of it. */
export class DeviceConnection {
  readonly clientId: string
  readonly #socket: Socket
  readonly #decoder = new PacketDecoder({ packetBytesMax: 256 * 1024 })
  /** Messages of rings, which are acknowledged in their order. */
  #sent = 0
  #acknowledged = 0
  /** Other messages, by packet id. */
  readonly #waiting = new Map<number, () => void>()
  #nextId = ringSlots + 1
  #isClosing = false
  #onAnswer: (packet: Packet) => void = () => {}
  #onEnd: (reason: string) => void = () => {}

  /** Told how many more messages have been acknowledged. */
  onAcknowledged: (count: number) => void = () => {}
  /** Told of messages from the server. */
  onPublish: (publish: Publish) => void = () => {}
  /** Told when the connection ends although nobody asked for it. */
  onLost: (reason: string) => void = () => {}

  private constructor(address: Address, clientId: string) {
    this.clientId = clientId
    this.#socket = connectSocket({
      ...address,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytesRead) => {
          this.#read(readBuffer.subarray(0, bytesRead))
          return true
        },
      },
    })
    this.#socket.on('error', (error) => this.#end(error.message))
    this.#socket.on('end', () => this.#end('closed by the server'))
  }

  /** Opens a connection. Rejects with `RefusedError` unless CONNACK 0 comes. */
  static async open(address: Address, login: Login): Promise<DeviceConnection> {
    const { clientId, userName, password } = login
    const connection = new DeviceConnection(address, clientId)
    const connack = await connection.#ask(
      encodeConnect({
        clientId,
        keepAliveSeconds,
        ...(userName === undefined ? {} : { userName }),
        ...(password === undefined ? {} : { password: new TextEncoder().encode(password) }),
      }),
    )
    if (connack.kind !== 'connack') throw new RefusedError(connack.kind)
    if (connack.code !== 0) {
      connection.close()
      throw new RefusedError(String(connack.code))
    }
    connection.#onEnd = (reason) => connection.onLost(`${clientId}: ${reason}`)
    return connection
  }

  async subscribe(filter: string): Promise<void> {
    const answer = await this.#ask(
      encodeSubscribe({ packetId: this.#takeId(), subscriptions: [{ filter, qos: 1 }] }),
    )
    if (answer.kind !== 'suback' || answer.codes[0] === 0x80) {
      throw new Error(`${this.clientId} may not subscribe to ${filter}`)
    }
  }

  get unacknowledged(): number {
    return this.#sent - this.#acknowledged
  }

  /** Sends the next `count` messages of the ring in one go. */
  send(ring: MessageRing, count: number): void {
    this.#socket.write(ring.messages(this.#sent, count))
    this.#sent += count
  }

  /** Publishes something that is none of a ring. Resolves when it is acknowledged. */
  publish(topic: string, payload: string): Promise<void> {
    const packetId = this.#takeId()
    return new Promise((resolve) => {
      this.#waiting.set(packetId, resolve)
      const bytes = new TextEncoder().encode(payload)
      this.#socket.write(encodePublish({ topic, payload: bytes, qos: 1, packetId }))
    })
  }

  /** Ends it in good order. */
  close(): void {
    this.#isClosing = true
    this.#socket.end(encodeDisconnect())
  }

  /** Sends a packet and waits for the answer to it, which is neither PUBACK nor PUBLISH. */
  #ask(packet: Uint8Array): Promise<Packet> {
    return new Promise((resolve, reject) => {
      const onEndAfterwards = this.#onEnd
      this.#onAnswer = (answer) => {
        this.#onEnd = onEndAfterwards
        resolve(answer)
      }
      this.#onEnd = (reason) => reject(new RefusedError(reason))
      this.#socket.write(packet)
    })
  }

  #read(chunk: Uint8Array): void {
    const acknowledgedBefore = this.#acknowledged
    this.#decoder.push(chunk)
    for (let packet = this.#decoder.next(); packet !== undefined; packet = this.#decoder.next()) {
      if (packet.kind === 'puback') this.#noteAcknowledgement(packet.packetId)
      else if (packet.kind === 'publish') this.#receive(packet)
      else if (packet.kind === 'problem') return this.#refuse(packet)
      else this.#onAnswer(packet)
    }
    const count = this.#acknowledged - acknowledgedBefore
    if (count > 0) this.onAcknowledged(count)
  }

  #receive(publish: Publish): void {
    this.onPublish(publish)
    if (publish.qos === 1) this.#socket.write(encodePuback(publish.packetId))
  }

  /** Ids that no message of a ring has. */
  #takeId(): number {
    const id = this.#nextId
    this.#nextId = id === 0xffff ? ringSlots + 1 : id + 1
    return id
  }

  /** The server acknowledges in the order of the messages. @see MQTT 3.1.1 §4.6 */
  #noteAcknowledgement(packetId: number): void {
    if (packetId > ringSlots) {
      this.#waiting.get(packetId)?.()
      this.#waiting.delete(packetId)
      return
    }
    const awaited = (this.#acknowledged % ringSlots) + 1
    if (packetId !== awaited || this.unacknowledged === 0) {
      this.#end(`PUBACK ${packetId} came where ${awaited} was awaited`)
      this.#socket.destroy()
      return
    }
    this.#acknowledged++
  }

  #refuse(problem: PacketProblem): void {
    this.#end(`the server sent a malformed packet: ${problem.code}`)
    this.#socket.destroy()
  }

  #end(reason: string): void {
    if (this.#isClosing) return
    this.#isClosing = true
    this.#onEnd(reason)
  }
}
