import assert from 'node:assert/strict'
import type { Eventually, Store, TenantEvent, Unit, User } from '@pileus/domain'
import { deviceUserName, managementTenant } from '@pileus/domain'
import { firstTenant, ManualClock } from '@pileus/testing'
import { aUser, ReadableSecrets } from '../domain-rules/rules.fixture.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import type { GatewayParts, LoginVerdict } from './device-gateway.ts'
import { DeviceGateway } from './device-gateway.ts'
import type { Downlink, ObservesGateway, Qos, Session } from './session-ports.ts'

export interface SentMessage {
  readonly topic: string
  readonly payload: string
  readonly qos: Qos
}

/** The carrier of one connection, as the test says what goes through. */
export class ScriptedDownlink implements Downlink {
  readonly sent: SentMessage[] = []
  closedWith: string | undefined
  session: Session | undefined
  /** The device reads nothing: nothing goes out, whatever its QoS. */
  isBlocked = false
  readonly #window: number
  readonly #inFlight: (() => void)[] = []
  #isRoomWanted = false

  constructor(window: number) {
    this.#window = window
  }

  get room(): number {
    const room = this.#room
    if (room === 0) this.#isRoomWanted = true
    return room
  }

  get #room(): number {
    if (this.isBlocked || this.closedWith !== undefined) return 0
    return this.#window - this.#inFlight.length
  }

  send(topic: string, payload: string, qos: Qos, onAcknowledged?: () => void): boolean {
    if (this.closedWith !== undefined) return false
    if (onAcknowledged !== undefined && (this.isBlocked || (qos > 0 && this.#room === 0))) {
      this.#isRoomWanted = true
      return false
    }
    this.sent.push({ topic, payload, qos })
    if (qos > 0 && onAcknowledged !== undefined) this.#inFlight.push(onAcknowledged)
    return true
  }

  close(reason: string): void {
    if (this.closedWith !== undefined) return
    this.closedWith = reason
    this.session?.closed('closedByPlatform')
  }

  /** The device acknowledges the oldest message. */
  acknowledge(): void {
    this.#inFlight.shift()?.()
    this.tellRoom()
  }

  unblock(): void {
    this.isBlocked = false
    this.tellRoom()
  }

  tellRoom(): void {
    if (!this.#isRoomWanted || this.#room === 0) return
    this.#isRoomWanted = false
    this.session?.windowOpened()
  }

  /** Takes what was sent since the last time, as `topic payload`. */
  take(): readonly string[] {
    return this.sent.splice(0).map(({ topic, payload }) => `${topic} ${payload}`)
  }
}

/** What the gateway told about its work. */
export class RecordedWork implements ObservesGateway {
  readonly rowCodes: number[] = []
  readonly failures: { readonly activity: string; readonly error: unknown }[] = []
  publishes = 0
  duplicates = 0
  sent = 0
  acknowledged = 0
  unsayable = 0
  errorLinesDropped = 0

  rowHandled(code: number): void {
    this.rowCodes.push(code)
  }
  publishTaken(): void {
    this.publishes++
  }
  publishesAnswered(): void {}
  duplicateSuppressed(): void {
    this.duplicates++
  }
  operationSent(): void {
    this.sent++
  }
  operationAcknowledged(): void {
    this.acknowledged++
  }
  operationUnsayable(): void {
    this.unsayable++
  }
  errorLineDropped(): void {
    this.errorLinesDropped++
  }
  failed(activity: string, error: unknown): void {
    this.failures.push({ activity, error })
  }
}

/** One device on the line. */
export interface Device {
  readonly session: Session
  readonly downlink: ScriptedDownlink
  subscribe(...filters: readonly string[]): void
  /** Publishes with QoS 1 and waits for the acknowledgement. */
  publish(payload: string, options?: PublishOptions): Promise<void>
  /** What came down since the last time, after everything under way has settled. */
  received(): Promise<readonly string[]>
}

interface PublishOptions {
  readonly topic?: string
  readonly qos?: Qos
  readonly packetId?: number
  readonly isDuplicate?: boolean
}

export interface Scene extends AsyncDisposable {
  readonly gateway: DeviceGateway
  readonly store: Store
  readonly clock: ManualClock
  readonly secrets: ReadableSecrets
  readonly work: RecordedWork
  /** Users by their name; whoever is not listed logs in as a device of the first tenant. */
  readonly users: Map<string, User>
  run<T>(work: (unit: Unit) => Eventually<T>): Promise<T>
  connect(clientId: string, userName?: string, window?: number): Promise<Device>
}

export interface SceneOptions {
  readonly parts?: Partial<GatewayParts>
  /** Puts something between the gateway and its store. */
  readonly storeOf?: (store: Store) => Store
}

/** A gateway over the store in memory. Every password is right. */
export function openScene({ parts = {}, storeOf = (store) => store }: SceneOptions = {}): Scene {
  const clock = new ManualClock()
  const secrets = new ReadableSecrets()
  const work = new RecordedWork()
  const users = new Map<string, User>()
  const store = openMemoryStore({
    onCommitted: (events: readonly TenantEvent[]) => gateway.onCommitted(events),
  })
  const gateway = new DeviceGateway({
    store: storeOf(store),
    clock,
    secrets,
    observer: work,
    logIn: async ({ userName }): Promise<LoginVerdict> => ({
      kind: 'user',
      user: users.get(userName) ?? aUser(userName),
    }),
    tokens: { issueToken: async (tenantId, userName) => `token.of.${tenantId}-${userName}` },
    routes: { callRoute: () => ({ status: 404, body: undefined, message: 'Nothing here.' }) },
    tokenIntervalMs: 10_000,
    connectRate: undefined,
    bootstrap: { pollIntervalMs: 5000, sessionsMax: 2, sessionMs: 3_600_000, rates: undefined },
    sourceOf: (address) => address,
    platformVersion: '1.2.3',
    packetBytesMax: 16_184,
    ...parts,
  })
  users.set('devicebootstrap', aUser('devicebootstrap', { tenantId: managementTenant }))
  return {
    gateway,
    store,
    clock,
    secrets,
    work,
    users,
    run: (unitWork) => store.run(firstTenant, clock.now(), unitWork),
    async connect(clientId, userName = deviceUserName(clientId), window = 20) {
      const verdict = await gateway.connect({
        clientId,
        protocolLevel: 4,
        userName,
        password: Buffer.from('secret'),
        remoteAddress: '10.0.0.7',
      })
      assert.ok(verdict.kind === 'accepted', 'the connection is accepted')
      const downlink = new ScriptedDownlink(window)
      const session = verdict.open(downlink)
      downlink.session = session
      return deviceOf(session, downlink)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

function deviceOf(session: Session, downlink: ScriptedDownlink): Device {
  let packetIds = 0
  return {
    session,
    downlink,
    subscribe(...filters) {
      session.subscribe(filters.map((filter) => ({ filter, qos: 1 })))
      session.subscribed()
    },
    async publish(payload, { topic = 's/us', qos = 1, packetId, isDuplicate = false } = {}) {
      packetIds++
      const outcome = session.publish({
        topic,
        payload: Buffer.from(payload),
        qos,
        isDuplicate,
        packetId: qos === 0 ? 0 : (packetId ?? packetIds),
      })
      assert.ok(outcome instanceof Promise, 'the publish is taken')
      await outcome
    },
    async received() {
      await settled()
      return downlink.take()
    },
  }
}

/** Everything under way needs no more than a few turns of the event loop. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise(setImmediate)
}
