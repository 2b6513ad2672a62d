import type { TenantEvent } from '@pileus/domain'
import type { FastifyInstance } from 'fastify'
import type { DecidedLogin, LoginVerdict, TokenLoginVerdict } from '../credentials/authenticate.ts'
import type { ObservesGateway } from '../device-gateway/session-ports.ts'
import type { ConnectionDescription, EndpointObserver } from '../mqtt-endpoint/endpoint-observer.ts'
import type { MqttEndpoint } from '../mqtt-endpoint/mqtt-endpoint.ts'
import type { AnsweredRequest, LogsFailures } from '../rest-api/rest-pipeline.ts'
import type { ObservableStore } from '../store/open-store.ts'
import type { Wire } from '../wire/wire.ts'
import type { WatchedDevice, WireWatch } from '../wire/wire-watch.ts'
import { type Finding, Health } from './health.ts'
import type { Cell } from './instruments.ts'
import { type Log, type LogFields, openLog } from './log.ts'
import { buildMetrics, type Metrics } from './metrics.ts'

/** What is looked at, rather than told, when somebody asks for metrics or health. */
export interface ObservedParts {
  readonly store: ObservableStore
  readonly endpoint: MqttEndpoint
  readonly wire: Wire
  readonly wireWatch: WireWatch
  /** Size of the log of the database on the disk. */
  readonly walBytes: () => number
  /** Commits something harmless; rejects when the storage cannot. */
  readonly probeStorage: () => Promise<unknown>
}

/** Log, metrics and health of the process; each part tells it what happens. */
export interface Telemetry {
  readonly log: Log
  readonly gatewayObserver: ObservesGateway
  readonly endpointObserver: EndpointObserver
  readonly restFailures: LogsFailures
  readonly onLogin: (login: DecidedLogin, verdict: LoginVerdict | TokenLoginVerdict) => void
  readonly onRequestAnswered: (request: AnsweredRequest) => void
  readonly onCommitted: (events: readonly TenantEvent[]) => void
  readonly onGroupDone: (units: number, durationMs: number) => void
  readonly onPressure: (isPaused: boolean) => void
  readonly onWireWatched: (watched: WatchedDevice) => void
  /** Adds `/health/live`, `/health/ready` and `/metrics`. */
  serve(http: FastifyInstance, parts: ObservedParts): void
  /** All listeners accept. */
  ready(): void
  draining(): void
  /** Writes out what waits; for the moment before the process ends. */
  close(): void
}

export function buildTelemetry(options: {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly version: string
  readonly now: () => number
  /** Takes log lines instead of standard error. */
  readonly write?: (line: string) => void
}): Telemetry {
  const opened = openLog(options)
  const { log } = opened
  const metrics = buildMetrics()
  metrics.buildInfo.set(1, options.version, process.versions.node)
  metrics.onLook(() => metrics.logLinesDropped.set(opened.linesDropped))
  let phase: 'starting' | 'ready' | 'draining' = 'starting'
  return {
    log,
    gatewayObserver: observeGateway(metrics, log),
    endpointObserver: observeEndpoint(log),
    restFailures: {
      error: ({ correlationId, method, path, err }) =>
        log('http.failed', {
          traceId: textOf(correlationId),
          error: err,
          more: { method: textOf(method), route: textOf(path) },
        }),
    },
    onLogin: (login, verdict) => observeLogin(metrics, log, login, verdict),
    onRequestAnswered: (request) => observeRequest(metrics, log, request),
    onCommitted: (events) => {
      for (const event of events) logDomainEvent(log, event)
    },
    onGroupDone: (units, durationMs) => {
      metrics.commitBatchSize.observe(units)
      metrics.commitSeconds.observe(durationMs / 1000)
    },
    onPressure: (isPaused) => log(isPaused ? 'storage.behind' : 'storage.caughtUp'),
    onWireWatched: ({ tenantId: tenant, userName: user, deviceIdentifier: device }) =>
      log('wire.watched', { tenant, user, device }),
    serve(http, parts) {
      copyNumbers(metrics, parts)
      const health = new Health({
        checks: {
          listeners: () => listenersFinding(phase),
          database: rarely(options.now, () => storageFinding(parts)),
        },
        now: options.now,
        onChange: (check, { state, detail }) =>
          log('health.changed', { reason: detail, more: { check, state } }),
      })
      serveAnswers(http, health, metrics)
    },
    ready() {
      phase = 'ready'
    },
    draining() {
      phase = 'draining'
      log('platform.draining')
    },
    close: () => opened.close(),
  }
}

