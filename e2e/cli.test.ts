// The command line as people meet it: in terminals, against a platform, with another terminal for
// the operator. What can be said without a platform is tried beside its sources.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findFreePort } from './free-port.ts'
import { connectDevice } from './mqtt-device.ts'
import { PseudoTerminal, terminalProgram } from './pseudo-terminal.ts'
import { bootstrapLogin, findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { reasonToSkip, Shell, type ShellResult } from './shell.ts'
import { type Platform, startPlatform } from './start-platform.ts'
import { inTime, until } from './until.ts'

const skip = reasonToSkip([terminalProgram], 'bsdutils')
const launcher = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'pileus.mjs')
const pileus = `'${process.execPath}' '${launcher}'`

const folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-cli-'))
const platform = await startPlatform()
after(async () => {
  await platform[Symbol.asyncDispose]()
  folder.remove()
})

type Env = Readonly<Record<string, string>>

/** What a shell on the platform's machine has set; `more` adds to it, '' takes away. */
function envOf({ httpUrl, mqttPort, admin, bootstrapPassword }: Platform, more: Env = {}): Env {
  return {
    HOME: folder.path,
    XDG_CONFIG_HOME: folder.path,
    COLUMNS: '100',
    PILEUS_HTTP_PORT: new URL(httpUrl).port,
    PILEUS_MQTT_PORT: String(mqttPort),
    PILEUS_ADMIN_PASSWORD: admin.password,
    PILEUS_BOOTSTRAP_PASSWORD: bootstrapPassword,
    ...more,
  }
}

function terminal(args: string, more?: Env): PseudoTerminal {
  return new PseudoTerminal(`${pileus} ${args}`, envOf(platform, more))
}

/** Without a terminal. `input` is a command for the shell whose output it reads. */
async function run(args: string, more?: Env, input = 'true'): Promise<ShellResult> {
  await using shell = new Shell(`${input} | ${pileus} ${args}`, { ...envOf(platform, more) })
  return await shell.ended()
}

test('a device waits in one terminal, an operator lets it in from another', { skip }, async () => {
  await using device = terminal('device run --id two-terminals --every 200ms --name "Two"')
  await device.shows(/waits for an operator.*has asked once/s)
  await device.shows(/http:\S+\/console\/registration\?externalId=two-terminals\n/)
  const [, add = ''] = await device.shows(/(registration add two-terminals)\n/)
  const [, accept = ''] = await device.shows(/(registration accept two-terminals)\n/)

  assert.match((await run(add)).stdout, /two-terminals is expected/)
  await until(
    'the device in the list',
    () => run('registration list'),
    ({ stdout }) => /two-terminals +Pending acceptance .*127\.0\.0\.1/.test(stdout),
  )
  assert.match((await run(accept)).stdout, /asked from 127\.0\.0\.1.*is accepted/s)

  const [, file = ''] = await device.shows(/let in as t100\/device_two-terminals; .* in (\S+)\n/)
  assert.equal(statSync(file).mode & 0o077, 0, 'nobody else can read its credentials')
  await device.shows(/↑ 211,[\d.]+ {2}acknowledged after \d+ ms/)
  const objectId = await findObjectId(platform, 'two-terminals')
  const { measurements } = await platform.rest.get(`/measurement/measurements?source=${objectId}`)
  assert.equal(measurements[0].type, 'c8y_TemperatureMeasurement')

  const uptime = await operate(objectId, { c8y_Command: { text: 'uptime' } })
  assert.equal((await finished(uptime)).status, 'SUCCESSFUL')
  const unknown = await operate(objectId, { c8y_Command: { text: 'touch /tmp/x' } })
  assert.match((await finished(unknown)).failureReason, /Unknown command "touch"/)
  const restart = await operate(objectId, { c8y_Restart: {} })
  assert.equal((await finished(restart)).status, 'SUCCESSFUL')
  await device.shows(/↓ c8y_Restart.*restarting.*connected to mqtt.*↑ 211/s)

  device.ctrlC()
  assert.equal(await device.ended(), 0)
  assert.match(device.text, /two-terminals has ended: \d+ sent, \d+ acknowledged, 0 refused, 3 op/)

  // It needs nobody the next time.
  await using again = terminal('device run --id two-terminals', { PILEUS_BOOTSTRAP_PASSWORD: '' })
  await again.shows(/acknowledged after/)
  again.ctrlC()
  assert.equal(await again.ended(), 0)

  const sent = await run(`device send --id two-terminals '211,25' '200,acme_T,T,warm' 105`)
  assert.equal(sent.code, 1)
  assert.match(sent.stdout, /^106\n. 3 rows acknowledged, 1 refused/)
  assert.match(sent.stderr, /^✗ 200,acme_T,T,warm\n {15}\^{4}\n {2}45 .*must be a number/)
})

