import { createServer, type Server, type Socket } from 'node:net'
import mqttPacket, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet'
import { findFreePort } from './free-port.ts'
import { inTime } from './until.ts'

export interface Received {
  readonly topic: string
  readonly payload: string
  readonly packetId: number | undefined
  readonly isRepeated: boolean
  /** Of the connection that brought it, counted from 1. */
  readonly connection: number
}

/**
 * An MQTT server that does what a test tells it to: it refuses logins, keeps acknowledgements to
 * itself and ends connections at the worst moment. It subscribes everybody to everything.
 */
export class ScriptedServer implements AsyncDisposable {
  /** In order of arrival. */
  readonly received: Received[] = []
  readonly connects: IConnectPacket[] = []
  /** Codes of CONNACK for the next connections; 0 for all after them. */
  readonly refusals: number[] = []
  /** Whether a message is acknowledged; those that are not stay so. */
  acknowledges: (message: Received) => boolean = () => true
  /** Called after the acknowledgement. */
  onMessage: (message: Received) => void = () => {}
  /** Called after SUBACK. */
  onSubscribe: (topics: readonly string[]) => void = () => {}
  #server: Server | undefined
  readonly #sockets = new Set<Socket>()
  readonly #port: number
  #nextPacketId = 1
  #onChange: (() => void) | undefined

  constructor(port: number) {
    this.#port = port
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer(await findFreePort())
    await server.open()
    return server
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  get connectionCount(): number {
    return this.#sockets.size
  }

  /** Accepts connections, again if it has been closed. */
  async open(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
  }

  /** Ends everything without a word, and accepts nothing. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.dropConnections()
    if (server !== undefined) await new Promise((resolve) => server.close(resolve))
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  deliver(topic: string, payload: string): void {
    const packetId = this.#nextPacketId++
    for (const socket of this.#sockets) {
      write(socket, { ...plainPublish, topic, payload, messageId: packetId })
    }
  }

  /** Payloads of a topic, in order of arrival. */
  payloads(topic = 's/us'): readonly string[] {
    return this.received.filter((each) => each.topic === topic).map(({ payload }) => payload)
  }

  /** Done when what has come is enough. */
  async until(what: string, isEnough: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onChange = () => {
      if (isEnough()) resolve()
    }
    this.#onChange()
    await inTime(`${what}; so far ${JSON.stringify(this.received)}`, promise)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #accept(socket: Socket): void {
    const parser = mqttPacket.parser({ protocolVersion: 4 })
    this.#sockets.add(socket)
    socket.on('error', () => {
      // A reset is how these connections end.
    })
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#onChange?.()
    })
    socket.on('data', (bytes: Buffer) => parser.parse(bytes))
    parser.on('packet', (packet) => this.#answer(socket, packet))
  }

  #answer(socket: Socket, packet: Packet): void {
    if (packet.cmd === 'connect') {
      this.connects.push(packet)
      const returnCode = this.refusals.shift() ?? 0
      write(socket, { cmd: 'connack', returnCode, sessionPresent: false })
      if (returnCode !== 0) socket.end()
    } else if (packet.cmd === 'subscribe') {
      const granted = packet.subscriptions.map(() => 1)
      write(socket, { cmd: 'suback', messageId: packet.messageId ?? 0, granted })
      this.onSubscribe(packet.subscriptions.map(({ topic }) => topic))
    } else if (packet.cmd === 'unsubscribe') {
      write(socket, { cmd: 'unsuback', messageId: packet.messageId ?? 0, granted: [] })
    } else if (packet.cmd === 'pingreq') {
      write(socket, { cmd: 'pingresp' })
    } else if (packet.cmd === 'publish') {
      this.#receive(socket, packet)
    }
    this.#onChange?.()
  }

  #receive(socket: Socket, packet: IPublishPacket): void {
    const message = {
      topic: packet.topic,
      payload: packet.payload.toString(),
      packetId: packet.messageId,
      isRepeated: packet.dup,
      connection: this.connects.length,
    }
    this.received.push(message)
    if (this.acknowledges(message) && packet.messageId !== undefined) {
      write(socket, { cmd: 'puback', messageId: packet.messageId })
    }
    this.onMessage(message)
  }
}

const plainPublish = { cmd: 'publish', qos: 1, dup: false, retain: false } as const

function write(socket: Socket, packet: Packet): void {
  if (!socket.destroyed) socket.write(mqttPacket.generate(packet))
}
