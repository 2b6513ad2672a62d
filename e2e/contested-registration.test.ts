import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectDevice } from './mqtt-device.ts'
import { bootstrapLogin, mqttUrl } from './register-device.ts'
import { startPlatform } from './start-platform.ts'
import { until } from './until.ts'

test('of two addresses that ask for one id, only the accepted one gets the credentials', async () => {
  await using platform = await startPlatform({ env: { PILEUS_HOST: '0.0.0.0' } })
  const url = mqttUrl(platform)
  const path = '/devicecontrol/newDeviceRequests/pump-1'
  await platform.rest.create('/devicecontrol/newDeviceRequests', { id: 'pump-1' })

  const login = bootstrapLogin(platform, 'pump-1')
  {
    await using guesser = await connectDevice(url, login, { from: '127.0.0.2' })
    await guesser.subscribe('s/dcr')
    await guesser.publish('s/ucr', '')
  }
  await using device = await connectDevice(url, login)
  await device.subscribe('s/dcr')
  await device.publish('s/ucr', '')
  await until(
    'the request to wait for an operator',
    () => platform.rest.get(path),
    ({ status }) => status === 'PENDING_ACCEPTANCE',
  )

  const unforced = await platform.rest.request('PUT', path, { status: 'ACCEPTED' })
  assert.equal(unforced.status, 422)
  assert.match(unforced.body.message, /127\.0\.0\.2.*127\.0\.0\.1/)
  await platform.rest.update(path, { status: 'ACCEPTED', force: true })

  await device.publish('s/ucr', '')
  const [messageId, tenant, user] = (await device.next('s/dcr')).split(',')
  assert.deepEqual([messageId, tenant, user], ['70', 't100', 'device_pump-1'])
})

test('wrong passwords from one address do not keep a device away from another', async () => {
  await using platform = await startPlatform({ env: { PILEUS_HOST: '0.0.0.0' } })
  const { rest } = platform
  await rest.create('/devicecontrol/newDeviceRequests', { id: 'pump-2' })
  const url = mqttUrl(platform)
  const stranger = { clientId: 'pump-2', username: 't100/admin', password: 'guess' }
  const codes: number[] = []
  for (let attempt = 0; attempt < 8; attempt++) {
    const refused = await connectDevice(url, stranger, { from: '127.0.0.3' }).then(
      () => assert.fail('a wrong password was accepted'),
      (error: { code?: number }) => Number(error.code),
    )
    codes.push(refused)
  }
  assert.equal(codes[0], 4)
  assert.equal(codes.at(-1), 3)
  const honest = { ...stranger, password: platform.admin.password }
  await using device = await connectDevice(url, { ...honest, clientId: 'admin-tool' })
  await device.publish('s/us', '100')
})
