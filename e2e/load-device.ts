import { connect, type Socket } from 'node:net'
import { generate, type Packet, parser } from 'mqtt-packet'
import type { History, SentMessage } from './load-history.ts'
import type { DeviceLogin } from './mqtt-device.ts'
import { inTime } from './until.ts'

/** What a device does with messages that were not acknowledged when its connection was lost. */
export type Recovery = 'retransmit' | 'republish'

export interface LoadOptions {
  readonly login: DeviceLogin
  readonly qos: 1 | 2
  readonly recovery: Recovery
  readonly history: History
  readonly onAcknowledged: () => void
}

/** Messages on the way at a time. */
const windowSize = 4

/** A publish that waits for PUBACK or PUBREC. */
interface InFlight {
  readonly packetId: number
  readonly sequence: number
  readonly attempt: number
  readonly message: SentMessage
}

/**
 * A device that sends as fast as it is acknowledged and writes down what it sent and what was
 * acknowledged. Speaks MQTT with the packets of `mqtt-packet`, since a client library decides by
 * itself what it sends again.
 */
export class LoadDevice {
  readonly #options: LoadOptions
  #socket: Socket | undefined
  #closed: Promise<void> = Promise.resolve()
  /** In the order of sending. */
  #inFlight: InFlight[] = []
  #packetId = 0
  #sequence = 0
  #isSending = false
  #onIdle: (() => void) | undefined

  constructor(options: LoadOptions) {
    this.#options = options
  }

  /** Connects, deals with what the last connection left open, and sends on. */
  async connect(port: number): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket = socket
    const closed = Promise.withResolvers<void>()
    this.#closed = closed.promise
    const accepted = Promise.withResolvers<void>()
    const packets = parser()
    packets.on('packet', (packet) => {
      if (packet.cmd !== 'connack') this.#onPacket(packet)
      else if (packet.returnCode === 0) accepted.resolve()
      else accepted.reject(new Error(`CONNACK ${packet.returnCode}`))
    })
    packets.on('error', (error) => this.#surprise(`sent no MQTT: ${error.message}`))
    socket.on('data', (chunk: Buffer) => packets.parse(chunk))
    // The server was killed: that is the point.
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isSending = false
      closed.resolve()
      accepted.reject(new Error('The connection ended before CONNACK'))
    })
    const { login } = this.#options
    this.#send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: login.clientId,
      username: login.username,
      password: Buffer.from(login.password),
    })
    await inTime(`CONNACK for ${login.clientId}`, accepted.promise)
    this.#isSending = true
    this.#recover()
    this.#fillWindow()
  }

  /** Done when the connection has ended, from whichever side. */
  async disconnected(): Promise<void> {
    await inTime(`the end of ${this.#options.login.clientId}`, this.#closed)
  }

  /** Sends nothing new, waits until everything is acknowledged, and disconnects. */
  async finish(): Promise<void> {
    this.#isSending = false
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onIdle = resolve
    if (this.#inFlight.length === 0) resolve()
    await inTime(`the last acknowledgements of ${this.#options.login.clientId}`, promise)
    this.#send({ cmd: 'disconnect' })
    this.#socket?.end()
    await this.disconnected()
  }

  #recover(): void {
    const left = this.#inFlight
    this.#inFlight = []
    for (const { packetId, sequence, attempt, message } of left) {
      if (this.#options.recovery === 'retransmit') {
        message.isRetransmitted = true
        this.#inFlight.push({ packetId, sequence, attempt, message })
        this.#publish(packetId, sequence, message, true)
      } else {
        this.#publishNew(sequence, attempt + 1)
      }
    }
  }

  #fillWindow(): void {
    while (this.#isSending && this.#inFlight.length < windowSize) {
      this.#sequence += 1
      this.#publishNew(this.#sequence, 0)
    }
  }

  #publishNew(sequence: number, attempt: number): void {
    const { login, qos, history } = this.#options
    this.#packetId = (this.#packetId % 0xffff) + 1
    const key = `${login.clientId}/${sequence}/${attempt}`
    const message: SentMessage = {
      device: login.clientId,
      key,
      qos,
      isRetransmitted: false,
      isAcknowledged: false,
    }
    history.messages.push(message)
    this.#inFlight.push({ packetId: this.#packetId, sequence, attempt, message })
    this.#publish(this.#packetId, sequence, message, false)
  }

  #publish(messageId: number, sequence: number, { key, qos }: SentMessage, dup: boolean): void {
    const payload = `400,acme_Load,${key}\n200,acme_Load,S,${sequence},${key}`
    this.#send({ cmd: 'publish', topic: 's/us', payload, qos, dup, retain: false, messageId })
  }

  #onPacket(packet: Packet): void {
    switch (packet.cmd) {
      case 'puback':
        return this.#acknowledged(packet.messageId, 1)
      case 'pubrec':
        this.#send({ cmd: 'pubrel', ...idOf(packet.messageId) })
        return this.#acknowledged(packet.messageId, 2)
      case 'pubcomp':
        return
      default:
        this.#surprise(`received ${packet.cmd}`)
    }
  }

  /** Acknowledgements leave in the order of the publishes (reliability ). */
  #acknowledged(packetId: number | undefined, qos: 1 | 2): void {
    const first = this.#inFlight.shift()
    if (first === undefined || first.packetId !== packetId || qos !== this.#options.qos) {
      this.#surprise(`R-3.4: packet ${packetId} acknowledged, next was ${first?.packetId}`)
      return
    }
    first.message.isAcknowledged = true
    this.#options.onAcknowledged()
    this.#fillWindow()
    if (this.#inFlight.length === 0) this.#onIdle?.()
  }

  #surprise(what: string): void {
    this.#options.history.surprises.push(`${this.#options.login.clientId} ${what}`)
  }

  #send(packet: Packet): void {
    this.#socket?.write(generate(packet))
  }
}

function idOf(messageId: number | undefined): { readonly messageId?: number } {
  return messageId === undefined ? {} : { messageId }
}