test('a password is asked for and not shown', { skip }, async () => {
  await using operator = terminal('registration list', { PILEUS_ADMIN_PASSWORD: '' })
  await operator.shows(/Password of t100\/admin: /)
  operator.type(`x\u007f${platform.admin.password}\r`)
  assert.equal(await operator.ended(), 0)
  assert.match(operator.text, /^(?:ID|No device)/m)
  assert.ok(!operator.output.includes(platform.admin.password.slice(0, 5)))
})

test('a wrong password ends with 77, and Ctrl-C at the question with 130', { skip }, async () => {
  await using wrong = terminal('registration list', { PILEUS_ADMIN_PASSWORD: '' })
  await wrong.shows(/Password of/)
  wrong.type('not this one\r')
  assert.equal(await wrong.ended(), 77)
  assert.match(wrong.text, /does not let t100\/admin in.*\n.*came from what was typed/)

  await using cancelled = terminal('registration list', { PILEUS_ADMIN_PASSWORD: '' })
  await cancelled.shows(/Password of/)
  cancelled.ctrlC()
  assert.equal(await cancelled.ended(), 130)
})

test('a wrong bootstrap password ends with 77 and says where it came from', async () => {
  const { code, stderr } = await run('device run --id stranger', {
    PILEUS_BOOTSTRAP_PASSWORD: 'not this one',
  })
  assert.equal(code, 77)
  assert.match(stderr, /bootstrap password.*\n.*PILEUS_BOOTSTRAP_PASSWORD/)
})

test('a file with a password must be private', async () => {
  const file = join(folder.path, 'password')
  const options = { PILEUS_ADMIN_PASSWORD: '', PILEUS_ADMIN_PASSWORD_FILE: file }
  writeFileSync(file, `${platform.admin.password}\n`, { mode: 0o644 })
  const open = await run('registration list', options)
  assert.equal(open.code, 77)
  const [, advice = ''] = /Run: (.*)/.exec(open.stderr) ?? []
  await using repair = new Shell(advice)
  await repair.ended()
  assert.equal((await run('registration list', options)).code, 0)
})

test('the token that a device shows is asked for before it counts as wrong', { skip }, async () => {
  await run('registration add with-token')
  await using device = terminal('device run --id with-token --token')
  const [, token = ''] = await device.shows(/with the token: (\S+)\n/)
  await until(
    'the device in the list',
    () => run('registration list'),
    ({ stdout }) => /with-token +Pending.*needs its security token/.test(stdout),
  )
  const unasked = await run('registration accept with-token')
  assert.equal(unasked.code, 78)
  assert.match(unasked.stderr, /--token-file/)

  await using wrong = terminal('registration accept with-token')
  await wrong.shows(/Security token that with-token shows: /)
  wrong.type('not-this-one\r')
  assert.equal(await wrong.ended(), 1)
  assert.match(wrong.text, /\n4 wrong tokens more/)

  await using right = terminal('registration accept with-token')
  await right.shows(/Security token that with-token shows: /)
  right.type(`${token}\r`)
  assert.equal(await right.ended(), 0)
  await device.shows(/let in as/)
  device.ctrlC()
  assert.equal(await device.ended(), 0)
})

test('of a contested id both addresses are named, and what to do', async () => {
  await run('registration add contested-cli')
  for (const from of ['127.0.0.2', '127.0.0.1']) {
    const login = bootstrapLogin(platform, 'contested-cli')
    await using device = await connectDevice(mqttUrl(platform), login, { from })
    await device.subscribe('s/dcr')
    await device.publish('s/ucr', '')
  }
  const refused = await run('registration accept contested-cli')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /127\.0\.0\.2.*127\.0\.0\.1.*--force/s)
  assert.equal((await run('registration accept contested-cli --force')).code, 0)
  assert.equal((await run('registration reject contested-cli never-heard-of')).code, 1)
  assert.doesNotMatch((await run('registration list')).stdout, /contested-cli/)
})

