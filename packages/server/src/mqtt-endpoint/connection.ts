import {
  type Connect,
  encodeConnack,
  PacketDecoder,
  type PacketKind,
  type PacketProblem,
  packetProblems,
} from '@pileus/mqtt-wire'
import { type Admission, bucketOf, type Newcomer } from './admission.ts'
import type { Carrier, CarrierOwner } from './carrier.ts'
import type { CloseReason } from './close-reasons.ts'
import type { ConnectVerdict, DeviceDoor } from './device-door.ts'
import type {
  ConnectionDescription,
  ConnectionEnding,
  EndpointCounters,
  EndpointObserver,
} from './endpoint-observer.ts'
import type { MqttLimits } from './limits.ts'
import { type ChunkPool, Output } from './output.ts'
import type { AcceptedConnect, FindsTaps, PacketTap } from './packet-tap.ts'
import { Session, type SessionConnection } from './session.ts'
import { type TimerWheel, WheelEntry } from './timer-wheel.ts'
import type { TokenBucket } from './token-bucket.ts'
import { fitsBytes } from './topic-limits.ts'

/** What a connection shares with all others of its endpoint. */
export interface ConnectionSurroundings {
  readonly door: DeviceDoor
  readonly limits: MqttLimits
  readonly wheel: TimerWheel
  readonly admission: Admission
  readonly chunks: ChunkPool
  readonly observer: EndpointObserver
  readonly counters: EndpointCounters
  readonly taps: FindsTaps | undefined
  /** The store is slow: sessions are not read. */
  readonly isPaused: boolean
  /** Whether the session may be opened: there is room, or it takes that of an older one. */
  hasRoomFor(sessionKey: string): boolean
  nowMs(): number
  /** Calls `flush` at the end of this turn. */
  flushSoon(connection: Connection): void
  /** The connection holds the key from now on. Gives the one that held it. */
  claim(sessionKey: string, connection: Connection): Connection | undefined
  /** The connection and all its effects are over; it may hold the key no longer. */
  release(sessionKey: string, connection: Connection): void
  onSessionOpened(): void
  onSessionEnded(): void
  /** Nothing of it is left, neither the carrier nor an unsettled will. */
  onGone(connection: Connection): void
}

/**
 * Where a connection stands.
 *
 * ```
 *   received ──▶ awaited ──▶ checking ──▶ open ──▶ ended
 *                   │            │                   ▲
 *                   │            └──▶ refusing ──────┤
 *                   └────────────────────────────────┘
 * ```
 *
 * `received`: accepted, but made to wait by the rate of connects. `awaited`: we wait for its
 * CONNECT. `checking`: the door judges, or the session before it ends. `refusing`: CONNACK is
 * held back. `ended`: nothing is processed any more, the rest is written and the carrier closed.
 */
type Phase = 'received' | 'awaited' | 'checking' | 'refusing' | 'open' | 'ended'

/** Reasons for not reading, as bits: reading goes on when none is left. */
const hold = {
  /** By the rate of connects, publishes or bytes. Ends by the clock. */
  rate: 1,
  /** The door judges. */
  checking: 2,
  /** Acknowledgements or output have to leave first. */
  congested: 4,
  /** The store is slow. */
  paused: 8,
  /** The platform shuts down. */
  draining: 16,
} as const

/** A CONNECT that comes within this time kept nobody waiting. */
const promptMs = 100

/** A device that says less than this never pays for counting its bytes. */
const uncountedBytes = 4096

/** One connection, from its first byte to its last: bytes in, packets through, bytes out. */
export class Connection extends WheelEntry implements CarrierOwner, Newcomer, SessionConnection {
  readonly id: number
  readonly limits: MqttLimits
  readonly output: Output
  readonly counters: EndpointCounters
  readonly #around: ConnectionSurroundings
  readonly #carrier: Carrier
  readonly #decoder: PacketDecoder
  readonly #receivedMs: number
  #phase: Phase = 'received'
  #holds = 0
  #session: Session | undefined

  // What CONNECT said.
  #clientId: string | undefined
  #userName: string | undefined
  #protocolLevel: 3 | 4 | undefined
  #sessionKey: string | undefined
  #isCleanSession = true
  #keepAliveSeconds = 0
  /** How long it may be silent, in ms. */
  #silenceMaxMs = 0

