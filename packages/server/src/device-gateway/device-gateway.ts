import type {
  Actor,
  Connection,
  Instant,
  KeepsSecrets,
  Operation,
  TenantEvent,
  TenantId,
  User,
} from '@pileus/domain'
import { actorOf, mayConnectAs, serialType } from '@pileus/domain'
import type { BootstrapLimits, BootstrapSurroundings } from './bootstrap-session.ts'
import { BootstrapSession } from './bootstrap-session.ts'
import { parseClientId } from './client-id.ts'
import type { DeviceSurroundings } from './device-session.ts'
import { DeviceSession } from './device-session.ts'
import type { IssuesTokens } from './issues-tokens.ts'
import type { RateByKey } from './rate-by-key.ts'
import type { Downlink, Session } from './session-ports.ts'
import { SessionRegistry, sessionKey } from './session-registry.ts'
import type { SessionSurroundings } from './session-surroundings.ts'
import { answerDefinition } from './smartrest-1/answer-definition.ts'
import type { CallsRoutes } from './smartrest-1/calls-routes.ts'
import { SmartRest1Collections } from './smartrest-1/smartrest-1-collections.ts'
import { TemplateCollections } from './template-collections.ts'

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

export interface GatewayParts extends SessionSurroundings {
  readonly secrets: KeepsSecrets
  readonly tokens: IssuesTokens
  /** What rows of SmartREST 1.0 ask for. */
  readonly routes: CallsRoutes
  /** Least time between two tokens of one session. */
  readonly tokenIntervalMs: number
  readonly logIn: (attempt: LoginAttempt) => Promise<LoginVerdict>
  /**
   * Connects of one device. Counted after authentication, so that a stranger cannot use up the
   * budget of a device; `undefined` lifts the limit (security §10.1).
   */
  readonly connectRate: RateByKey | undefined
  readonly bootstrap: BootstrapLimits
  /** What counts as one source: an address, or a network of them. */
  readonly sourceOf: (remoteAddress: string) => string
}

/**
 * Where the device language meets the domain: decides who may connect, turns what devices publish
 * into commands, and operations into rows for them.
 */
export class DeviceGateway {
  readonly #parts: GatewayParts
  readonly #sessions = new SessionRegistry()
  /** In the order in which they were opened. */
  readonly #bootstrapSessions = new Set<BootstrapSession>()
  readonly #collections: TemplateCollections
  readonly #smartRest1Collections: SmartRest1Collections
  readonly #aroundDevices: DeviceSurroundings
  readonly #aroundBootstraps: BootstrapSurroundings
  /** Counts users who were deleted or disabled or given a new secret. */
  #accessChanges = 0

