import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectDevice } from './mqtt-device.ts'
import { findObjectId, registerDevice } from './register-device.ts'
import { startPlatform } from './start-platform.ts'

test('a device lives over WebSocket as it does over TCP', async () => {
  await using platform = await startPlatform()
  const url = `${platform.httpUrl.replace(/^http/, 'ws')}/mqtt`
  await using device = await connectDevice(url, await registerDevice(platform, 'browser-1'))
  await device.subscribe('s/ds')
  await device.subscribe('s/e')
  await device.publish('s/us', '100,Panel,acme_Panel\n114,c8y_Restart\n211,21.5\n999')
  assert.equal(await device.next('s/e'), '40,999,No static template for this message id')
  const deviceId = await findObjectId(platform, 'browser-1')
  await platform.rest.create('/devicecontrol/operations', { deviceId, c8y_Restart: {} })
  assert.equal(await device.next('s/ds'), '510,browser-1')
  await device.publish('s/us', '501,c8y_Restart\n503,c8y_Restart')
  const path = `/devicecontrol/operations?deviceId=${deviceId}`
  const [operation] = (await platform.rest.get(path)).operations
  assert.equal(operation.status, 'SUCCESSFUL')
  const { measurements } = await platform.rest.get(`/measurement/measurements?source=${deviceId}`)
  assert.equal(measurements[0].c8y_TemperatureMeasurement.T.value, 21.5)
})
