// How the process starts, refuses to start, and ends (DESIGN §6, reliability §14, security §11.3).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { prepareLoad } from './load.ts'
import { connectDevice, refusalOf } from './mqtt-device.ts'
import { bootstrapLogin, mqttUrl, registerDevice } from './register-device.ts'
import { RestClient } from './rest-client.ts'
import { type Exit, ServerProcess, startPlatform } from './start-platform.ts'
import { inTime, until } from './until.ts'

const atOnceMs = 3000
/** For a process that starts only to say why it does not. */
const refusalMsMax = 10_000

test('SIGTERM under load drains, exits 0 and costs nothing acknowledged', async (t) => {
  await using platform = await startPlatform({ env: { PILEUS_DRAIN_WINDOW_MS: '500' } })
  const load = await prepareLoad(platform, { devicesOfKind: 5, writersCount: 4 })
  for (let round = 0; round < 3; round++) {
    const due = load.acknowledged(200)
    load.begin()
    await inTime('some load', due)
    assert.deepEqual(await platform.stop(), { code: 0, signal: null })
    assert.deepEqual(errorsIn(platform.log), [])
    await load.interrupted()
    await platform.start()
  }
  await load.finish()
  t.diagnostic(load.summary())
  assert.deepEqual(await load.violations(), [])
})

test('SIGTERM publishes no will', async () => {
  await using platform = await startPlatform()
  const login = await registerDevice(platform, 'drained-1')
  const will = {
    topic: 's/us',
    payload: Buffer.from('400,acme_Will,gone'),
    qos: 1,
    retain: false,
  } as const
  await using device = await connectDevice(mqttUrl(platform), login, { will })
  await device.publish('s/us', '100')
  assert.deepEqual(await platform.stop(), { code: 0, signal: null })
  await device.closedByPlatform()
  await platform.start()
  assert.deepEqual((await platform.rest.get('/event/events')).events, [])
})

test('SIGINT stops in the same way', async () => {
  await using platform = await startPlatform()
  platform.signal('SIGINT')
  assert.deepEqual(await platform.ended(), { code: 0, signal: null })
})

test('a second signal ends it at once, but not within the first second', async () => {
  await using platform = await startPlatform({ env: { PILEUS_DRAIN_DELAY_MS: '20000' } })
  const ready = async (): Promise<number> =>
    (await fetch(`${platform.httpUrl}/health/ready`)).status
  platform.signal('SIGTERM')
  platform.signal('SIGTERM')
  await until('not ready', ready, (status) => status === 503)
  // npm and a terminal both deliver the first signal, a moment apart; a person takes longer.
  await pause(1100)
  assert.equal(await ready(), 503, 'it still drains')
  platform.signal('SIGTERM')
  const { code } = await inTime('the end', platform.ended(), atOnceMs)
  assert.notEqual(code, null)
})

test('a wrong configuration ends the start with 78, and every setting that is wrong is named', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'pileus.json'), '{ "mqtt": { "prot": 1883 }, "tenant": 7 }')
  const wrong = {
    PILEUS_HTTP_PORT: 'eighty',
    PILEUS_MQTT_PORT: '65536',
    PILEUS_HTTP_PROT: '8080',
    PILEUS_LIMITS: 'closed',
    PILEUS_ADMIN_PASSWORD: 'too-short',
    PILEUS_BOOTSTRAP_PASSWORD_FILE: '/nowhere/secret',
    PILEUS_HTTPS_PORT: '8443',
  }
  const { exit, said } = await refusedStart(wrong, folder.path)
  assert.deepEqual(exit, { code: 78, signal: null }, said)
  for (const name of [...Object.keys(wrong), 'mqtt.prot', 'tenant']) {
    assert.match(said, new RegExp(`^.*\\b${name}\\b`, 'm'))
  }
  assert.ok(!said.includes(wrong.PILEUS_ADMIN_PASSWORD), 'secrets are not repeated')
})

test('an unknown variable alone is enough', async () => {
  using folder = temporaryFolder()
  const { exit, said } = await refusedStart({ PILEUS_HTTP_PROT: '8080' }, folder.path)
  assert.deepEqual(exit, { code: 78, signal: null }, said)
  assert.match(said, /\bPILEUS_HTTP_PROT\b/)
})

