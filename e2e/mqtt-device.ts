import assert from 'node:assert/strict'
import { connect, type TcpNetConnectOpts } from 'node:net'
import mqtt, { type IClientOptions, MqttClient } from 'mqtt'
import { inTime } from './until.ts'

export interface DeviceLogin {
  /** As in CONNECT: `meter-8`, `d:meter-8` or `d:meter-8:xId`. */
  readonly clientId: string
  /** `<tenant>/<user>`. */
  readonly username: string
  readonly password: string
}

export interface DeviceOptions extends Pick<IClientOptions, 'will' | 'keepalive' | 'protocolId'> {
  readonly protocolVersion?: 3 | 4
  /** Local address to connect from; only for TCP. */
  readonly from?: string
}

type Qos = 0 | 1 | 2

/**
 * Connects with MQTT.js, at a URL such as `mqtt://127.0.0.1:1883` or `ws://127.0.0.1:8080/mqtt`.
 * Throws MQTT.js's error when the platform refuses; its `code` is then that of the CONNACK.
 */
export async function connectDevice(
  url: string,
  { clientId, username, password }: DeviceLogin,
  { from, ...options }: DeviceOptions = {},
): Promise<Device> {
  const settings: IClientOptions = {
    protocolVersion: 4,
    ...options,
    clientId,
    username,
    password,
    clean: true,
    // A device of these tests comes back when the test says so.
    reconnectPeriod: 0,
    connectTimeout: 10_000,
  }
  const client = from === undefined ? mqtt.connect(url, settings) : connectFrom(from, url, settings)
  const device = new Device(client)
  await device.connected()
  return device
}

/** The CONNACK code with which the platform refuses this login. */
export async function refusalOf(
  url: string,
  login: DeviceLogin,
  options: DeviceOptions = {},
): Promise<number> {
  try {
    await using _device = await connectDevice(url, login, options)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Number(error.code)
    throw error
  }
  assert.fail(`${login.username} was let in as ${login.clientId}`)
}

/** MQTT.js does not hand a local address on, so it gets a stream that is bound to it. */
function connectFrom(from: string, url: string, settings: IClientOptions): MqttClient {
  const { hostname: host, port } = new URL(url)
  const address: TcpNetConnectOpts = { host, port: Number(port), localAddress: from }
  return new MqttClient(() => connect(address), settings)
}

/** A device as MQTT.js makes one. Messages wait here until the test asks for them. */
export class Device implements AsyncDisposable {
  readonly #client: MqttClient
  readonly #received = new Map<string, string[]>()
  readonly #closed: Promise<void>
  #onChange: (() => void) | undefined

  constructor(client: MqttClient) {
    this.#client = client
    client.on('message', (topic, payload) => {
      const texts = this.#received.get(topic)
      if (texts === undefined) this.#received.set(topic, [payload.toString()])
      else texts.push(payload.toString())
      this.#onChange?.()
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#closed = promise
    client.on('close', () => {
      resolve()
      this.#onChange?.()
    })
  }

  async connected(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#client.once('connect', () => resolve())
    this.#client.once('error', reject)
    this.#client.once('close', () => reject(new Error('The connection ended before CONNACK')))
    try {
      await inTime('CONNACK', promise)
    } catch (error) {
      this.leave()
      throw error
    }
    this.#client.removeAllListeners('error')
    // A reset by the platform shows as the end of the connection.
    this.#client.on('error', () => {})
  }

  /** What was granted, in order; 128 for a refused filter. */
  async subscribe(filters: string | readonly string[], qos: Qos = 1): Promise<readonly number[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
    const asked = typeof filters === 'string' ? [filters] : [...filters]
    this.#client.subscribe(asked, { qos }, (error, _granted, packet) => {
      if (packet === undefined) reject(error ?? new Error('No SUBACK'))
      else resolve(packet.granted.map(Number))
    })
    return await this.#whileConnected(`SUBACK for ${asked.join(' ')}`, promise)
  }

  async unsubscribe(filter: string): Promise<void> {
    await this.#whileConnected('UNSUBACK', this.#client.unsubscribeAsync(filter))
  }

  /** Done when the platform has acknowledged: at once with QoS 0. */
  async publish(topic: string, payload: string | Buffer, qos: Qos = 1): Promise<void> {
    const published = this.#client.publishAsync(topic, payload, { qos })
    await this.#whileConnected(
      `the acknowledgement of ${payload.toString().slice(0, 80)}`,
      published,
    )
  }

  /** The next message on a topic, in order of arrival; `ms` may be infinite. */
  async next(topic: string, ms?: number): Promise<string> {
    const isThere = (): boolean => this.waiting(topic).length > 0
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = (): void => {
      if (isThere()) resolve()
      else if (!this.#client.connected) reject(new Error(`The connection ended; ${this.#seen()}`))
    }
    this.#onChange = look
    look()
    await inTime(`a message on ${topic}; ${this.#seen()}`, promise, ms)
    return this.#received.get(topic)?.shift() ?? ''
  }

  /** Messages of a topic that nobody has asked for yet. */
  waiting(topic: string): readonly string[] {
    return this.#received.get(topic) ?? []
  }

  /** Done when the platform has ended the connection. */
  async closedByPlatform(ms?: number): Promise<void> {
    await inTime('the end of the connection', this.#closed, ms)
  }

  /** Breaks the connection without DISCONNECT, so that the last will counts. */
  leave(): void {
    this.#client.end(true)
    this.#client.stream?.destroy()
  }

  /** DISCONNECT. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#client.connected) await this.#client.endAsync()
    else this.#client.end(true)
  }

  /** MQTT.js itself keeps what is open for a connection that these devices do not make again. */
  async #whileConnected<T>(what: string, promise: Promise<T>): Promise<T> {
    const lost = this.#closed.then(() => Promise.reject(new Error(`The connection ended; ${what}`)))
    return await inTime(what, Promise.race([promise, lost]))
  }

  #seen(): string {
    return `so far ${JSON.stringify(Object.fromEntries(this.#received))}`
  }
}
