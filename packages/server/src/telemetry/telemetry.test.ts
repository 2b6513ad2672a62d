import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceIdentifier, TenantId } from '@pileus/domain'
import fastify from 'fastify'
import { MqttEndpoint } from '../mqtt-endpoint/mqtt-endpoint.ts'
import { openMemoryStore } from '../store/memory/open-memory-store.ts'
import { Wire } from '../wire/wire.ts'
import { WireWatch } from '../wire/wire-watch.ts'
import { buildTelemetry } from './telemetry.ts'

const t100 = 't100' as TenantId

/** Everything on a store in memory and an endpoint that does not listen. */
async function openScene() {
  const lines: string[] = []
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  const telemetry = buildTelemetry({
    level: 'info',
    version: '0.1.0',
    now: () => clock.now,
    write: (line) => lines.push(line),
  })
  const storage = { isBroken: false, probes: 0 }
  const store = openMemoryStore()
  const endpoint = new MqttEndpoint({ door: { connect: () => Promise.reject(new Error('shut')) } })
  const http = fastify()
  const wire = new Wire({
    now: () => clock.now,
    nowMs: () => clock.now,
    setTap: () => {},
    tenantOf: () => undefined,
    isTenant: () => Promise.resolve(false),
  })
  const wireWatch = new WireWatch({
    wire,
    lookUp: { findDeviceId: () => undefined, findTemplates: () => undefined },
    now: () => clock.now,
    onWatched: telemetry.onWireWatched,
  })
  telemetry.serve(http, {
    store,
    endpoint,
    wire,
    wireWatch,
    walBytes: () => 4096,
    probeStorage: () => {
      storage.probes++
      return storage.isBroken ? Promise.reject(new Error('disk full')) : Promise.resolve()
    },
  })
  const get = async (url: string) => {
    const { statusCode, payload } = await http.inject({ url })
    return { statusCode, payload }
  }
  const ready = async () => JSON.parse((await get('/health/ready')).payload)
  const events = () => lines.map((line): Record<string, unknown> => JSON.parse(line))
  return {
    telemetry,
    clock,
    storage,
    lines,
    events,
    get,
    ready,
    async [Symbol.asyncDispose]() {
      await http.close()
      await endpoint[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

test('ready follows the listeners and the storage, each with its own check', async () => {
  await using scene = await openScene()
  assert.equal((await scene.get('/health/live')).statusCode, 200)
  assert.equal((await scene.get('/health/ready')).statusCode, 503)
  scene.telemetry.ready()
  assert.equal((await scene.get('/health/ready')).statusCode, 200)
  scene.storage.isBroken = true
  scene.clock.now += 5000
  const { checks } = await scene.ready()
  assert.equal(checks.listeners.state, 'ok')
  assert.deepEqual(checks.database, {
    state: 'failing',
    since: '2026-01-01T00:00:05.000Z',
    detail: 'disk full',
  })
  scene.storage.isBroken = false
  scene.clock.now += 5000
  scene.telemetry.draining()
  assert.equal((await scene.ready()).checks.database.state, 'ok')
  assert.equal((await scene.ready()).checks.listeners.state, 'failing')
})

test('the storage is probed once in five seconds, however often somebody asks', async () => {
  await using scene = await openScene()
  for (let i = 0; i < 50; i++) await scene.ready()
  assert.equal(scene.storage.probes, 1)
})

test('what the parts tell moves the metric that stands for it', async () => {
  await using scene = await openScene()
  const { gatewayObserver, onLogin, onRequestAnswered, onGroupDone } = scene.telemetry
  gatewayObserver.rowHandled(0)
  gatewayObserver.rowHandled(0)
  gatewayObserver.rowHandled(45)
  gatewayObserver.publishTaken(1, 'PERSISTENT')
  gatewayObserver.publishTaken(1, 'PERSISTENT')
  gatewayObserver.duplicateSuppressed()
  gatewayObserver.operationSent(7)
  gatewayObserver.operationAcknowledged()
  gatewayObserver.operationUnsayable()
  gatewayObserver.errorLineDropped()
  const login = {
    method: 'password',
    channel: 'mqtt',
    userName: 't100/anna',
    remoteAddress: '::1',
  } as const
  onLogin(login, { kind: 'wrong', answerAfterMs: 0 })
  onLogin(login, { kind: 'throttled', scope: 'source', retryAfterSeconds: 60, answerAfterMs: 1000 })
  onLogin({ ...login, method: 'token', channel: 'rest' }, { kind: 'expired' })
  onRequestAnswered({
    method: 'GET',
    path: '/inventory/managedObjects/{id}',
    status: 404,
    durationMs: 3,
    actor: undefined,
    remoteAddress: '::1',
  })
  onGroupDone(3, 2)
  const { payload } = await scene.get('/metrics')
  for (const line of [
    'platform_smartrest_rows_total{template_class="static",result="ok"} 2',
    'platform_smartrest_rows_total{template_class="static",result="45"} 1',
    'platform_publish_total{qos="1",mode="PERSISTENT"} 2',
    'platform_dedup_hits_total 1',
    'platform_operations_sent_total 1',
    'platform_operation_push_seconds_bucket{le="0.01"} 1',
    'platform_operations_acknowledged_total 1',
    'platform_operations_unsayable_total 1',
    'platform_publish_dropped_total{reason="errorLines"} 1',
    'platform_auth_total{method="password",result="wrong"} 1',
    'platform_auth_throttled_total{scope="source"} 1',
    'platform_http_requests_total{method="GET",route="/inventory/managedObjects/{id}",status="404"} 1',
    'platform_commit_batch_size_sum 3',
    'platform_commit_seconds_sum 0.002',
    'platform_wal_bytes 4096',
    'platform_mqtt_connects_total{result="accepted"} 0',
    'platform_build_info{version="0.1.0",node="' + process.versions.node + '"} 1',
  ]) {
    assert.ok(payload.split('\n').includes(line), line)
  }
})

test('a connection leaves a line when it opens, is refused and ends, with the reason', async () => {
  await using scene = await openScene()
  const { endpointObserver } = scene.telemetry
  const connection = {
    connectionId: 7,
    transport: 'tcp',
    remoteAddress: '10.0.0.7',
    clientId: 'd:pump-7',
    userName: 't100/device_pump-7',
    sessionKey: 't100\npump-7',
  } as const
  endpointObserver.onConnected?.(connection)
  endpointObserver.onConnectRefused?.({ ...connection, returnCode: 5, reason: 'not yours' })
  endpointObserver.onConnectionClosed?.({
    ...connection,
    reason: 'keepAliveTimeout',
    durationMs: 12.6,
    bytesIn: 1,
    bytesOut: 2,
    publishesIn: 3,
    publishesOut: 4,
    publishesDropped: 0,
    will: 'published',
  })
  const [opened, refused, closed] = scene.events()
  assert.deepEqual(
    [opened?.event, opened?.tenant, opened?.device, opened?.user, opened?.remote],
    ['mqtt.connected', 't100', 'pump-7', 't100/device_pump-7', '10.0.0.7'],
  )
  assert.deepEqual(
    [refused?.event, refused?.returnCode, refused?.reason],
    ['mqtt.refused', 5, 'not yours'],
  )
  assert.deepEqual(
    [closed?.event, closed?.reason, closed?.durationMs, closed?.publishesIn, closed?.will],
    ['mqtt.closed', 'keepAliveTimeout', 13, 3, 'published'],
  )
})

test('canary: no secret of a login, a registration or a failure reaches log or metrics', async () => {
  await using scene = await openScene()
  const { telemetry } = scene
  const canary = 'canary7f3a'
  const login = {
    method: 'password',
    channel: 'rest',
    userName: 'anna',
    password: canary,
    remoteAddress: '::1',
  } as const
  telemetry.onLogin(login, { kind: 'wrong', answerAfterMs: 125 })
  telemetry.gatewayObserver.failed('publish', new Error(`70,t100,device_a,${canary}`))
  telemetry.gatewayObserver.failed('publish', new Error(`71,${canary}.${canary}.${canary}`))
  telemetry.restFailures.error(
    { correlationId: 'c', method: 'GET', path: '/', err: new Error(`Basic ${canary}`) },
    'A request failed.',
  )
  telemetry.onCommitted([
    {
      tenantId: t100,
      event: {
        kind: 'registrationChanged',
        change: 'updated',
        request: {
          deviceIdentifier: 'a' as DeviceIdentifier,
          tenantId: t100,
          status: 'ACCEPTED',
          owner: 'admin',
          creationTime: 0,
          statusSince: 0,
          customProperties: { password: canary },
          tokenHash: canary,
          acceptedTokenHash: canary,
          wrongTokens: 0,
          claimants: [],
          polls: [],
          isContested: false,
        },
      },
    },
    { tenantId: t100, event: { kind: 'userAccessChanged', userName: 'anna', reason: 'disabled' } },
  ])
  assert.deepEqual(
    scene.events().map((line) => line.event),
    [
      'login.flooded',
      'login.refused',
      'gateway.failed',
      'gateway.failed',
      'http.failed',
      'registration.changed',
      'user.accessChanged',
    ],
  )
  const { payload } = await scene.get('/metrics')
  assert.doesNotMatch(scene.lines.join('') + payload, /canary/)
})