test('what a device shows fits a narrow terminal', { skip }, async () => {
  await using device = terminal('device run --id narrow-1', { COLUMNS: '40' })
  const [shown] = await device.shows(/… narrow-1 waits .*has asked once.*\n/s)
  for (const line of shown.split('\n')) assert.ok(line.length < 40, line)
  // Cut off they would be of no use.
  assert.match(device.text, /http:\S+\/console\/registration\?externalId=narrow-1\n/)
  device.ctrlC()
  assert.equal(await device.ended(), 0)
})

test('a wrong row has its column marked, in colour only where that is wanted', {
  skip,
}, async () => {
  await using coloured = terminal(`decode '200,acme_T,"a, b",warm,C'`)
  assert.equal(await coloured.ended(), 1)
  assert.match(coloured.text, /\n {2}200,acme_T,"a, b",warm,C\n {20}\^{4}\n {2}45 /)
  assert.ok(coloured.output.includes('\u001b['))
  await using plain = terminal(`decode '200,acme_T,"a, b",warm,C'`, { NO_COLOR: '1' })
  assert.equal(await plain.ended(), 1)
  assert.equal(plain.output.replaceAll('\r\n', '\n'), coloured.text)
})

test('of more wrong rows than a platform tells of none is counted as accepted', async () => {
  const send = `device send --id many-wrong --user t100/${platform.admin.user} -`
  const { code, stdout } = await run(send, {}, `yes 999,1 | head -n 30`)
  assert.equal(code, 1)
  assert.match(stdout, /30 rows acknowledged, at least 30 refused/)
})

test('an id that no device may have is told as such', async () => {
  const { code, stderr } = await run('device run --id a/b')
  assert.equal(code, 64)
  assert.match(stderr, /does not take a\/b for the id of a device.*\n.*247 characters/)
})

test('Ctrl-C ends what waits for a platform that says nothing', { skip }, async () => {
  await using silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  await using sender = terminal(
    `device send --id nobody --user t100/admin --mqtt mqtt://127.0.0.1:${port} 211,25`,
  )
  await once(silent, 'connection')
  sender.ctrlC()
  assert.equal(await sender.ended(), 130)
  assert.match(sender.text, /ended before the platform had acknowledged/)

  await using watcher = terminal(`registration list --watch --url http://127.0.0.1:${port}`)
  await once(silent, 'connection')
  watcher.ctrlC()
  assert.equal(await watcher.ended(), 0)
})

test('a platform that goes away is missed, and one that is away is named', { skip }, async () => {
  await using other = await startPlatform()
  const env = envOf(other)
  await using operator = new PseudoTerminal(`${pileus} registration list --watch`, env)
  await operator.shows(/No device is expected/)
  await using device = new PseudoTerminal(`${pileus} device run --id left-alone`, env)
  await device.shows(/has asked once/)
  await other.stop()
  await device.shows(/left-alone is not connected: .*Attempt \d+ in/)
  device.ctrlC()
  assert.equal(await device.ended(), 0)
  assert.equal(await operator.ended(), 69)
  assert.match(operator.text, /No answer from http:.*ECONNREFUSED.*\n.*pileus serve/)
})

