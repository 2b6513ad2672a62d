import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { Admission } from './admission.ts'
import type { Carrier, CarrierOwner } from './carrier.ts'
import { Connection, type ConnectionSurroundings } from './connection.ts'
import type { DeviceDoor } from './device-door.ts'
import type { EndpointCounters, EndpointGauges, EndpointObserver } from './endpoint-observer.ts'
import { buildMqttLimits, type MqttLimits } from './limits.ts'
import { ChunkPool } from './output.ts'
import type { FindsTaps, PacketTap } from './packet-tap.ts'
import { plainAddressOf } from './source-key.ts'
import { TcpCarrier } from './tcp-carrier.ts'
import { type MonotonicClock, systemClock, TimerWheel } from './timer-wheel.ts'
import { WebSocketCarrier } from './websocket-carrier.ts'

export interface MqttEndpointOptions {
  readonly door: DeviceDoor
  readonly limits?: MqttLimits
  readonly observer?: EndpointObserver
  readonly taps?: FindsTaps
  readonly clock?: MonotonicClock
  /** Who a WebSocket comes from, where a proxy stands between; the peer's address if absent. */
  readonly remoteAddressOf?: (request: IncomingMessage) => string
}

interface Draining {
  readonly windowMs: number
  readonly beganMs: number
  /** Sessions in the order in which they end, of which `drained` have had their turn. */
  readonly waiting: readonly Connection[]
  drained: number
  readonly whenEmpty: Promise<void>
  onEmpty(): void
}

/** How fine the clock of limits and time-outs is. */
const tickMs = 100

/** So many connections go on in one turn after a pause. */
const resumedPerTurn = 256

/** How often what needs a look at every connection or source is looked at. */
const sweepMs = 1000

/**
 * Carries MQTT for devices: listeners, connections and everything that bounds them.
 *
 * It knows MQTT, and nothing of tenants, topics or stores: who may connect and what a message
 * means is the door's affair.
 */
