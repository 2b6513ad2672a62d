// The life of a device as somebody types it, with the clients of Mosquitto. Each command is a
// connection of its own under the id of the device; mosquitto_rr asks and hears the answer on one.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bootstrapLogin, findObjectId, registerDevice } from './register-device.ts'
import type { Document } from './rest-client.ts'
import { reasonToSkip, Shell, type ShellResult } from './shell.ts'
import { startPlatform } from './start-platform.ts'
import { until } from './until.ts'

const programs = ['mosquitto_pub', 'mosquitto_sub', 'mosquitto_rr']
const skip = reasonToSkip(programs, 'mosquitto-clients')
const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const { rest } = platform
const requests = '/devicecontrol/newDeviceRequests'

test('from nothing to a finished operation', { skip }, async () => {
  await rest.create(requests, { id: 'pump-7' })
  const { username, password: secret } = bootstrapLogin(platform, 'pump-7')
  const stranger = `-p ${platform.mqttPort} -V mqttv311 -i pump-7 -u ${username} -P '${secret}' -q 1`

  const early = await run(`mosquitto_rr ${stranger} -t s/ucr -n -e s/dcr -W 1`)
  assert.equal(early.stdout, '', 'nobody has accepted it')
  assert.equal((await rest.get(`${requests}/pump-7`)).status, 'PENDING_ACCEPTANCE')
  await rest.update(`${requests}/pump-7`, { status: 'ACCEPTED' })
  const answer = await succeed(`mosquitto_rr ${stranger} -t s/ucr -n -e s/dcr -W 10`)
  const [code, tenant, user, password] = answer.trim().split(',')
  assert.deepEqual([code, tenant, user], ['70', 't100', 'device_pump-7'])

  const device = `-p ${platform.mqttPort} -V mqttv311 -i pump-7 -u ${tenant}/${user} -P ${password} -q 1`
  await succeed(`mosquitto_pub ${device} -t s/us -m '100,Pump 7,acme_Pump'`)
  await succeed(
    `printf '%s\\n' 110,SN-7,P,2 114,c8y_Restart,c8y_Command 117,20 | mosquitto_pub ${device} -t s/us -s`,
  )
  await succeed(`printf '%s\\n' '211,25' '211,26' '211,27' | mosquitto_pub ${device} -t s/us -l`)
  await succeed(`mosquitto_pub ${device} -t s/us -m '101,pump-7_valve,Valve,acme_Valve'`)
  await succeed(`mosquitto_pub ${device} -t s/us/pump-7_valve -m '200,acme_Flow,F,12.4,l/s'`)
  await succeed(`mosquitto_pub ${device} -t s/us -m '302,acme_Leak,"Water, in the pit"' -q 2`)
  const children = await succeed(`mosquitto_rr ${device} -t s/us -m 105 -e s/ds -W 10`)
  assert.equal(children, '106,pump-7_valve\n')
  const error = await succeed(`mosquitto_rr ${device} -t s/us -m 999,x -e s/e -W 10`)
  assert.equal(error, '40,999,No static template for this message id\n')

  const id = await findObjectId(platform, 'pump-7')
  const pump = await rest.get(`/inventory/managedObjects/${id}`)
  assert.deepEqual([pump.name, pump.type, pump.owner], ['Pump 7', 'acme_Pump', 'device_pump-7'])
  assert.deepEqual(pump.c8y_SupportedOperations, ['c8y_Restart', 'c8y_Command'])
  const { measurements } = await rest.get(`/measurement/measurements?source=${id}`)
  assert.deepEqual(
    measurements.map((each: Document) => each.c8y_TemperatureMeasurement.T.value),
    [25, 26, 27],
  )
  const { alarms } = await rest.get(`/alarm/alarms?source=${id}`)
  assert.equal(alarms[0].text, 'Water, in the pit')

  const command = { deviceId: id, c8y_Command: { text: 'echo "a, b"' } }
  const { id: operationId } = await rest.create('/devicecontrol/operations', command)
  const row = await succeed(`mosquitto_sub ${device} -t s/ds -t s/e -v -C 1 -W 10`)
  assert.equal(row, 's/ds 511,pump-7,"echo \\"a, b\\""\n')
  await succeed(`mosquitto_pub ${device} -t s/us -m 501,c8y_Command`)
  await succeed(`mosquitto_pub ${device} -t s/us -m '503,c8y_Command,"a, b"'`)
  const operation = await rest.get(`/devicecontrol/operations/${operationId}`)
  assert.deepEqual(
    [operation.status, operation.c8y_Command.result, operation.delivery.status],
    ['SUCCESSFUL', 'a, b', 'DELIVERED'],
  )
})

