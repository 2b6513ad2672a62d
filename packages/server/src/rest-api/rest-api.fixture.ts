import type { JsonObject, JsonValue, TenantEvent, TenantId, User } from '@pileus/domain'
import { adminsGroupId, bootstrapUserName, devicesGroupId, managementTenant } from '@pileus/domain'
import { ManualClock } from '@pileus/testing'
import type { FastifyInstance } from 'fastify'
import { Authenticator } from '../credentials/authenticate.ts'
import {
  type AuthenticationLimits,
  authenticationLimits,
} from '../credentials/authentication-limits.ts'
import { MasterKey } from '../credentials/master-key.ts'
import { PasswordWork } from '../credentials/password-work.ts'
import { SecretHashes } from '../credentials/secret-hashes.ts'
import { buildTokens, publicHost, type TokenParts } from '../credentials/tokens.fixture.ts'
import { DummyHashes, SecretVerifier } from '../credentials/verify-secret.ts'
import { findTemplatesFault } from '../device-gateway/find-templates-fault.ts'
import { TemplateCollections } from '../device-gateway/template-collections.ts'
import { DryRun } from '../dry-run/dry-run.ts'
import { openDiscardedUnit } from '../store/memory/discarded-unit.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import type { ObservableStore } from '../store/open-store.ts'
import { Wire } from '../wire/wire.ts'
import { WireWatch } from '../wire/wire-watch.ts'
import { buildRestApi, type RestApiOptions } from './build-rest-api.ts'
import type { HttpLimits } from './http-limits.ts'
import { defaultHttpLimits } from './http-limits.ts'
import { RestPipeline } from './rest-pipeline.ts'

export const tenantA = 't100' as TenantId
export const tenantB = 't200' as TenantId

/** Every user of the tests has the password `secret`. */
export const password = 'secret'
const readersGroupId = 4

/** One user per way of being allowed or not. */
const users = [
  { tenantId: tenantA, userName: 'admin', groupIds: [adminsGroupId] },
  { tenantId: tenantA, userName: 'reader', groupIds: [readersGroupId] },
  { tenantId: tenantA, userName: 'nobody', groupIds: [] },
  { tenantId: tenantA, userName: 'device_pump', groupIds: [devicesGroupId] },
  { tenantId: tenantA, userName: 'device_other', groupIds: [devicesGroupId] },
  { tenantId: tenantB, userName: 'admin', groupIds: [adminsGroupId] },
  { tenantId: managementTenant, userName: 'admin', groupIds: [adminsGroupId] },
  { tenantId: managementTenant, userName: bootstrapUserName, groupIds: [] },
] as const

export interface Call {
  /** `user` of tenant A, or `tenant/user`; `admin` unless given, nobody with `null`. */
  readonly as?: string | null
  readonly body?: JsonValue
  /** In place of `body`: exactly these bytes. */
  readonly payload?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** The body read as JSON; `{}` where there is none. */
  readonly body: JsonObject
  /** Members `id` and `next` of the body; empty where there is none. */
  readonly id: string
  readonly next: string
}

/** A REST API on an empty in-memory store, with the users above. */
export class TestApi implements AsyncDisposable {
  readonly app: FastifyInstance
  readonly rest: RestPipeline
  readonly store: ObservableStore
  readonly clock: ManualClock
  readonly tokens: TokenParts
  readonly failures: unknown[]
  readonly events: TenantEvent[]

  constructor(
    parts: Pick<TestApi, 'app' | 'rest' | 'store' | 'clock' | 'tokens' | 'failures' | 'events'>,
  ) {
    this.app = parts.app
    this.rest = parts.rest
    this.store = parts.store
    this.clock = parts.clock
    this.tokens = parts.tokens
    this.failures = parts.failures
    this.events = parts.events
  }

  async call(request: string, { as = 'admin', body, payload, headers = {} }: Call = {}) {
    const [method = '', url = ''] = request.split(' ')
    const sent = payload ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await this.app.inject({
      method: method as 'GET',
      url,
      headers: {
        host: 'iot.example',
        accept: 'application/json',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(as === null ? {} : { authorization: basic(as) }),
        ...headers,
      },
      ...(sent === undefined ? {} : { payload: sent }),
    })
    const text = response.payload
    const read: JsonObject = text.startsWith('{') ? JSON.parse(text) : {}
    const answer: Answer = {
      status: response.statusCode,
      headers: response.headers as Answer['headers'],
      text,
      body: read,
      id: typeof read.id === 'string' ? read.id : '',
      next: typeof read.next === 'string' ? read.next : '',
    }
    return answer
  }

  /** Creates something and gives its id. */
  async create(path: string, body: JsonObject, as = 'admin'): Promise<string> {
    const answer = await this.call(`POST ${path}`, { as, body })
    if (answer.status !== 201) throw new Error(`${path} answered ${answer.status} ${answer.text}`)
    return answer.id
  }

