import { statSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TellsTime, TenantEvent } from '@pileus/domain'
import {
  actorOf,
  completeFirstLogin,
  expireRegistrations,
  managementTenant,
  parseTenantId,
  serialType,
} from '@pileus/domain'
import { findCollectionRequest } from '@pileus/smartrest'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config/settings.ts'
import { limitsOf } from './config/settings.ts'
import { readSite } from './console-site/read-site.ts'
import { serveConsole } from './console-site/serve-console.ts'
import type { LoginVerdict } from './credentials/authenticate.ts'
import { Authenticator } from './credentials/authenticate.ts'
import { TokenIssuer } from './credentials/issue-tokens.ts'
import { PasswordWork, passwordWorkersFor } from './credentials/password-work.ts'
import type { PreparedInstance } from './credentials/prepare-instance.ts'
import { prepareInstance } from './credentials/prepare-instance.ts'
import { resolveLogin } from './credentials/resolve-login.ts'
import { TokenKeys } from './credentials/token-keys.ts'
import { DummyHashes, SecretVerifier } from './credentials/verify-secret.ts'
import { TokenVerifier } from './credentials/verify-token.ts'
import type { LoginAttempt } from './device-gateway/device-gateway.ts'
import { DeviceGateway } from './device-gateway/device-gateway.ts'
import { findTemplatesFault } from './device-gateway/find-templates-fault.ts'
import { RateByKey } from './device-gateway/rate-by-key.ts'
import { DryRun } from './dry-run/dry-run.ts'
import type { EndpointObserver } from './mqtt-endpoint/endpoint-observer.ts'
import { MqttEndpoint } from './mqtt-endpoint/mqtt-endpoint.ts'
import { sourceKeyOf } from './mqtt-endpoint/source-key.ts'
import { PlatformError } from './platform-error.ts'
import { buildRestApi, type RestApiOptions } from './rest-api/build-rest-api.ts'
import { RestPipeline } from './rest-api/rest-pipeline.ts'
import { openDiscardedUnit } from './store/memory/discarded-unit.ts'
import type { ObservableStore } from './store/open-store.ts'
import { openSqliteStore } from './store/sqlite/open-sqlite-store.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import type { LooksUp } from './wire/presenter.ts'
import { Wire, type WireParts } from './wire/wire.ts'
import { WireWatch } from './wire/wire-watch.ts'

/** A platform that accepts connections. */
export interface RunningServer extends PreparedInstance {
  readonly httpAddress: AddressInfo
  readonly mqttAddress: AddressInfo
  /** Ends all connections in order and closes the store (reliability §14). */
  stop(): Promise<void>
}

/** What clients compare with: the level of the interface that we offer (rest-api §4.3). */
const platformVersion = '1018.0.0'
const sweepIntervalMs = 60_000
/** Where the build of the console leaves it. */
const consoleFolder = fileURLToPath(new URL('../../console/dist/site', import.meta.url))
const clock: TellsTime = { now: Date.now }

/**
 * Opens the store, prepares the instance, joins the parts and listens. The only place where the
 * parts meet: read from top to bottom, it is the map of the process.
 */