  #isRefusedAnyway = false
  #refusal: Refusal | undefined
  #isCarrierPaused = false
  #isCarrierGone = false
  #isInputEnded = false
  #isFlushPlanned = false
  #isEndWritten = false
  #lastPacketMs: number
  /** When the hold `rate` ends, and a refusal that is held back. */
  #waitsUntilMs = 0
  /** When a session that is drained ends even without its acknowledgements; 0 while it is not. */
  #drainsUntilMs = 0
  /** Since when the carrier has taken nothing; 0 while nothing waits for it. */
  #blockedSinceMs = 0
  #bytesIn = 0
  #byteRate: TokenBucket | undefined

  #reason: CloseReason | undefined
  #detail: string | undefined
  /** What has to be over before another connection may have the same identity. */
  #farewell: Promise<void> | undefined
  #isFarewellOver = false

  constructor(id: number, carrier: Carrier, around: ConnectionSurroundings) {
    super()
    this.id = id
    this.limits = around.limits
    this.counters = around.counters
    this.output = new Output(carrier, around.chunks)
    this.#around = around
    this.#carrier = carrier
    this.#decoder = new PacketDecoder({ packetBytesMax: around.limits.packetBytes })
    this.#receivedMs = around.nowMs()
    this.#lastPacketMs = this.#receivedMs
  }

  get remoteAddress(): string {
    return this.#carrier.remoteAddress
  }

  get transport(): 'tcp' | 'websocket' {
    return this.#carrier.transport
  }

  get isOpen(): boolean {
    return this.#phase === 'open'
  }

  get isUnread(): boolean {
    return this.#phase === 'open' && this.#holds !== 0
  }

