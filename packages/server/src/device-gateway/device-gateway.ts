import type {
  Connection,
  KeepsSecrets,
  Operation,
  Store,
  TellsTime,
  TenantEvent,
  TenantId,
  User,
} from '@pileus/domain'
import { actorOf, mayConnectAs, serialType } from '@pileus/domain'
import { BootstrapSession } from './bootstrap-session.ts'
import { parseClientId } from './client-id.ts'
import type { ConnectRate } from './connect-rate.ts'
import { DeviceSession } from './device-session.ts'
import type { Downlink, ObservesGateway, Session } from './session-ports.ts'
import { SessionRegistry, sessionKey } from './session-registry.ts'

/** A CONNECT as its carrier passes it on. */
export interface ConnectRequest {
  readonly clientId: string
  readonly protocolLevel: 3 | 4
  readonly userName?: string
  readonly password?: Uint8Array
  readonly remoteAddress: string
  /** Host name under which the platform was called, where the carrier knows it. */
  readonly host?: string
}

export type ConnectVerdict =
  | {
      readonly kind: 'accepted'
      readonly sessionKey: string
      open(downlink: Downlink): Session
    }
  | {
      readonly kind: 'refused'
      readonly returnCode: 2 | 3 | 4 | 5
      readonly reason: string
      readonly delayMs?: number
    }

/**
 * What is known of a user after its name and secret were looked at; `answerAfterMs` is how long
 * the answer is held back (security §3.4).
 */
export type LoginVerdict =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'wrong'; readonly answerAfterMs: number }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'throttled'; readonly answerAfterMs: number }
  | { readonly kind: 'busy' }

export interface LoginAttempt {
  /** `<tenant>/<user>` or `<user>`, as sent. */
  readonly userName: string
  readonly password: string
  readonly remoteAddress: string
  readonly host?: string
}

export interface GatewayParts {
  readonly store: Store
  readonly clock: TellsTime
  readonly secrets: KeepsSecrets
  readonly observer: ObservesGateway
  readonly logIn: (attempt: LoginAttempt) => Promise<LoginVerdict>
  /** `undefined` lifts the limit. */
  readonly connectRate: ConnectRate | undefined
  readonly bootstrap: { readonly pollIntervalMs: number; readonly sessionsMax: number }
  readonly platformVersion: string
}

/**
 * Where the device language meets the domain: decides who may connect, turns what devices publish
 * into commands, and operations into rows for them.
 */