  constructor(parts: GatewayParts) {
    const { store, clock, observer, platformVersion, packetBytesMax, secrets, sourceOf } = parts
    const around = { store, clock, observer, platformVersion, packetBytesMax }
    this.#parts = parts
    this.#collections = new TemplateCollections(store)
    this.#smartRest1Collections = new SmartRest1Collections(store)
    this.#aroundDevices = {
      ...around,
      collections: this.#collections,
      smartRest1Collections: this.#smartRest1Collections,
      routes: parts.routes,
      tokens: parts.tokens,
      tokenIntervalMs: parts.tokenIntervalMs,
      onClosed: (session) => this.#sessions.remove(session),
    }
    this.#aroundBootstraps = {
      ...around,
      secrets,
      limits: parts.bootstrap,
      sourceOf,
      onClosed: (session) => this.#bootstrapSessions.delete(session),
    }
  }

  /** The template collections of users, as their rows find them. */
  get collections(): TemplateCollections {
    return this.#collections
  }

  /** What `POST /s` is answered: a row of SmartREST 1.0 (thin-edge §19.1). */
  answerSmartRest1(actor: Actor, xId: string, text: string): Promise<string> {
    const { store, clock } = this.#parts
    return store.run(actor.tenantId, clock.now(), (unit) =>
      answerDefinition(unit, actor, this.#smartRest1Collections, { xId, text }),
    )
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
    const accessChanges = this.#accessChanges
    const verdict = await this.#parts.logIn({
      userName: request.userName,
      password: Buffer.from(request.password).toString('utf8'),
      remoteAddress: request.remoteAddress,
      ...(request.host === undefined ? {} : { host: request.host }),
    })
    if (verdict.kind !== 'user') return refusalOf(verdict)
    const actor = actorOf(verdict.user)
    const connection = { deviceIdentifier: clientId.deviceIdentifier, actor }
    if (actor.kind === 'bootstrap') return this.#admitBootstrap(connection, request.remoteAddress)
    const { defaultTemplate } = clientId
    return this.#admitDevice(connection, defaultTemplate, { user: verdict.user, accessChanges })
  }

  #admitBootstrap({ actor, deviceIdentifier }: Connection, remoteAddress: string): ConnectVerdict {
    const { clock, bootstrap, sourceOf } = this.#parts
    const now = clock.now()
    if (bootstrap.rates?.connectsOfSource.take(sourceOf(remoteAddress), now) === false) {
      return refuse(3, 'too many bootstrap connects from this address')
    }
    if (this.#bootstrapSessions.size >= bootstrap.sessionsMax) this.#endOverdue(now)
    if (this.#bootstrapSessions.size >= bootstrap.sessionsMax) {
      return refuse(3, 'too many bootstrap sessions')
    }
    return {
      kind: 'accepted',
      sessionKey: sessionKey(actor.tenantId, deviceIdentifier),
      open: (downlink) => {
        const session = new BootstrapSession(
          this.#aroundBootstraps,
          deviceIdentifier,
          remoteAddress,
          downlink,
        )
        this.#bootstrapSessions.add(session)
        return session
      },
    }
  }

  /** Makes room for others; the oldest come first. */
  #endOverdue(now: Instant): void {
    for (const session of [...this.#bootstrapSessions]) {
      if (!session.isOverdue(now)) return
      session.end('The bootstrap session has lasted too long')
      this.#bootstrapSessions.delete(session)
    }
  }

  async #admitDevice(
    connection: Connection,
    defaultTemplate: string | undefined,
    login: Login,
  ): Promise<ConnectVerdict> {
    const { store, clock, connectRate } = this.#parts
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
        const around = this.#aroundDevices
        const session = new DeviceSession(around, connection, defaultTemplate, downlink)
        this.#sessions.add(session)
        if (login.accessChanges !== this.#accessChanges) void this.#checkAgain(session, login.user)
        return session
      },
    }
  }

  /**
   * Somebody lost access between the login and now, when the session could not be found yet by
   * whoever wanted to end it.
   */
  async #checkAgain(session: DeviceSession, user: User): Promise<void> {
    const { store, observer } = this.#parts
    try {
      const present = await store.reader(user.tenantId).findUser(user.userName)
      if (present === undefined) session.end(endings.deleted)
      else if (!present.enabled) session.end(endings.disabled)
      else if (present.lastPasswordChange !== user.lastPasswordChange) {
        session.end(endings.secretChanged)
      }
    } catch (error) {
      observer.failed('checkAccess', error)
      session.end('The access of this user could not be checked')
    }
  }

  /** What has been committed, in order: new operations find their session, users lose theirs. */
  onCommitted(events: readonly TenantEvent[]): void {
    for (const tenantEvent of events) {
      const { tenantId, event } = tenantEvent
      this.#collections.onCommitted(tenantEvent)
      this.#smartRest1Collections.onCommitted(tenantEvent)
      // walk: downlink 3
      if (event.kind === 'operationCreated') void this.#announce(tenantId, event.operation)
      else if (event.kind === 'userAccessChanged') {
        this.#accessChanges++
        for (const session of this.#sessions.ofUser(tenantId, event.userName)) {
          session.end(endings[event.reason])
        }
      }
    }
  }

  /** Never rejects. */
  async #announce(tenantId: TenantId, operation: Operation): Promise<void> {
    if (this.#sessions.size === 0) return
    try {
      const reader = this.#parts.store.reader(tenantId)
      for (const { type, value } of await reader.listExternalIds(operation.agentId)) {
        const session = type === serialType ? this.#sessions.find(tenantId, value) : undefined
        session?.delivery?.created(operation)
      }
    } catch (error) {
      this.#parts.observer.failed('findSession', error)
      // Nobody knows whom it is for, so each of them looks for itself.
      for (const session of this.#sessions.ofTenant(tenantId)) session.delivery?.created(operation)
    }
  }
}

/** A user as it was when it logged in, and how many had lost access until then. */
interface Login {
  readonly user: User
  readonly accessChanges: number
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
