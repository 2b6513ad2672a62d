// Tokens of devices (mqtt-endpoint.md §11): asked for with MQTT.js, used over REST, until they end.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connectDevice, type Device, refusalOf } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { startPlatform } from './start-platform.ts'
import { until } from './until.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())

async function askForToken(device: Device): Promise<string> {
  await device.publish('s/uat', '', 0)
  const row = await device.next('s/dat')
  assert.match(row, /^71,[\w-]+\.[\w-]+\.[\w-]+$/)
  return row.slice('71,'.length)
}

/** Status of a request in the name of a token, and the document it is answered with. */
async function ask(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${platform.httpUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

test('a device asks over MQTT and is itself over REST, also after a restart', async () => {
  const login = await registerDevice(platform, 'pump-1')
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.publish('s/us', '100,Pump,acme_Pump')
  await device.publish('s/uat', '')
  await device.subscribe('s/dat', 0)
  assert.deepEqual(device.waiting('s/dat'), [], 'nobody listened')
  const token = await askForToken(device)

  // Agents read the payload with any base64 decoder and compare the issuer (thin-edge.md §5.4).
  const claims = JSON.parse(atob(token.split('.')[1] ?? ''))
  assert.deepEqual(
    [claims.iss, claims.aud, claims.sub, claims.ten, claims.exp - claims.iat],
    ['127.0.0.1', '127.0.0.1', 'device_pump-1', 't100', 3600],
  )
  const id = await findObjectId(platform, 'pump-1')
  const object = `/inventory/managedObjects/${id}`
  assert.equal((await ask(token, 'GET', object)).body.name, 'Pump')
  assert.equal((await ask(token, 'PUT', object, { acme_Flow: 3 })).status, 200)
  const event = {
    source: { id },
    type: 'acme_Start',
    text: 'Started',
    time: '2031-02-11T07:00:00Z',
  }
  assert.equal((await ask(token, 'POST', '/event/events/', event)).status, 201)
  assert.equal((await ask(token, 'HEAD', '/tenant/currentTenant')).status, 200)
  assert.equal((await ask(token, 'GET', '/devicecontrol/newDeviceRequests')).status, 403)

  await platform.restart()
  assert.equal((await ask(token, 'GET', object)).status, 200)
  await using again = await connectDevice(mqttUrl(platform), login)
  await again.subscribe('s/dat')
  const next = await askForToken(again)
  assert.equal(await askForToken(again), next, 'the same one while it is young')
  assert.equal((await ask(next, 'GET', object)).status, 200)
  assert.equal(await refusalOf(mqttUrl(platform), { ...login, password: next }), 4)

  assert.ok(!platform.log.includes(token.slice(0, 40)), 'no token in the log')
  const stored = readdirSync(join(platform.dataDir, 'db')).map((file) =>
    readFileSync(join(platform.dataDir, 'db', file), 'latin1'),
  )
  for (const secret of ['PRIVATE KEY', token, next]) {
    assert.ok(!stored.some((bytes) => bytes.includes(secret)), `${secret} is not in the database`)
  }
})

test('deleting the user of a device ends its token and its connection', async () => {
  const login = await registerDevice(platform, 'pump-2')
  await using device = await connectDevice(mqttUrl(platform), login)
  await device.subscribe('s/dat')
  const token = await askForToken(device)
  assert.equal((await ask(token, 'GET', '/user/currentUser')).status, 200)
  await platform.rest.delete('/user/t100/users/device_pump-2')
  await device.closedByPlatform()
  const refusal = () => ask(token, 'GET', '/user/currentUser')
  const { body } = await until('the end of the token', refusal, ({ status }) => status === 401)
  assert.equal(body.error, 'security/Unauthorized')
  assert.equal(body.message, 'Invalid credentials! : Bad credentials')
})

test('a token of one platform is nothing to another', async () => {
  await using other = await startPlatform()
  const login = await registerDevice(other, 'pump-3')
  await using device = await connectDevice(mqttUrl(other), login)
  await device.subscribe('s/dat')
  const token = await askForToken(device)
  assert.equal((await ask(token, 'GET', '/tenant/currentTenant')).status, 401)
})