export async function startServer(
  config: Config,
  telemetry: Telemetry,
  onFailure: (error: PlatformError) => void,
): Promise<RunningServer> {
  await using resources = new AsyncDisposableStack()

  const listeners: ((events: readonly TenantEvent[]) => void)[] = []
  const store = resources.use(
    await openSqliteStore({
      dataFolder: config.dataDir,
      onCommitted: (events) => {
        for (const listener of listeners) listener(events)
      },
      onGroupDone: telemetry.onGroupDone,
      onPressure: (isPaused) => {
        telemetry.onPressure(isPaused)
        if (isPaused) endpoint.pause()
        else endpoint.resume()
      },
      onFailure,
    }),
  )

  const work = new PasswordWork({
    runningMax: passwordWorkersFor(availableParallelism()),
    waitingMax: limitsOf(config, 'authentication').passwordChecksWaiting,
  })
  const instance = await prepareInstance(store, instanceSettings(config), work, clock.now())
  const tokenKeys = buildTokenKeys(config, store, instance)
  const authenticator = buildAuthenticator(config, store, instance, tokenKeys, work, telemetry)

  const wire = buildWire(config, store, (key, tap) => endpoint.setTap(key, tap))
  const gateway = new DeviceGateway({
    store,
    clock,
    secrets: instance.secretHashes,
    tokens: buildTokenIssuer(config, store, tokenKeys),
    observer: {
      ...telemetry.gatewayObserver,
      messageRefused: (message) => wire.onMessageRefused(message),
    },
    routes: { callRoute: (actor, call) => rest.call(actor, call) },
    logIn: (attempt) => logInDevice(attempt, authenticator, store),
    ...gatewayRates(config),
    sourceOf: sourceKeyOf,
    platformVersion,
    packetBytesMax: limitsOf(config, 'mqtt').packetBytes,
  })
  const endpoint = resources.use(
    new MqttEndpoint({
      door: gateway,
      limits: limitsOf(config, 'mqtt'),
      observer: observeBoth(telemetry.endpointObserver, wire),
      taps: wire,
    }),
  )
  const wireWatch = new WireWatch({
    wire,
    lookUp: lookUpForWire(store, gateway),
    now: clock.now,
    onWatched: telemetry.onWireWatched,
  })
  listeners.push(
    (events) => {
      for (const event of events) authenticator.onTenantEvent(event)
    },
    (events) => gateway.onCommitted(events),
    (events) => wireWatch.onCommitted(events),
    telemetry.onCommitted,
  )

  const restOptions: RestApiOptions = {
    store,
    secrets: instance.secretHashes,
    clock,
    authenticates: {
      byPassword: (attempt) => authenticator.authenticate({ ...attempt, channel: 'rest' }),
      byToken: (attempt) => authenticator.authenticateToken(attempt),
    },
    defaultTenantId: config.tenant,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    limits: limitsOf(config, 'http'),
    log: telemetry.restFailures,
    onAnswered: telemetry.onRequestAnswered,
    findTemplatesFault,
    wire: wireWatch,
    smartRest1: gateway,
    dryRun: new DryRun({
      collections: gateway.collections,
      openUnit: (tenantId, now, onRead) =>
        openDiscardedUnit({ reads: store, tenantId, now, onRead }),
      nowMs: () => performance.now(),
      platformVersion,
      packetBytesMax: limitsOf(config, 'mqtt').packetBytes,
    }),
  }
  const rest = new RestPipeline(restOptions)
  const http = buildRestApi(restOptions, rest)
  resources.defer(() => http.close())
  // Streams end by themselves never, and HTTP waits for them.
  resources.defer(() => wireWatch.close())
  telemetry.serve(http, {
    store,
    endpoint,
    wire,
    wireWatch,
    walBytes: () => sizeOf(join(config.dataDir, 'db', 'pileus.sqlite-wal')),
    probeStorage: () => store.run(managementTenant, clock.now(), () => undefined),
  })
  serveConsole(http, await readSite(consoleFolder))
  endpoint.attachWebSocket(http.server)

  const sweep = startSweep(store, wire, telemetry)
  resources.defer(() => clearInterval(sweep))

  const mqttAddress = await listen('PILEUS_MQTT_PORT', config.host, config['mqtt.port'], (port) =>
    endpoint.listen({ host: config.host, port }),
  )
  const httpAddress = await listen('PILEUS_HTTP_PORT', config.host, config['http.port'], (port) =>
    listenHttp(http, config.host, port),
  )
  telemetry.ready()

  const held = resources.move()
  return {
    ...instance,
    httpAddress,
    mqttAddress,
    async stop() {
      telemetry.draining()
      await pause(config['drain.delayMs'])
      await endpoint.drain(config['drain.windowMs'])
      await held[Symbol.asyncDispose]()
    },
  }
}

function buildWire(config: Config, store: ObservableStore, setTap: WireParts['setTap']): Wire {
  const tenants = {
    tenantOfHost: () => undefined,
    defaultTenant: parseTenantId(config.tenant),
  }
  return new Wire({
    now: clock.now,
    nowMs: () => performance.now(),
    setTap,
    tenantOf: (userName = '') => resolveLogin({ userName, channel: 'mqtt' }, tenants).tenantId,
    isTenant: async (id) => (await store.instanceReader.findTenant(id)) !== undefined,
  })
}

/** What the packets of a device do not say themselves. */
function lookUpForWire(store: ObservableStore, { collections }: DeviceGateway): LooksUp {
  return {
    findDeviceId: (tenantId, value) =>
      store.reader(tenantId).findByExternalId({ type: serialType, value }),
    async findTemplates(tenantId, xId) {
      const found = await collections.find(tenantId, xId)
      if (found === undefined) return undefined
      const findRequest = (messageId: string) =>
        findCollectionRequest(found.collection, xId, messageId)
      return { xId, findRequest }
    },
  }
}

function observeBoth(observer: EndpointObserver, wire: Wire): EndpointObserver {
  return {
    ...observer,
    onConnectRefused(refusal) {
      observer.onConnectRefused?.(refusal)
      wire.onConnectRefused(refusal)
    },
    onConnectionClosed(ending) {
      observer.onConnectionClosed?.(ending)
      wire.onConnectionClosed(ending)
    },
  }
}

function instanceSettings(config: Config) {
  return {
    keysDir: config.keysDir ?? join(config.dataDir, 'keys'),
    masterKey: config.masterKey,
    allowInsecurePermissions: config.allowInsecurePermissions,
    tenantId: config.tenant,
    adminUserName: config['admin.user'],
    adminPassword: config['admin.password'],
    bootstrapPassword: config['bootstrap.password'],
    isBootstrapEnabled: config['bootstrap.enabled'],
  }
}

