import { type ByteScript, openByteScript } from '@pileus/testing'
import type {
  ConnectRequest,
  ConnectVerdict,
  DeviceDoor,
  Downlink,
  Peer,
  PublishRefusal,
  RequestedFilter,
  UplinkMessage,
} from './device-door.ts'
import type { ConnectionEnding, ConnectRefusal, EndpointFailure } from './endpoint-observer.ts'
import { buildMqttLimits, type MqttLimits } from './limits.ts'
import { MqttEndpoint } from './mqtt-endpoint.ts'
import type { MonotonicClock } from './timer-wheel.ts'

/** A clock that moves when a test says so. */
export class HandClock implements MonotonicClock {
  #nowMs = 1_000_000
  readonly #ticks = new Set<{ readonly intervalMs: number; readonly tick: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  every(intervalMs: number, tick: () => void): () => void {
    const entry = { intervalMs, tick }
    this.#ticks.add(entry)
    return () => this.#ticks.delete(entry)
  }

  /** In the steps of the finest tick. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    while (this.#nowMs < endMs) {
      this.#nowMs = Math.min(endMs, this.#nowMs + 100)
      for (const { tick } of this.#ticks) tick()
    }
  }
}

type Publish = (message: UplinkMessage) => Promise<void> | PublishRefusal

/** The gateway's side of one connection, which writes down what it hears. */
export class TestPeer implements Peer {
  readonly request: ConnectRequest
  readonly downlink: Downlink
  readonly heard: string[] = []
  onSubscribe: (filter: RequestedFilter) => 0 | 1 | 2 | 0x80 = ({ qos }) => qos
  onSubscribed = () => {}
  onPublish: Publish = () => Promise.resolve()
  onWindowOpened = () => {}
  readonly #whenHeard: (() => void)[] = []

  constructor(request: ConnectRequest, downlink: Downlink) {
    this.request = request
    this.downlink = downlink
  }

  subscribe(filters: readonly RequestedFilter[]) {
    for (const { filter, qos } of filters) this.#hear(`subscribe ${filter} ${qos}`)
    return filters.map((filter) => this.onSubscribe(filter))
  }

  subscribed(): void {
    this.onSubscribed()
  }

  unsubscribe(filters: readonly string[]): void {
    this.#hear(`unsubscribe ${filters.join(' ')}`)
  }

  publish(message: UplinkMessage): Promise<void> | PublishRefusal {
    const { topic, payload, qos, isDuplicate } = message
    const text = Buffer.from(payload).toString()
    this.#hear(`publish ${topic} ${qos} ${text}${isDuplicate ? ' DUP' : ''}`)
    return this.onPublish(message)
  }

  windowOpened(): void {
    this.#hear('windowOpened')
    this.onWindowOpened()
  }

  messagesDropped(count: number): void {
    this.#hear(`dropped ${count}`)
  }

  closed(reason: string): void {
    this.#hear(`closed ${reason}`)
  }

  /** Resolves when so many things have been heard, or with what has been. */
  async untilHeard(count: number): Promise<readonly string[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => this.#whenHeard.push(resolve))
    }
    return this.heard
  }

  #hear(what: string): void {
    this.heard.push(what)
    for (const resolve of this.#whenHeard.splice(0)) resolve()
  }
}

/** Lets everyone in, unless told otherwise; the client id is the identity. */
export class TestDoor implements DeviceDoor {
  readonly requests: ConnectRequest[] = []
  readonly peers: TestPeer[] = []
  /** What to do with a new peer before it hears anything. */
  prepare: (peer: TestPeer) => void = () => {}
  judge: (request: ConnectRequest) => Promise<ConnectVerdict> = (request) =>
    Promise.resolve(this.accept(request))

  connect(request: ConnectRequest): Promise<ConnectVerdict> {
    this.requests.push(request)
    return this.judge(request)
  }

  accept(request: ConnectRequest, sessionKey = request.clientId): ConnectVerdict {
    return {
      kind: 'accepted',
      sessionKey,
      open: (downlink) => {
        const peer = new TestPeer(request, downlink)
        this.prepare(peer)
        this.peers.push(peer)
        return peer
      },
    }
  }

  /** The gateway's side of the newest session. */
  get peer(): TestPeer {
    const peer = this.peers.at(-1)
    if (peer === undefined) throw new Error('Nobody has connected')
    return peer
  }
}

/** A running endpoint with all that tests look at. */
export class TestPlatform implements AsyncDisposable {
  readonly door = new TestDoor()
  readonly clock = new HandClock()
  readonly refusals: ConnectRefusal[] = []
  readonly endings: ConnectionEnding[] = []
  readonly failures: EndpointFailure[] = []
  readonly endpoint: MqttEndpoint
  port = 0
  readonly #whenEnded: (() => void)[] = []

  constructor(limits: Partial<MqttLimits>) {
    this.endpoint = new MqttEndpoint({
      door: this.door,
      clock: this.clock,
      limits: buildMqttLimits('default', limits),
      observer: {
        onConnectRefused: (refusal) => this.refusals.push(refusal),
        onFailure: (failure) => this.failures.push(failure),
        onConnectionClosed: (ending) => {
          this.endings.push(ending)
          for (const resolve of this.#whenEnded.splice(0)) resolve()
        },
      },
    })
  }

  dial(): Promise<ByteScript> {
    return openByteScript(this.port)
  }

  /** A connection after CONNACK. */
  async connect(clientId = 'pump-7', connect = connectOf(clientId)): Promise<ByteScript> {
    const script = await this.dial()
    script.send(connect)
    await script.expect(accepted)
    return script
  }

  /** The ending of that number, counted from 1, once it is there. */
  async untilEnding(number: number): Promise<ConnectionEnding> {
    for (;;) {
      const ending = this.endings[number - 1]
      if (ending !== undefined) return ending
      await new Promise<void>((resolve) => this.#whenEnded.push(resolve))
    }
  }

  /** So many connections are there, silent ones included. */
  async untilConnections(count: number): Promise<void> {
    await until(() => this.endpoint.gauges().connections >= count)
  }

  async untilRequests(count: number): Promise<void> {
    await until(() => this.door.requests.length >= count)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endpoint.close()
  }
}

export async function openPlatform(limits: Partial<MqttLimits> = {}): Promise<TestPlatform> {
  const platform = new TestPlatform(limits)
  const { port } = await platform.endpoint.listen({ host: '127.0.0.1', port: 0 })
  platform.port = port
  return platform
}

/** MQTT 3.1.1, clean session, keep-alive 60 s, no credentials. */
export function connectOf(clientId: string): string {
  return `10 [ <MQTT> 04 02 003c <${clientId}> ]`
}

export const accepted = '20 02 00 00'
export const pingreq = 'c0 00'
export const pingresp = 'd0 00'
export const disconnect = 'e0 00'

/** Lets sockets have their turns until it is so. For what no one announces. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let turns = 0; !isTrue(); turns++) {
    if (turns > 100_000) throw new Error('Waited in vain')
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

/** A promise and the means to settle it. */
export function deferred(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>()
}