test('operations reach a mosquitto_sub that waits for them', { skip }, async () => {
  const { clientId, username, password } = await registerDevice(platform, 'pump-8')
  const device = `-p ${platform.mqttPort} -i ${clientId} -u ${username} -P ${password} -q 1`
  await succeed(`mosquitto_pub ${device} -t s/us -m 100`)
  const deviceId = await findObjectId(platform, 'pump-8')
  const waiting = run(`mosquitto_sub ${device} -t s/ds -C 2 -W 10`)
  await rest.create('/devicecontrol/operations', { deviceId, c8y_Restart: {} })
  await rest.create('/devicecontrol/operations', { deviceId, c8y_Relay: { relayState: 'OPEN' } })
  const { stdout, stderr } = await waiting
  assert.equal(stdout, '510,pump-8\n518,pump-8,OPEN\n', stderr)
})

test('the last will of a mosquitto_sub that is killed', { skip }, async () => {
  const { clientId, username, password } = await registerDevice(platform, 'pump-9')
  const device = `-p ${platform.mqttPort} -i ${clientId} -u ${username} -P ${password}`
  const will = `--will-topic s/us --will-payload '400,acme_Will,gone' --will-qos 1`
  await succeed(`mosquitto_pub ${device} -q 1 -t s/us -m 100`)
  const source = await findObjectId(platform, 'pump-9')
  await rest.create('/devicecontrol/operations', { deviceId: source, c8y_Restart: {} })
  {
    await using waiting = new Shell(`mosquitto_sub ${device} -t s/ds ${will}`)
    await until('a row', () => waiting.stdout.includes('510,pump-9'))
    // Here the shell and its program are killed.
  }
  await until('the will', async () => {
    const { events } = await rest.get(`/event/events?source=${source}`)
    return events.length === 1
  })
})

test('what is refused says why', { skip }, async () => {
  const { clientId, username, password } = await registerDevice(platform, 'pump-10')
  const login = `-p ${platform.mqttPort} -i ${clientId} -u ${username}`
  const wrong = await run(`mosquitto_pub ${login} -P wrong -q 1 -t s/us -m 100`)
  assert.notEqual(wrong.code, 0)
  assert.match(wrong.stderr, /bad user name or password/i)
  const foreign = await run(
    `mosquitto_pub -p ${platform.mqttPort} -i pump-7 -u ${username} -P ${password} -q 1 -t s/us -m 100`,
  )
  assert.match(foreign.stderr, /not authori[sz]ed/i)
  const version5 = await run(`mosquitto_pub ${login} -P ${password} -V mqttv5 -q 1 -t s/us -m 100`)
  assert.notEqual(version5.code, 0)
  const filters = await run(`mosquitto_sub ${login} -P ${password} -t '#' -W 5`)
  assert.match(`${filters.stdout}${filters.stderr}`, /denied|rejected/i)
})

async function run(script: string): Promise<ShellResult> {
  await using shell = new Shell(script)
  return await shell.ended(20_000)
}

/** What the script printed; fails when it fails. */
async function succeed(script: string): Promise<string> {
  const { code, stdout, stderr } = await run(script)
  assert.equal(code, 0, `${script}\n${stdout}${stderr}`)
  return stdout
}