for (const variable of ['PILEUS_HTTP_PORT', 'PILEUS_MQTT_PORT']) {
  test(`a port in use ends the start with 69 and is named with ${variable}`, async () => {
    using folder = temporaryFolder()
    await using taken = createServer()
    taken.listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    assert.ok(typeof address === 'object' && address !== null)
    const { exit, said } = await refusedStart({ [variable]: String(address.port) }, folder.path)
    assert.deepEqual(exit, { code: 69, signal: null }, said)
    assert.match(said, new RegExp(`${address.port}`))
    assert.match(said, new RegExp(variable))
  })
}

test('a second process on the data folder ends with 69 and names it', async () => {
  await using platform = await startPlatform()
  const { exit, said } = await refusedStart({ PILEUS_DATA_DIR: platform.dataDir }, tmpdir())
  assert.deepEqual(exit, { code: 69, signal: null }, said)
  assert.ok(said.includes(platform.dataDir), said)
  assert.equal((await fetch(`${platform.httpUrl}/health/ready`)).status, 200)
})

test('after SIGKILL the data folder is free', async () => {
  await using platform = await startPlatform()
  await platform.kill()
  await platform.start()
  assert.equal((await fetch(`${platform.httpUrl}/health/ready`)).status, 200)
})

test('generated passwords are shown once, at the first start, and not in the log', async () => {
  await using platform = await startPlatform({
    env: { PILEUS_ADMIN_PASSWORD: undefined, PILEUS_BOOTSTRAP_PASSWORD: undefined },
  })
  const { output, log, httpUrl } = platform
  const password = /^ *Password +(\S{24})\b/m.exec(output)?.[1] ?? ''
  const bootstrapPassword = /management\/devicebootstrap +(\S{22,})\b/.exec(output)?.[1] ?? ''
  assert.notEqual(password, '', output)
  assert.notEqual(bootstrapPassword, '', output)
  assert.equal(log.split('\n').filter(isJson).join('\n').includes(password), false)
  const admin = new RestClient(httpUrl, 't100/admin', password)
  assert.equal((await admin.get('/user/currentUser')).shouldResetPassword, true)
  const manager = new RestClient(httpUrl, 'management/admin', password)
  assert.equal((await manager.get('/tenant/currentTenant')).name, 'management')
  const login = { ...bootstrapLogin(platform, 'first-1'), password: bootstrapPassword }
  await using _device = await connectDevice(mqttUrl(platform), login)

  await platform.restart()
  for (const secret of [password, bootstrapPassword]) {
    assert.ok(!platform.log.includes(secret), 'the second start shows no password')
  }
  assert.doesNotMatch(platform.output, /only now/)
  const again = new RestClient(platform.httpUrl, 't100/admin', password)
  assert.equal((await again.get('/user/currentUser')).userName, 'admin')
  await using _again = await connectDevice(mqttUrl(platform), login)
})

test('a configured administrator password counts at the first start only', async () => {
  await using platform = await startPlatform()
  await platform.stop()
  const { dataDir, admin } = platform
  await using other = await startPlatform({
    env: { PILEUS_DATA_DIR: dataDir, PILEUS_ADMIN_PASSWORD: 'another long password 8' },
  })
  const before = new RestClient(other.httpUrl, 't100/admin', admin.password)
  assert.equal((await before.request('GET', '/user/currentUser')).status, 200)
  const after = new RestClient(other.httpUrl, 't100/admin', 'another long password 8')
  assert.equal((await after.request('GET', '/user/currentUser')).status, 401)
})

test('nobody gets in with what vendors ship', async () => {
  await using platform = await startPlatform({
    env: { PILEUS_ADMIN_PASSWORD: undefined, PILEUS_BOOTSTRAP_PASSWORD: undefined },
  })
  const url = mqttUrl(platform)
  const login = { clientId: 'guess-1', username: 'management/devicebootstrap' }
  for (const password of ['devicebootstrap', 'Fhdt1bb1f', 'admin', 'password']) {
    assert.ok([3, 4].includes(await refusalOf(url, { ...login, password })))
  }
})