  /** A device with agent marker and its own external id. */
  async createDevice(name: string, as = 'admin'): Promise<string> {
    const id = await this.create(
      '/inventory/managedObjects',
      { name, type: 'test_Device', c8y_IsDevice: {}, com_cumulocity_model_Agent: {} },
      as,
    )
    const externalId = { type: 'c8y_Serial', externalId: name }
    const added = await this.call(`POST /identity/globalIds/${id}/externalIds`, {
      as,
      body: externalId,
    })
    if (added.status !== 201) throw new Error(`external id: ${added.text}`)
    return id
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close()
    await this.store[Symbol.asyncDispose]()
  }
}

/** Credentials of a user of the tests. */
export function basic(name: string, secret = password): string {
  const login = name.includes('/') ? name : `${tenantA}/${name}`
  return `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`
}

export interface TestApiOptions {
  readonly limits?: Partial<HttpLimits>
  readonly publicUrl?: string
  readonly trustedProxies?: readonly string[]
  /** Adds routes of others, as the parts beside the API do. */
  readonly extend?: (app: FastifyInstance) => void
}

export async function openTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const clock = new ManualClock()
  const events: TenantEvent[] = []
  const failures: unknown[] = []
  const work = new PasswordWork({ runningMax: 1, waitingMax: 64 })
  const secrets = new SecretHashes(new MasterKey(Buffer.alloc(32, 7)), work)
  const store = openMemoryStore({
    onCommitted: (committed) => {
      events.push(...committed)
      for (const event of committed) authenticator.onTenantEvent(event)
    },
  })
  const tokens = buildTokens(store, () => clock.now())
  const authenticator = buildAuthenticator(store, secrets, tokens, work, clock)
  await store.run(managementTenant, clock.now(), async (unit) => {
    for (const id of new Set(users.map(({ tenantId }) => tenantId))) {
      await unit.instance.saveTenant({ id, status: 'ACTIVE', creationTime: unit.now })
    }
    for (const { tenantId, userName, groupIds } of users) {
      await unit.tenant(tenantId).saveUser(testUser(tenantId, userName, groupIds, secrets))
    }
  })
  const wire = new Wire({
    now: () => clock.now(),
    nowMs: () => clock.now(),
    setTap: () => {},
    tenantOf: () => tenantA,
    isTenant: () => Promise.resolve(true),
  })
  const parts: RestApiOptions = {
    store,
    secrets,
    clock,
    authenticates: {
      byPassword: (attempt) => authenticator.authenticate({ ...attempt, channel: 'rest' }),
      byToken: (attempt) => authenticator.authenticateToken(attempt),
    },
    defaultTenantId: tenantA,
    limits: { ...defaultHttpLimits, ...options.limits },
    log: { error: (fields) => failures.push(fields) },
    findTemplatesFault,
    wire: new WireWatch({
      wire,
      lookUp: {
        findDeviceId: (tenantId, value) =>
          store.reader(tenantId).findByExternalId({ type: 'c8y_Serial', value }),
        findTemplates: () => undefined,
      },
      now: () => clock.now(),
      onWatched: () => {},
    }),
    dryRun: new DryRun({
      collections: new TemplateCollections(store),
      openUnit: (tenantId, now, onRead) =>
        openDiscardedUnit({ reads: store, tenantId, now, onRead }),
      nowMs: () => clock.now(),
      platformVersion: '1018.0.0',
      packetBytesMax: 16 * 1024,
    }),
    smartRest1: {
      answerSmartRest1: async ({ userName }, xId, text) => `20,${userName} ${xId} ${text}`,
    },
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    ...(options.trustedProxies === undefined ? {} : { trustedProxies: options.trustedProxies }),
  }
  const rest = new RestPipeline(parts)
  const app = buildRestApi(parts, rest)
  options.extend?.(app)
  await app.ready()
  return new TestApi({ app, rest, store, clock, tokens, failures, events })
}

function buildAuthenticator(
  store: ObservableStore,
  hashes: SecretHashes,
  tokens: TokenParts,
  work: PasswordWork,
  clock: ManualClock,
): Authenticator {
  const limits = Object.fromEntries(
    Object.entries(authenticationLimits).map(([name, row]) => [name, row.default]),
  ) as AuthenticationLimits
  const { verifiedSecretsCached } = limits
  const now = () => clock.now()
  return new Authenticator({
    reads: store,
    verifier: new SecretVerifier({ hashes, work, now, verifiedSecretsCached }),
    tokens: tokens.verifier,
    publicHost,
    dummies: new DummyHashes(hashes),
    limits,
    defaultTenant: tenantA,
    sourceOf: (address) => address,
    now,
    random: () => 0,
  })
}

/** Keyed hashes for everybody: memory-hard ones would cost seconds. */
function testUser(
  tenantId: TenantId,
  userName: string,
  groupIds: readonly number[],
  secrets: SecretHashes,
): User {
  return {
    tenantId,
    userName,
    secretHash: secrets.hashDeviceSecret(tenantId, userName, password),
    groupIds,
    enabled: true,
    shouldResetPassword: false,
    lastPasswordChange: 0,
    creationTime: 0,
    profile: {},
  }
}