function gatewayRates(config: Config) {
  const limits = limitsOf(config, 'gateway')
  const { connectsTracked: keysMax } = limits
  const rate = (perSecond: number, burst: number) => new RateByKey({ perSecond, burst, keysMax })
  const perMinute = (count: number) => rate(count / 60, count)
  const isLifted = [limits.connectsPerSecond, limits.connectBurst].some(isUnlimited)
  const isBootstrapLifted = [
    limits.bootstrapConnectsPerSecond,
    limits.bootstrapConnectBurst,
    limits.bootstrapPollsPerSourceMinute,
    limits.bootstrapPollsPerIdMinute,
  ].some(isUnlimited)
  return {
    tokenIntervalMs: 60_000 / limits.deviceTokensPerMinute,
    connectRate: isLifted ? undefined : rate(limits.connectsPerSecond, limits.connectBurst),
    bootstrap: {
      pollIntervalMs: 60_000 / limits.bootstrapPollsPerMinute,
      sessionsMax: limits.bootstrapSessions,
      sessionMs: limits.bootstrapSessionMinutes * 60_000,
      rates: isBootstrapLifted
        ? undefined
        : {
            connectsOfSource: rate(limits.bootstrapConnectsPerSecond, limits.bootstrapConnectBurst),
            pollsOfSource: perMinute(limits.bootstrapPollsPerSourceMinute),
            pollsOfDevice: perMinute(limits.bootstrapPollsPerIdMinute),
          },
    },
  }
}

function isUnlimited(limit: number): boolean {
  return !Number.isFinite(limit)
}

function buildTokenKeys(
  config: Config,
  store: ObservableStore,
  { tokenSealingKey: sealingKey }: PreparedInstance,
): TokenKeys {
  return new TokenKeys({
    store,
    sealingKey,
    now: clock.now,
    keyDays: config['tokens.keyDays'],
    lifeSecondsMax: config['tokens.deviceLifeSeconds'],
  })
}

function buildTokenIssuer(config: Config, store: ObservableStore, keys: TokenKeys): TokenIssuer {
  const { issuedTokensCached } = limitsOf(config, 'authentication')
  return new TokenIssuer({
    reads: store,
    keys,
    now: clock.now,
    publicHost: publicHostOf(config),
    lifeSeconds: config['tokens.deviceLifeSeconds'],
    issuedTokensCached,
  })
}

/** What devices call us, as far as we know; who listens everywhere is reached at home. */
function publicHostOf({ publicUrl, host }: Config): string {
  if (publicUrl !== undefined) return new URL(publicUrl).hostname
  return host === '0.0.0.0' || host === '::' ? 'localhost' : host.toLowerCase()
}

function buildAuthenticator(
  config: Config,
  store: ObservableStore,
  { secretHashes: hashes }: PreparedInstance,
  keys: TokenKeys,
  work: PasswordWork,
  telemetry: Telemetry,
): Authenticator {
  const limits = limitsOf(config, 'authentication')
  const { verifiedSecretsCached, verifiedTokensCached } = limits
  return new Authenticator({
    reads: store,
    verifier: new SecretVerifier({ hashes, work, now: clock.now, verifiedSecretsCached }),
    tokens: new TokenVerifier({ keys, now: clock.now, verifiedTokensCached }),
    publicHost: publicHostOf(config),
    dummies: new DummyHashes(hashes),
    limits,
    defaultTenant: parseTenantId(config.tenant),
    sourceOf: sourceKeyOf,
    now: clock.now,
    random: Math.random,
    onVerdict: telemetry.onLogin,
  })
}

/** A device's first login with its own credentials ends its registration (security S-4.6). */
async function logInDevice(
  attempt: LoginAttempt,
  authenticator: Authenticator,
  store: ObservableStore,
): Promise<LoginVerdict> {
  const verdict = await authenticator.authenticate({ ...attempt, channel: 'mqtt' })
  if (verdict.kind === 'user') {
    await completeFirstLogin(store, actorOf(verdict.user), clock.now())
  }
  return verdict
}

function startSweep(store: ObservableStore, wire: Wire, telemetry: Telemetry) {
  const sweep = () => {
    wire.sweep()
    store.run(managementTenant, clock.now(), expireRegistrations).catch((error: unknown) => {
      telemetry.gatewayObserver.failed('expireRegistrations', error)
    })
  }
  return setInterval(sweep, sweepIntervalMs)
}

/** Listens, and says which setting to change when the address cannot be had. */
async function listen(
  variable: string,
  host: string,
  port: number,
  open: (port: number) => Promise<AddressInfo>,
): Promise<AddressInfo> {
  try {
    return await open(port)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const code = reason === 'EADDRINUSE' ? 'portInUse' : 'addressUnusable'
    throw new PlatformError(code, { host, port: String(port), variable, reason }, { cause })
  }
}

async function listenHttp(http: FastifyInstance, host: string, port: number): Promise<AddressInfo> {
  await http.listen({ host, port })
  const server: HttpServer = http.server
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('HTTP has no TCP address')
  return address
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