  /** Waiting to be written, framed or not. */
  get waitingBytes(): number {
    return this.output.bytes + (this.#session?.queuedBytes ?? 0)
  }

  describe(): ConnectionDescription {
    return {
      connectionId: this.id,
      transport: this.#carrier.transport,
      remoteAddress: this.#carrier.remoteAddress,
      ...(this.#clientId !== undefined && { clientId: this.#clientId }),
      ...(this.#userName !== undefined && { userName: this.#userName }),
      ...(this.#protocolLevel !== undefined && { protocolLevel: this.#protocolLevel }),
      ...(this.#sessionKey !== undefined && { sessionKey: this.#sessionKey }),
    }
  }

  nowMs(): number {
    return this.#around.nowMs()
  }

  /** The carrier was accepted: wait for the rate of connects, then for CONNECT. */
  start(): void {
    const nowMs = this.nowMs()
    const { waitMs, isRefused } = this.#around.admission.receive(this.remoteAddress, nowMs)
    this.#isRefusedAnyway = isRefused
    if (waitMs > 0) this.throttle(waitMs)
    else this.#awaitConnect(nowMs)
  }

  /** CONNECT usually comes with the connection: only who keeps us waiting counts as waiting. */
  #awaitConnect(nowMs: number): void {
    this.#phase = 'awaited'
    this.#lastPacketMs = nowMs
    this.#around.wheel.plan(this, nowMs + promptMs)
  }

  onEvicted(): void {
    this.end('unauthenticatedEvicted')
  }

  // Reading.

  // walk: uplink 1
  onBytes(chunk: Uint8Array): void {
    if (this.#phase === 'ended') return
    this.#bytesIn += chunk.length
    this.counters.bytesIn += chunk.length
    if (this.#bytesIn > uncountedBytes) this.#countBytes(chunk.length)
    this.#decoder.push(chunk)
    this.#pump()
  }

  /** The other side is done with sending, yet may want to read what it is owed. */
  onInputEnded(): void {
    this.#isInputEnded = true
    this.#pump()
  }

  onMisuse(detail: string): void {
    this.end('frameRefused', detail)
  }

  /** What has arrived is still processed: it may hold publishes, or the DISCONNECT. */
  onGone(): void {
    this.#isCarrierGone = true
    this.output.discard()
    if (this.#phase === 'ended') this.#settleGone()
    else if (this.#phase === 'open') this.#pump()
    else this.end(this.#isInputEnded ? 'clientClosed' : 'connectionLost')
  }

  #countBytes(bytes: number): void {
    const { bytesPerSecond, bytesBurst } = this.limits
    const nowMs = this.nowMs()
    this.#byteRate ??= bucketOf(bytesPerSecond, bytesBurst, nowMs)
    if (this.#byteRate === undefined) return
    this.#byteRate.take(bytes, nowMs)
    const waitMs = this.#byteRate.waitMs(nowMs)
    if (waitMs > 0) this.throttle(waitMs)
  }

  throttle(waitMs: number): void {
    this.#holds |= hold.rate
    this.#waitsUntilMs = Math.max(this.#waitsUntilMs, this.nowMs() + waitMs)
    this.#around.wheel.planAtLatest(this, this.#waitsUntilMs)
  }

  /** The store is slow, or well again. */
  setPaused(isPaused: boolean): void {
    if (!isPaused) return this.#letGo(hold.paused)
    this.#holds |= hold.paused
    if (this.#phase === 'open') this.#pauseCarrier()
  }

  #letGo(held: number): void {
    if ((this.#holds & held) === 0) return
    this.#holds &= ~held
    if (this.#holds !== 0) return
    // While it was not read its silence meant nothing.
    this.#lastPacketMs = this.nowMs()
    this.#pump()
  }

  /** Processes packets until there are no more or something holds it. The one catch per packet. */
  #pump(): void {
    try {
      let packets = 0
      while (this.#holds === 0 && this.#phase !== 'ended') {
        const packet = this.#decoder.next()
        if (packet === undefined) break
        packets++
        if (packet.kind !== 'problem') this.#countPacket(packet.kind)
        if (packet.kind === 'problem') this.#onProblem(packet)
        else if (this.#session !== undefined) this.#session.onPacket(packet)
        else if (packet.kind === 'connect') this.#onConnect(packet)
        else this.end('connectMissing', packet.kind.toUpperCase())
        this.#holdIfCongested()
      }
      if (packets > 0) this.#lastPacketMs = this.nowMs()
    } catch (error) {
      this.onFailure(error, 'packet')
      this.end('internalError')
    }
    this.#steerCarrier()
    if (this.#isInputEnded || this.#isCarrierGone) this.#endWithInput()
  }

  #countPacket(kind: PacketKind): void {
    const { packetsIn } = this.counters
    packetsIn[kind] = (packetsIn[kind] ?? 0) + 1
  }

  #holdIfCongested(): void {
    if (this.#isCongested) this.#holds |= hold.congested
  }

  /** @see security §10.1, §10.4 */
  get #isCongested(): boolean {
    return this.#session?.isCongested === true || this.output.bytes >= this.limits.outputBytes
  }

  #steerCarrier(): void {
    if (this.#phase === 'ended' || this.#isCarrierGone) return
    if (this.#holds === 0) this.#resumeCarrier()
    else if (this.#decoder.pendingBytes > 0) this.#pauseCarrier()
  }

  #pauseCarrier(): void {
    if (this.#isCarrierPaused || this.#isCarrierGone) return
    this.#isCarrierPaused = true
    this.#carrier.pause()
  }

  #resumeCarrier(): void {
    if (!this.#isCarrierPaused || this.#isCarrierGone) return
    this.#isCarrierPaused = false
    this.#carrier.resume()
  }

  /** All that came is processed and acknowledged: now the end counts. */
  #endWithInput(): void {
    if (this.#phase === 'ended' || this.#holds !== 0 || this.#session?.hasPending === true) return
    this.end(this.#isInputEnded ? 'clientClosed' : 'connectionLost')
  }

  #onProblem(problem: PacketProblem): void {
    if (problem.code === 'packetTooLarge') return this.end('packetTooLarge')
    if (problem.code !== 'protocolUnsupported' || this.#session !== undefined) {
      return this.end('malformedPacket', packetProblems[problem.code].text)
    }
    const { protocolName, protocolLevel } = problem
    this.#refuse({ returnCode: 1, reason: `${protocolName} ${protocolLevel} is not supported.` })
  }

  // CONNECT.

  #onConnect(connect: Connect): void {
    this.#around.admission.leave(this)
    this.#clientId = connect.clientId
    this.#userName = connect.userName
    this.#protocolLevel = connect.protocolLevel
    const refusal = this.#findRefusal(connect)
    if (refusal !== undefined) return this.#refuse(refusal)

    this.#phase = 'checking'
    this.#holds |= hold.checking
    this.#around.wheel.plan(this, this.nowMs() + this.limits.connectCheckMs)
    const { remoteAddress, transport, host } = this.#carrier
    this.#around.door
      .connect({
        clientId: connect.clientId,
        protocolLevel: connect.protocolLevel,
        ...(connect.userName !== undefined && { userName: connect.userName }),
        ...(connect.password !== undefined && { password: connect.password }),
        cleanSession: connect.isCleanSession,
        keepAliveSeconds: connect.keepAliveSeconds,
        remoteAddress,
        transport,
        ...(host !== undefined && { host }),
      })
      .then((verdict) => this.#onVerdict(connect, verdict))
      .catch((error: unknown) => {
        this.onFailure(error, 'connect')
        if (this.#isChecked) this.#refuse(refusals.failure)
        else this.end('internalError')
      })
  }

  /** What can be said without knowing who it is. @see mqtt-endpoint §4, security §10.1 */
  #findRefusal(connect: Connect): Refusal | undefined {
    const { clientIdBytes, userNameBytes, passwordBytes } = this.limits
    if (this.#isRefusedAnyway) return refusals.connectRate
    if (!fitsBytes(connect.clientId, clientIdBytes)) return refusals.clientIdTooLong
    if (!fitsBytes(connect.userName ?? '', userNameBytes)) return refusals.userNameTooLong
    if ((connect.password?.length ?? 0) > passwordBytes) return refusals.passwordTooLong
    return undefined
  }

  async #onVerdict(connect: Connect, verdict: ConnectVerdict): Promise<void> {
    if (!this.#isChecked) return
    if (verdict.kind === 'refused') {
      this.#refuseLater(verdict, verdict.delayMs ?? 0)
      return
    }
    if (!this.#around.hasRoomFor(verdict.sessionKey)) return this.#refuse(refusals.connections)
    this.#sessionKey = verdict.sessionKey
    const previous = this.#around.claim(verdict.sessionKey, this)
    if (previous !== undefined) {
      // The will of the old session is durable before the new one begins. @see reliability
      this.#farewell = previous.giveWay()
      await this.#farewell
    }
    // It may have been taken over itself, or have left, while it waited.
    if (!this.#isChecked) return
    this.#farewell = undefined
    this.#open(connect, verdict)
  }

  get #isChecked(): boolean {
    return this.#phase === 'checking'
  }

  #open(connect: Connect, verdict: Extract<ConnectVerdict, { kind: 'accepted' }>): void {
    this.#phase = 'open'
    const { keepAliveSeconds } = connect
    this.#isCleanSession = connect.isCleanSession
    this.#keepAliveSeconds = keepAliveSeconds
    this.#silenceMaxMs =
      keepAliveSeconds === 0 ? this.limits.idleTimeoutMs : keepAliveSeconds * 1500
    this.counters.connectsAccepted++
    this.#around.onSessionOpened()
    this.#around.observer.onConnected?.(this.describe())
    this.output.addPacket(encodeConnack({ isSessionPresent: false, code: 0 }))
    this.#session = new Session(this, connect.will)
    const tap = this.#around.taps?.tapOf(verdict.sessionKey)
    if (tap !== undefined) this.setTap(tap)
    this.#session.open(verdict.open)
    if (this.#around.isPaused) this.setPaused(true)
    this.#lastPacketMs = this.nowMs()
    this.#planNext()
    this.#letGo(hold.checking)
    this.flushSoon()
  }

  /** Shows the packets of the session from now on, or no more. */
  setTap(tap: PacketTap | undefined): void {
    if (this.#session === undefined) return
    tap?.connected(this.#describeConnect(this.#session))
    this.#session.setTap(tap)
  }

  #describeConnect({ will }: Session): AcceptedConnect {
    return {
      ...this.describe(),
      ageMs: this.nowMs() - this.#receivedMs,
      isCleanSession: this.#isCleanSession,
      keepAliveSeconds: this.#keepAliveSeconds,
      ...(will !== undefined && {
        will: { topic: will.topic, qos: will.qos, isRetained: will.isRetained },
      }),
    }
  }

  #refuseLater(refusal: Refusal, delayMs: number): void {
    if (delayMs <= 0) return this.#refuse(refusal)
    this.#phase = 'refusing'
    this.#refusal = refusal
    this.#waitsUntilMs = this.nowMs() + delayMs
    this.#around.wheel.plan(this, this.#waitsUntilMs)
  }

  #refuse({ returnCode, reason }: Refusal): void {
    this.output.addPacket(encodeConnack({ isSessionPresent: false, code: returnCode }))
    this.counters.connectsRefused[returnCode]++
    this.#around.observer.onConnectRefused?.({ ...this.describe(), returnCode, reason })
    this.end(
      returnCode === 1 ? 'protocolUnsupported' : 'connectRefused',
      `CONNACK ${returnCode}: ${reason}`,
    )
  }

  // Writing.

  flushSoon(): void {
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    this.#around.flushSoon(this)
  }

  /** The turn's end: acknowledgements and answers leave together, then reading may go on. */
  flush(): void {
    this.#isFlushPlanned = false
    if (this.#phase === 'ended') return
    try {
      this.#session?.answer()
      this.#write()
      this.#session?.tellPeer()
    } catch (error) {
      this.onFailure(error, 'flush')
      this.end('internalError')
    }
    if (!this.#isCongested) this.#letGo(hold.congested)
    if (this.#isInputEnded || this.#isCarrierGone) this.#endWithInput()
    if ((this.#holds & hold.draining) !== 0) this.#endIfAcknowledged()
  }

  onWritten(): void {
    this.output.onWritten()
    this.#watchCarrier(this.nowMs())
    if (this.#phase === 'ended') this.#writeEnd()
    else this.flushSoon()
  }

  #write(): void {
    this.output.flush()
    if (this.output.isBlocked && this.#blockedSinceMs === 0) this.#watchCarrier(this.nowMs())
  }

  #watchCarrier(nowMs: number): void {
    this.#blockedSinceMs = this.output.isBlocked ? nowMs : 0
    if (this.output.isBlocked && this.#phase === 'open') {
      this.#around.wheel.planAtLatest(this, nowMs + this.limits.stallTimeoutMs)
    }
  }

  // Time.

  onDue(nowMs: number): void {
    switch (this.#phase) {
      case 'received':
        this.#awaitConnect(nowMs)
        return this.#letGo(hold.rate)
      case 'awaited':
        return this.#onDueAwaited(nowMs)
      case 'checking':
        return this.#refuse(refusals.late)
      case 'refusing':
        if (this.#refusal !== undefined) this.#refuse(this.#refusal)
        return
      case 'open':
        return this.#onDueOpen(nowMs)
      case 'ended':
        return this.#carrier.destroy()
    }
  }

  #onDueAwaited(nowMs: number): void {
    const deadlineMs = this.#lastPacketMs + this.limits.connectTimeoutMs
    if (nowMs >= deadlineMs) return this.end('connectTimeout')
    this.#around.wheel.plan(this, deadlineMs)
    this.#around.admission.enter(this, nowMs)
  }

  #onDueOpen(nowMs: number): void {
    const { stallTimeoutMs } = this.limits
    if (this.#blockedSinceMs > 0 && nowMs - this.#blockedSinceMs >= stallTimeoutMs) {
      return this.end('slowConsumer')
    }
    if (this.#drainsUntilMs > 0 && nowMs >= this.#drainsUntilMs) return this.end('draining')
    if ((this.#holds & hold.rate) !== 0 && nowMs >= this.#waitsUntilMs) this.#letGo(hold.rate)
    if (!this.isOpen) return
    if (this.#holds !== 0 || this.#isCarrierGone) this.#lastPacketMs = nowMs
    if (nowMs - this.#lastPacketMs >= this.#silenceMaxMs) {
      const isKeptAlive = this.#silenceMaxMs !== this.limits.idleTimeoutMs
      return this.end(isKeptAlive ? 'keepAliveTimeout' : 'idleTimeout')
    }
    this.#planNext()
  }

  #planNext(): void {
    let dueMs = this.#lastPacketMs + this.#silenceMaxMs
    if ((this.#holds & hold.rate) !== 0) dueMs = Math.min(dueMs, this.#waitsUntilMs)
    if (this.#blockedSinceMs > 0) {
      dueMs = Math.min(dueMs, this.#blockedSinceMs + this.limits.stallTimeoutMs)
    }
    if (this.#drainsUntilMs > 0) dueMs = Math.min(dueMs, this.#drainsUntilMs)
    this.#around.wheel.plan(this, dueMs)
  }

  // The end.

  /** Another connection has the identity now. Settles when nothing more comes from this one. */
  giveWay(): Promise<void> {
    if (this.#phase !== 'ended') this.counters.takeOvers++
    this.end('takenOver')
    return this.#farewell ?? Promise.resolve()
  }

  /** The platform shuts down: reads no more, acknowledges what was parsed, then ends. @see */
  drain(): void {
    if (this.#isChecked || this.#phase === 'refusing') return this.#refuse(refusals.draining)
    if (this.#phase !== 'open') return this.end('draining')
    this.#holds |= hold.draining
    this.#pauseCarrier()
    this.#drainsUntilMs = this.nowMs() + this.limits.drainFlushMs
    this.#around.wheel.planAtLatest(this, this.#drainsUntilMs)
    this.#endIfAcknowledged()
  }

  /** Ends at once, without a word to the other side. */
  abort(): void {
    this.end('draining')
    if (!this.#isCarrierGone) this.#carrier.destroy()
  }

  #endIfAcknowledged(): void {
    if (this.#session?.hasPending !== true) this.end('draining')
  }

  /** Only the first reason counts. */
  end(reason: CloseReason, detail?: string): void {
    if (this.#phase === 'ended') return
    if (this.#phase === 'open') this.#around.onSessionEnded()
    this.#phase = 'ended'
    this.#reason = reason
    this.#detail = detail
    this.#around.admission.leave(this)
    const { closes } = this.counters
    closes[reason] = (closes[reason] ?? 0) + 1
    this.#sayFarewell(reason)
    this.#closeCarrier(reason)
  }

  #sayFarewell(reason: CloseReason): void {
    const settled = this.#session?.end(reason) ?? this.#farewell
    if (settled === undefined) return this.#onFarewell()
    this.#farewell = settled.then(() => this.#onFarewell())
  }

  #onFarewell(): void {
    this.#isFarewellOver = true
    if (this.#sessionKey !== undefined) this.#around.release(this.#sessionKey, this)
    this.#around.observer.onConnectionClosed?.(this.#describeEnding())
    this.#settleGone()
  }

  #closeCarrier(reason: CloseReason): void {
    if (this.#isCarrierGone) return
    if (reason === 'slowConsumer' || reason === 'outputLimit') {
      this.output.discard()
      this.#carrier.destroy()
      return
    }
    this.#around.wheel.plan(this, this.nowMs() + this.limits.lingerMs)
    this.output.flush()
    this.#writeEnd()
  }

  /**
   * Closes our direction once everything is written, and lets the other side close its own:
   * closing both at once may cost it the last bytes that we sent.
   */
  #writeEnd(): void {
    if (this.output.bytes > 0 || this.#isEndWritten) return
    this.#isEndWritten = true
    this.#resumeCarrier()
    this.#carrier.end()
  }

  #settleGone(): void {
    if (!this.#isCarrierGone || !this.#isFarewellOver) return
    this.#around.wheel.cancel(this)
    this.#around.onGone(this)
  }

  onFailure(error: unknown, during: string): void {
    this.#around.observer.onFailure?.({ ...this.describe(), error, during })
  }

  #describeEnding(): ConnectionEnding {
    const session = this.#session
    const detail = this.#detail ?? session?.willProblem
    return {
      ...this.describe(),
      reason: this.#reason ?? 'internalError',
      ...(detail !== undefined && { detail }),
      durationMs: this.nowMs() - this.#receivedMs,
      bytesIn: this.#bytesIn,
      bytesOut: this.output.bytesEver,
      publishesIn: session?.publishesIn ?? 0,
      publishesOut: session?.publishesOut ?? 0,
      publishesDropped: session?.publishesDropped ?? 0,
      will: session?.willOutcome ?? 'none',
    }
  }
}

interface Refusal {
  readonly returnCode: 1 | 2 | 3 | 4 | 5
  readonly reason: string
}

const refusals = {
  draining: { returnCode: 3, reason: 'The platform is shutting down.' },
  connectRate: { returnCode: 3, reason: 'Too many connects in a short time.' },
  connections: { returnCode: 3, reason: 'The platform has as many connections as it may have.' },
  clientIdTooLong: { returnCode: 2, reason: 'The client id is too long.' },
  userNameTooLong: { returnCode: 4, reason: 'The user name is too long.' },
  passwordTooLong: { returnCode: 4, reason: 'The password is too long.' },
  late: { returnCode: 3, reason: 'The platform did not get to checking the credentials.' },
  failure: { returnCode: 3, reason: 'The platform failed to check the credentials.' },
} as const satisfies Record<string, Refusal>