export class DeviceGateway {
  readonly #parts: GatewayParts
  readonly #sessions = new SessionRegistry()
  #bootstrapSessions = 0

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  /** Authenticates and authorises one connection (mqtt-endpoint §2 to §4). */
  async connect(request: ConnectRequest): Promise<ConnectVerdict> {
    const clientId = parseClientId(request.clientId, request.protocolLevel)
    if (clientId.kind === 'refused') return clientId
    if (request.userName === undefined) return refuse(5, 'neither credentials nor certificate')
    if (request.password === undefined || request.password.length === 0) {
      return refuse(5, 'user name without password')
    }
    const verdict = await this.#parts.logIn({
      userName: request.userName,
      password: Buffer.from(request.password).toString('utf8'),
      remoteAddress: request.remoteAddress,
      ...(request.host === undefined ? {} : { host: request.host }),
    })
    if (verdict.kind !== 'user') return refusalOf(verdict)
    const actor = actorOf(verdict.user)
    const connection = { deviceIdentifier: clientId.deviceIdentifier, actor }
    return actor.kind === 'bootstrap'
      ? this.#admitBootstrap(connection, request.remoteAddress)
      : this.#admitDevice(connection, clientId.defaultTemplate)
  }

  #admitBootstrap({ actor, deviceIdentifier }: Connection, remoteAddress: string): ConnectVerdict {
    const { store, clock, secrets, bootstrap } = this.#parts
    if (this.#bootstrapSessions >= bootstrap.sessionsMax) {
      return refuse(3, 'too many bootstrap sessions')
    }
    return {
      kind: 'accepted',
      sessionKey: sessionKey(actor.tenantId, deviceIdentifier),
      open: (downlink) => {
        this.#bootstrapSessions++
        const { pollIntervalMs } = bootstrap
        const onClosed = () => {
          this.#bootstrapSessions--
        }
        const parts = { store, clock, secrets, deviceIdentifier, remoteAddress, pollIntervalMs }
        return new BootstrapSession({ ...parts, onClosed }, downlink)
      },
    }
  }

  async #admitDevice(
    connection: Connection,
    defaultTemplate: string | undefined,
  ): Promise<ConnectVerdict> {
    const { store, clock, observer, connectRate, platformVersion } = this.#parts
    const { actor, deviceIdentifier } = connection
    const reads = {
      now: clock.now(),
      repository: store.reader(actor.tenantId),
      instance: store.instanceReader,
    }
    if (!(await mayConnectAs(reads, connection))) {
      return refuse(5, `user ${actor.userName} may not act for device ${deviceIdentifier}`)
    }
    const key = sessionKey(actor.tenantId, deviceIdentifier)
    if (connectRate?.take(key, clock.now()) === false) {
      return refuse(3, 'too many connects of this device')
    }
    return {
      kind: 'accepted',
      sessionKey: key,
      open: (downlink) => {
        const session = new DeviceSession(
          {
            store,
            clock,
            observer,
            platformVersion,
            connection,
            ...(defaultTemplate === undefined ? {} : { defaultTemplate }),
            onClosed: (closed) => this.#sessions.remove(closed),
          },
          downlink,
        )
        this.#sessions.add(session)
        return session
      },
    }
  }

  /** What has been committed, in order: new operations find their session, users lose theirs. */
  onCommitted(events: readonly TenantEvent[]): void {
    for (const { tenantId, event } of events) {
      // walk: downlink 3
      if (event.kind === 'operationCreated') this.#announce(tenantId, event.operation)
      else if (event.kind === 'userAccessChanged') {
        for (const session of this.#sessions.ofUser(tenantId, event.userName)) {
          session.end(endings[event.reason])
        }
      }
    }
  }

  #announce(tenantId: TenantId, operation: Operation): void {
    if (this.#sessions.size === 0) return
    this.#findSession(tenantId, operation).then(
      (session) => session?.delivery?.created(operation),
      (error: unknown) => this.#parts.observer.failed('findSession', error),
    )
  }

  async #findSession(
    tenantId: TenantId,
    { agentId }: Operation,
  ): Promise<DeviceSession | undefined> {
    const externalIds = await this.#parts.store.reader(tenantId).listExternalIds(agentId)
    for (const { type, value } of externalIds) {
      const session = type === serialType ? this.#sessions.find(tenantId, value) : undefined
      if (session !== undefined) return session
    }
    return undefined
  }
}

const endings = {
  deleted: 'The user of this connection has been deleted',
  disabled: 'The user of this connection has been disabled',
  secretChanged: 'The secret of this user has changed',
} as const

function refuse(returnCode: 2 | 3 | 4 | 5, reason: string, delayMs = 0): ConnectVerdict {
  return { kind: 'refused', returnCode, reason, delayMs }
}

function refusalOf(verdict: Exclude<LoginVerdict, { readonly kind: 'user' }>): ConnectVerdict {
  switch (verdict.kind) {
    case 'wrong':
      return refuse(4, 'wrong password, unknown user or unknown tenant', verdict.answerAfterMs)
    case 'disabled':
      return refuse(5, 'user disabled or tenant suspended')
    case 'throttled':
      return refuse(3, 'too many wrong passwords', verdict.answerAfterMs)
    case 'busy':
      return refuse(3, 'too many passwords to check')
  }
}