export class MqttEndpoint implements ConnectionSurroundings, AsyncDisposable {
  readonly door: DeviceDoor
  readonly limits: MqttLimits
  readonly observer: EndpointObserver
  readonly taps: FindsTaps | undefined
  readonly wheel: TimerWheel
  readonly admission: Admission
  readonly chunks = new ChunkPool()
  readonly counters: EndpointCounters = {
    packetsIn: {},
    connectsAccepted: 0,
    connectsRefused: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 },
    takeOvers: 0,
    publishesIn: 0,
    publishesOut: 0,
    publishesDropped: 0,
    bytesIn: 0,
    bytesOut: 0,
    closes: {},
  }

  readonly #clock: MonotonicClock
  readonly #stopClock: () => void
  readonly #remoteAddressOf: (request: IncomingMessage) => string
  readonly #webSockets: WebSocketServer
  readonly #servers = new Set<Server>()
  /** In order of arrival. */
  readonly #connections = new Set<Connection>()
  readonly #bySessionKey = new Map<string, Connection>()
  #openCount = 0
  #previousId = 0

  #toFlush: Connection[] = []
  readonly #flushAll = () => this.#flush()

  #sweptMs = 0

  isPaused = false
  /** Paused connections that go on next, so that each gets its turn. */
  #toResume: Connection[] = []

  #draining: Draining | undefined

  constructor(options: MqttEndpointOptions) {
    this.door = options.door
    this.limits = options.limits ?? buildMqttLimits()
    this.observer = options.observer ?? {}
    this.taps = options.taps
    this.#clock = options.clock ?? systemClock
    this.#remoteAddressOf =
      options.remoteAddressOf ?? ((request) => request.socket.remoteAddress ?? '')
    const nowMs = this.#clock.nowMs()
    this.wheel = new TimerWheel({ tickMs, nowMs })
    this.admission = new Admission(this.limits, nowMs)
    this.#stopClock = this.#clock.every(tickMs, () => this.#tick())
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.limits.webSocketFrameBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => findSubProtocol(offered) ?? false,
      skipUTF8Validation: true,
    })
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  // Listening.

  /** Listens for MQTT over TCP. Port 0 picks a free one; rejects with Node's error, e.g. EADDRINUSE. */
  async listen(address: { readonly host: string; readonly port: number }): Promise<AddressInfo> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.acceptSocket(socket),
    )
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ ...address, backlog: 4096 }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    // From here on they are about single connections, e.g. too many open files.
    server.on('error', (error) => this.observer.onFailure?.({ error, during: 'accept' }))
    this.#servers.add(server)
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error('A TCP server has an address')
    return bound
  }

  /** Takes one accepted socket, plain or TLS, that is half-open on purpose. */
  acceptSocket(socket: Socket): void {
    this.#accept(new TcpCarrier(socket, plainAddressOf(socket.remoteAddress ?? '')))
  }

  /**
   * Takes the upgrades to `path` of an HTTP server. Those to other paths are for other listeners;
   * where there is none, they get 404, since Node leaves the socket to whoever listens.
   */
  attachWebSocket(server: HttpServer, path = '/mqtt'): void {
    server.on('upgrade', (request, socket, head) => {
      if (pathOf(request) === path) this.acceptUpgrade(request, socket, head)
      else if (server.listenerCount('upgrade') === 1) refuseUpgrade(socket, '404 Not Found')
    })
  }

  /** @see mqtt-endpoint §1 */
  acceptUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.isDraining) return refuseUpgrade(socket, '503 Service Unavailable')
    const offered = subProtocolsOf(request)
    if (offered.size > 0 && findSubProtocol(offered) === undefined) {
      return refuseUpgrade(socket, '400 Bad Request')
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const remoteAddress = plainAddressOf(this.#remoteAddressOf(request))
      this.#accept(new WebSocketCarrier(webSocket, remoteAddress, request.headers.host))
    })
  }

  #accept(carrier: Carrier & { attach(owner: CarrierOwner): void }): void {
    const { connections, unauthenticatedConnections } = this.limits
    if (this.isDraining || this.#connections.size >= connections + unauthenticatedConnections) {
      carrier.destroy()
      return
    }
    const connection = new Connection(++this.#previousId, carrier, this)
    this.#connections.add(connection)
    carrier.attach(connection)
    connection.start()
  }

  // Back-pressure.

  /** The store is slow: no session is read until `resume`. New ones may still connect. */
  pause(): void {
    if (this.isPaused) return
    this.isPaused = true
    for (const connection of this.#connections) {
      if (connection.isOpen) connection.setPaused(true)
    }
  }

  /** Reads go on in turns; those that a new pause leaves over come first the next time. */
  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    const first = this.#toResume
    const others = new Set(this.#connections)
    for (const connection of first) others.delete(connection)
    this.#toResume = [...first, ...others]
    this.#resumeSome()
  }

  #resumeSome(): void {
    if (this.isPaused) return
    for (const connection of this.#toResume.splice(0, resumedPerTurn)) connection.setPaused(false)
    if (this.#toResume.length > 0) setImmediate(() => this.#resumeSome())
  }

  // The end.

  /**
   * Stops accepting and ends all sessions evenly over `windowMs`: each acknowledges what was
   * parsed, and no will is published. Resolves when no connection is left.
   *
   * @see reliability
   */
  async drain(windowMs: number): Promise<void> {
    if (this.#draining !== undefined) return this.#draining.whenEmpty
    const waiting = shuffle([...this.#connections].filter((connection) => connection.isOpen))
    const { promise: whenEmpty, resolve: onEmpty } = Promise.withResolvers<void>()
    this.#draining = { windowMs, beganMs: this.nowMs(), waiting, drained: 0, whenEmpty, onEmpty }
    for (const server of this.#servers) server.close()
    for (const connection of this.#connections) if (!connection.isOpen) connection.drain()
    this.#drainDue(this.nowMs())
    if (this.#connections.size === 0) onEmpty()
    return whenEmpty
  }

  /** The first at once, the last before the window is over. */
  #drainDue(nowMs: number): void {
    if (this.#draining === undefined) return
    const { windowMs, beganMs, waiting, drained } = this.#draining
    const share = windowMs > 0 ? (nowMs - beganMs) / windowMs : 1
    const due = Math.min(waiting.length, Math.floor(share * waiting.length) + 1)
    this.#draining.drained = due
    for (const connection of waiting.slice(drained, due)) connection.drain()
  }

  /** Lets go of everything at once. No will is published. */
  async close(): Promise<void> {
    const drained = this.drain(0)
    for (const connection of this.#connections) connection.abort()
    await drained
    this.#stopClock()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** What is so right now, for metrics. Looks at every connection. */
  gauges(): EndpointGauges {
    const sessions = { tcp: 0, websocket: 0 }
    let unread = 0
    let outputBytes = 0
    for (const connection of this.#connections) {
      outputBytes += connection.waitingBytes
      if (connection.isOpen) sessions[connection.transport]++
      if (connection.isUnread) unread++
    }
    return {
      sessions,
      unauthenticated: this.admission.waiting,
      connections: this.#connections.size,
      unread,
      outputBytes,
    }
  }

  /**
   * Sets or takes away the tap of the session that holds the key now, if there is one; those that
   * come are asked about at `taps`.
   */
  setTap(sessionKey: string, tap: PacketTap | undefined): void {
    const connection = this.#bySessionKey.get(sessionKey)
    if (connection?.isOpen === true) connection.setTap(tap)
  }

  // What connections share.

  get isDraining(): boolean {
    return this.#draining !== undefined
  }

  hasRoomFor(sessionKey: string): boolean {
    return this.#openCount < this.limits.connections || this.#bySessionKey.has(sessionKey)
  }

  claim(sessionKey: string, connection: Connection): Connection | undefined {
    const previous = this.#bySessionKey.get(sessionKey)
    this.#bySessionKey.set(sessionKey, connection)
    return previous
  }

  release(sessionKey: string, connection: Connection): void {
    if (this.#bySessionKey.get(sessionKey) === connection) this.#bySessionKey.delete(sessionKey)
  }

  onSessionOpened(): void {
    this.#openCount++
  }

  onSessionEnded(): void {
    this.#openCount--
  }

  onGone(connection: Connection): void {
    this.#connections.delete(connection)
    if (this.#connections.size === 0) this.#draining?.onEmpty()
  }

  /**
   * At the end of the turn, so that all acknowledgements of one commit leave in one write for
   * each connection: promises settle before the next tick runs.
   */
  flushSoon(connection: Connection): void {
    if (this.#toFlush.length === 0) process.nextTick(this.#flushAll)
    this.#toFlush.push(connection)
  }

  #flush(): void {
    const connections = this.#toFlush
    this.#toFlush = []
    for (const connection of connections) connection.flush()
  }

  #tick(): void {
    const nowMs = this.nowMs()
    this.wheel.advance(nowMs)
    this.#drainDue(nowMs)
    if (nowMs - this.#sweptMs < sweepMs) return
    this.#sweptMs = nowMs
    this.admission.sweep(nowMs)
    this.#boundOutput()
  }

  /** Closes the connections with most data waiting while all together have too much. @see S-10.3 */
  #boundOutput(): void {
    let total = 0
    for (const connection of this.#connections) total += connection.waitingBytes
    if (total <= this.limits.outputBytesTotal) return
    const largestFirst = [...this.#connections].toSorted((a, b) => b.waitingBytes - a.waitingBytes)
    for (const connection of largestFirst) {
      if (total <= this.limits.outputBytesTotal) return
      total -= connection.waitingBytes
      connection.end('outputLimit')
    }
  }
}

/** Every order is equally likely. */
function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

const subProtocols = ['mqtt', 'mqttv3.1'] as const

function findSubProtocol(offered: ReadonlySet<string>): string | undefined {
  return subProtocols.find((protocol) => offered.has(protocol))
}

function subProtocolsOf(request: IncomingMessage): ReadonlySet<string> {
  const header = request.headers['sec-websocket-protocol'] ?? ''
  return new Set(header.split(',').flatMap((protocol) => protocol.trim() || []))
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function refuseUpgrade(socket: Duplex, status: string): void {
  // The HTTP server has let go of the socket: nobody else hears of its errors.
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