function observeGateway(metrics: Metrics, log: Log): ObservesGateway {
  const rowsDone = metrics.smartrestRows.cell('static', 'ok')
  const sent = metrics.operationsSent.cell()
  const acknowledged = metrics.operationsAcknowledged.cell()
  const unsayable = metrics.operationsUnsayable.cell()
  const pushed = metrics.operationPushSeconds.distribution()
  const answered = metrics.publishAckSeconds.distribution()
  const duplicates = metrics.dedupHits.cell()
  const errorLinesDropped = metrics.publishesDropped.cell('errorLines')
  const publishes = new Map<string, Cell>()
  return {
    rowHandled(code) {
      if (code === 0) rowsDone.value++
      else metrics.smartrestRows.add(1, 'static', String(code))
    },
    publishTaken(qos, mode) {
      const key = `${qos}${mode}`
      const cell = publishes.get(key) ?? metrics.publishes.cell(String(qos), mode)
      publishes.set(key, cell)
      cell.value++
    },
    publishesAnswered(waitedMs) {
      answered.observe(waitedMs / 1000)
    },
    duplicateSuppressed() {
      duplicates.value++
    },
    operationSent(waitedMs) {
      sent.value++
      pushed.observe(waitedMs / 1000)
    },
    operationAcknowledged() {
      acknowledged.value++
    },
    operationUnsayable() {
      unsayable.value++
    },
    errorLineDropped() {
      errorLinesDropped.value++
    },
    failed: (activity, error) => log('gateway.failed', { error, more: { activity } }),
  }
}

function observeEndpoint(log: Log): EndpointObserver {
  return {
    onConnected(connection) {
      log('mqtt.connected', fieldsOf(connection, {}))
    },
    onConnectRefused(refusal) {
      const { reason, returnCode } = refusal
      log('mqtt.refused', { ...fieldsOf(refusal, { returnCode }), reason })
    },
    onConnectionClosed(ending) {
      const { reason, detail, durationMs, bytesIn, bytesOut } = ending
      const { publishesIn, publishesOut, publishesDropped, will } = ending
      const counts = { bytesIn, bytesOut, publishesIn, publishesOut, publishesDropped }
      log('mqtt.closed', {
        ...fieldsOf(ending, { detail, ...counts, will }),
        durationMs: Math.round(durationMs),
        reason,
      })
    },
    onFailure(failure) {
      const { during, error } = failure
      log('mqtt.failed', { ...fieldsOf(failure, { during }), error })
    },
  }
}

function fieldsOf(connection: Partial<ConnectionDescription>, more: LogFields['more']): LogFields {
  const { connectionId, transport, remoteAddress, clientId, userName, sessionKey } = connection
  // Tenant and identifier of the device, see the session registry of the gateway.
  const [tenant, device] = sessionKey?.split('\n') ?? []
  return {
    tenant,
    device,
    user: userName,
    clientId,
    remote: remoteAddress,
    more: { connection: connectionId, transport, ...more },
  }
}

function observeLogin(
  metrics: Metrics,
  log: Log,
  login: DecidedLogin,
  verdict: LoginVerdict | TokenLoginVerdict,
): void {
  metrics.logins.add(1, login.method, verdict.kind)
  // Every token ends so: no reason for a line.
  if (verdict.kind === 'user' || verdict.kind === 'expired') return
  if (verdict.kind === 'throttled') metrics.loginsThrottled.add(1, verdict.scope)
  // Refusals are only spread in time when the whole instance is flooded.
  if (verdict.kind === 'wrong' && verdict.answerAfterMs > 0) log('login.flooded')
  const { tenantId: tenant, userName: user, remoteAddress: remote, channel, method } = login
  log('login.refused', { tenant, user, remote, reason: verdict.kind, more: { channel, method } })
}

const ownRoutes: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics'])

function observeRequest(metrics: Metrics, log: Log, request: AnsweredRequest): void {
  const { method, path: route = 'none', status, durationMs, actor, remoteAddress } = request
  metrics.httpRequests.add(1, method, route, String(status))
  metrics.httpRequestSeconds.observe(durationMs / 1000, method)
  // Machines ask these every few seconds; the answers are of no interest later.
  if (ownRoutes.has(route)) return
  log('http.request', {
    tenant: actor?.tenantId,
    user: actor?.userName,
    remote: remoteAddress,
    durationMs: Math.round(durationMs),
    more: { method, route, status },
  })
}