test('the wire of a device is followed, also over a restart', { skip }, async () => {
  const port = String(await findFreePort())
  await using other = await startPlatform({ env: { PILEUS_HTTP_PORT: port } })
  const login = await registerDevice(other, 'watched-1')
  const env = envOf(other)
  await using watcher = new PseudoTerminal(`${pileus} wire watched-1`, env)
  await using program = new PseudoTerminal(`${pileus} wire watched-1 --errors-only --json`, env)
  await watcher.shows(/watched-1 is not connected\. Waiting/)
  await program.shows(/"isConnected":false/)
  {
    await using device = await connectDevice(mqttUrl(other), login)
    await watcher.shows(/↑ CONNECT +watched-1 as t100\/device_watched-1, MQTT 3\.1\.1/)
    await device.publish('s/us', '211,25\n200,acme_T,T,warm')
    await watcher.shows(/211 createTemperatureMeasurement {2}temperature=25 /)
    await watcher.shows(/✓ measurement \d+ created {2}\/measurement\/measurements\/\d+\n/)
    const marked = /\n( +)200,acme_T,T,warm\n( +)\^{4}\n +45 .*must be a number, not "warm"\n/
    const [, before = '', marks = ''] = await watcher.shows(marked)
    assert.equal(marks.length - before.length, '200,acme_T,T,'.length)
    const [line = ''] = await program.shows(/^\{"seq".*"code":45.*\n/m)
    assert.equal(JSON.parse(line).rows[1].error.column, 3)
    assert.doesNotMatch(program.text, /"packet":"CONNECT"/)
  }
  await watcher.shows(/↑ DISCONNECT/)
  await other.restart()
  await watcher.shows(/The platform is away\./)
  await watcher.shows(/The platform has restarted: packets after [\d:.]+ may be missing\./)
  await using device = await connectDevice(mqttUrl(other), login)
  await device.publish('s/us', '211,26')
  await watcher.shows(/temperature=26 /)
  for (const terminal of [watcher, program]) {
    terminal.ctrlC()
    assert.equal(await terminal.ended(), 0)
  }
  const reader = await run('wire watched-1', { PILEUS_ADMIN_PASSWORD: 'not this one' })
  assert.equal(reader.code, 77)
})

test('a simulation ends by itself, and its devices have sent what it says', async () => {
  const simulate = 'simulate --devices 3 --rate 60 --prefix cli-sim'
  const { code, stdout } = await run(`${simulate} --for 3s`)
  assert.equal(code, 0)
  const [, rows] = /3 of 3 connected, .* (\d+) rows acknowledged, 0 refused/.exec(stdout) ?? []
  assert.ok(Number(rows) > 0, stdout)
  const { managedObjects } = await platform.rest.get('/inventory/managedObjects?type=sim_ColdRoom')
  assert.equal(managedObjects.length, 3)
  // Credentials of before are used again.
  const kept = readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
  assert.equal(kept.filter((name) => /cli-sim-\d\.json$/.test(name)).length, 3)
  assert.equal((await run(`${simulate} --for 1s`)).code, 0)
})

test('serve runs the platform, and Ctrl-C ends it in order', { skip }, async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'pileus-serve-'))
  const env = {
    HOME: folder.path,
    PILEUS_HTTP_PORT: '0',
    PILEUS_MQTT_PORT: '0',
    PILEUS_DRAIN_WINDOW_MS: '1',
  }
  await using server = new PseudoTerminal(`${pileus} serve --data-dir '${data.path}'`, env)
  const [, url = ''] = await server.shows(/Pileus is ready: HTTP (\S+) MQTT/)
  assert.equal((await fetch(`${url}/health/ready`)).status, 200)
  server.ctrlC()
  assert.equal(await server.ended(), 0)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`serve ends in order when its launcher is sent ${signal}`, async () => {
    using data = mkdtempDisposableSync(join(tmpdir(), 'pileus-serve-'))
    const server = spawn(process.execPath, [launcher, 'serve', '--data-dir', data.path], {
      env: { PILEUS_HTTP_PORT: '0', PILEUS_MQTT_PORT: '0', PILEUS_DRAIN_WINDOW_MS: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = once(server, 'close')
    let output = ''
    for await (const chunk of server.stdout) {
      output += String(chunk)
      if (/^Pileus is ready.*\n/m.test(output) && !server.killed) server.kill(signal)
    }
    assert.deepEqual(await inTime('the end of the server', ended), [0, null])
  })
}

test('serve has the words and codes of the server', async () => {
  const { code, stderr } = await run('serve --mqtt-prot 1', { PILEUS_BOOTSTRAP_PASSWORD: '' })
  assert.equal(code, 78)
  assert.match(stderr, /The option --mqtt-prot is unknown/)
})

async function operate(deviceId: string, fragments: object): Promise<string> {
  const { id } = await platform.rest.create('/devicecontrol/operations', { deviceId, ...fragments })
  return id
}

async function finished(operationId: string) {
  return await until(
    'the end of the operation',
    () => platform.rest.get(`/devicecontrol/operations/${operationId}`),
    ({ status }) => status === 'SUCCESSFUL' || status === 'FAILED',
  )
}