test('no secret is in the log, however talkative it is', async () => {
  await using platform = await startPlatform({ env: { PILEUS_LOG_LEVEL: 'trace' } })
  const { admin, bootstrapPassword, rest } = platform
  const requests = '/devicecontrol/newDeviceRequests'
  const token = 'canary-token-4711'
  await rest.create(requests, { id: 'canary-1' })
  await using stranger = await connectDevice(
    mqttUrl(platform),
    bootstrapLogin(platform, 'canary-1'),
  )
  await stranger.subscribe('s/dcr')
  await stranger.publish('s/ucr', token)
  await rest.update(`${requests}/canary-1`, { status: 'ACCEPTED', securityToken: token })
  await stranger.publish('s/ucr', token)
  const [, tenant, user, password = ''] = (await stranger.next('s/dcr')).split(',')
  const login = { clientId: 'canary-1', username: `${tenant}/${user}`, password }
  await using _device = await connectDevice(mqttUrl(platform), login)
  const wrong = 'canary-guess-4712'
  await refusalOf(mqttUrl(platform), { ...login, password: wrong })
  await new RestClient(platform.httpUrl, 't100/admin', wrong).request('GET', '/user/currentUser')
  assert.deepEqual(await platform.stop(), { code: 0, signal: null })
  for (const secret of [admin.password, bootstrapPassword, token, password, wrong]) {
    assert.ok(!platform.log.includes(secret), `${secret} is in the log`)
  }
  assert.doesNotMatch(platform.log, /Basic [\w+/=]{12}/, 'nor in its other form')
  assert.match(platform.log, /canary-1/, 'that this device came and went is')
})

test('health and metrics can be asked for without credentials', async () => {
  await using platform = await startPlatform()
  const { httpUrl } = platform
  const login = await registerDevice(platform, 'healthy-1')
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.publish('s/us', '211,25')
  const live = await fetch(`${httpUrl}/health/live`)
  assert.equal(live.status, 200)
  const ready = await fetch(`${httpUrl}/health/ready`)
  assert.equal(ready.status, 200)
  assert.match(ready.headers.get('content-type') ?? '', /^application\/json/)
  const metrics = await fetch(`${httpUrl}/metrics`)
  assert.equal(metrics.status, 200)
  assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain/)
  const text = await metrics.text()
  for (const line of text.split('\n')) {
    assert.match(line, /^$|^# (HELP|TYPE|UNIT|EOF)|^[a-z_:][a-z0-9_:]*(\{.*\})? \S+$/i)
  }
})

test('a signal to npm start ends the server, and npm with 0', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder()
  const npm = spawn('npm', ['start'], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env['PATH'], HOME: folder.path, ...quietEnvironment(folder.path) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that whatever is left can be ended.
    detached: true,
  })
  let output = ''
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  npm.stderr.resume()
  try {
    const exit = once(npm, 'exit')
    const line = await until('the ready line', () => /^Pileus is ready.*$/m.exec(output)?.[0])
    const httpUrl = /http:\/\/\S+/.exec(line ?? '')?.[0] ?? ''
    assert.equal((await fetch(`${httpUrl}/health/ready`)).status, 200)
    npm.kill('SIGTERM')
    const [code] = await inTime('the end of npm', exit)
    assert.equal(code, 0)
    await assert.rejects(fetch(`${httpUrl}/health/live`), 'the server has ended before npm did')
  } finally {
    endGroup(npm.pid)
  }
})

function temporaryFolder(): { readonly path: string } & Disposable {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-e2e-'))
  return { path: folder.path, [Symbol.dispose]: () => folder.remove() }
}

function quietEnvironment(folder: string): Record<string, string> {
  return {
    PILEUS_DATA_DIR: join(folder, 'data'),
    PILEUS_HTTP_PORT: '0',
    PILEUS_MQTT_PORT: '0',
  }
}

/** Starts a server that is expected to end by itself. */
async function refusedStart(
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<{ readonly exit: Exit; readonly said: string }> {
  const server = new ServerProcess({ env: { ...quietEnvironment(folder), ...env }, cwd: folder })
  try {
    const exit = await server.exit(refusalMsMax)
    return { exit, said: server.said }
  } finally {
    server.signal('SIGKILL')
  }
}

/** Lines of the log at level error or above (pino: 50). */
function errorsIn(log: string): readonly string[] {
  return log.split('\n').filter((line) => isJson(line) && JSON.parse(line).level >= 50)
}

function isJson(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}')
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left, as it should be.
  }
}