function logDomainEvent(log: Log, { tenantId: tenant, event }: TenantEvent): void {
  if (event.kind === 'userAccessChanged') {
    log('user.accessChanged', { tenant, user: event.userName, reason: event.reason })
  } else if (event.kind === 'registrationChanged') {
    const { deviceIdentifier: device, status, isContested } = event.request
    log('registration.changed', {
      tenant: event.request.tenantId,
      device,
      more: { change: event.change, status, isContested },
    })
  }
}

/** Numbers that the parts keep themselves. */
function copyNumbers(metrics: Metrics, parts: ObservedParts): void {
  const { store, endpoint, wire, wireWatch, walBytes } = parts
  metrics.onLook(() => {
    const { counters } = endpoint
    metrics.mqttConnects.set(counters.connectsAccepted, 'accepted')
    for (const [code, count] of Object.entries(counters.connectsRefused)) {
      metrics.mqttConnects.set(count, code)
    }
    for (const [reason, count] of Object.entries(counters.closes)) {
      metrics.mqttDisconnects.set(count, reason)
    }
    for (const [type, count] of Object.entries(counters.packetsIn)) {
      metrics.mqttPackets.set(count, type, 'in')
    }
    metrics.mqttPackets.set(counters.publishesOut, 'publish', 'out')
    metrics.mqttBytes.set(counters.bytesIn, 'in')
    metrics.mqttBytes.set(counters.bytesOut, 'out')
    metrics.mqttTakeovers.set(counters.takeOvers)
    metrics.publishesDropped.set(counters.publishesDropped, 'slowConsumer')
  })
  metrics.onLook(() => {
    const gauges = endpoint.gauges()
    for (const [listener, count] of Object.entries(gauges.sessions)) {
      metrics.mqttConnections.set(count, listener, 'password')
    }
    metrics.mqttUnauthenticated.set(gauges.unauthenticated)
    metrics.socketsPaused.set(gauges.unread)
    metrics.outputBufferBytes.set(gauges.outputBytes)
  })
  metrics.onLook(() => {
    const { waitingUnits, ageMs } = store.queueDepth
    metrics.commitQueueUnits.set(waitingUnits)
    metrics.commitQueueAgeSeconds.set(ageMs / 1000)
    metrics.walBytes.set(walBytes())
  })
  metrics.onLook(() => {
    metrics.wireDevices.set(wire.capturedDevices)
    metrics.wireBytes.set(wire.bytes)
    metrics.wireStreams.set(wireWatch.streams)
    metrics.slowConsumersClosed.set(wireWatch.slowStreamsCut, 'wire')
  })
}

function serveAnswers(http: FastifyInstance, health: Health, metrics: Metrics): void {
  http.get('/health/live', (_, reply) => {
    const { status, body } = health.live()
    return reply.code(status).send(body)
  })
  http.get('/health/ready', async (_, reply) => {
    const { status, body } = await health.ready()
    return reply.code(status).send(body)
  })
  http.get('/metrics', async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.format()),
  )
}

function listenersFinding(phase: 'starting' | 'ready' | 'draining'): Finding {
  switch (phase) {
    case 'starting':
      return { isHealthy: false, detail: 'The platform is starting.' }
    case 'ready':
      return { isHealthy: true }
    case 'draining':
      return { isHealthy: false, detail: 'The platform is stopping.' }
  }
}

async function storageFinding({ store, probeStorage }: ObservedParts): Promise<Finding> {
  await probeStorage()
  const waitedMs = Math.round(store.queueDepth.ageMs)
  return { isHealthy: true, detail: `Commits; the oldest unit has waited for ${waitedMs} ms.` }
}

/** Whoever asks for health may ask often; the storage is asked once in this time. */
const probeIntervalMs = 5000

/** The last finding while it is fresh. */
function rarely(now: () => number, check: () => Promise<Finding>): () => Promise<Finding> {
  let last: { readonly at: number; readonly finding: Promise<Finding> } | undefined
  return () => {
    const at = now()
    if (last === undefined || at - last.at >= probeIntervalMs) last = { at, finding: check() }
    return last.finding
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
