// SmartREST 1.0 as a widespread agent uses it in password mode (thin-edge.md §19.1): definitions with
// fetch as curl would send them, rows and operations with MQTT.js.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connectDevice, type DeviceLogin } from './mqtt-device.ts'
import { findObjectId, mqttUrl, registerDevice } from './register-device.ts'
import { startPlatform } from './start-platform.ts'

const platform = await startPlatform()
after(() => platform[Symbol.asyncDispose]())
const { rest } = platform
const url = mqttUrl(platform)
const time = '2032-02-01T08:15:00Z'

const definition = [
  '10,339,GET,/identity/externalIds/c8y_Serial/%%,,application/vnd.com.nsn.cumulocity.externalId+json,%%,STRING,',
  '10,311,GET,/alarm/alarms?source=%%&status=%%&pageSize=100,,,%%,UNSIGNED STRING,',
  '10,312,POST,/event/events,application/json,application/json,%%,UNSIGNED STRING NOW,"{""source"":{""id"":""%%""},""type"":""acme_Note"",""text"":""%%"",""time"":""%%""}"',
  '10,313,GET,/inventory/managedObjects/%%,,,%%,UNSIGNED,',
  '10,314,POST,/s,text/plain,,,,11',
  '10,315,GET,/service/console/wire/stream,,,,,',
  '10,316,GET,/user/%%/users,,,%%,STRING,',
  '11,800,$.managedObject,,$.id',
  '11,808,$.alarms,,$.id,$.type',
  '11,801,,$.c8y_Private,$.id',
  '11,812,,$.text,$.id,$.text',
  '11,502,,$.c8y_Restart,$.id,$.deviceId',
  '11,807,,$.c8y_Command,$.id,$.c8y_Command.text,$.deviceId',
].join('\n')

async function post(
  { username, password }: Pick<DeviceLogin, 'username' | 'password'>,
  xId: string,
  body: string,
  type: 'plain/text' | 'text/plain' | 'none' = 'plain/text',
) {
  const response = await fetch(`${platform.httpUrl}/s`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'x-id': xId,
      ...(type === 'none' ? {} : { 'content-type': type }),
    },
    // Bytes have no type unless one is given.
    body: Buffer.from(body),
  })
  return `${response.status} ${await response.text()}`
}

test('an agent registers its templates and lives with them', async () => {
  const login = await registerDevice(platform, 'gw1')
  const xId = 'TST_Template'
  await using device = await connectDevice(url, login)
  const topics = ['s/ds', 's/e', `s/dl/${xId}`, `s/ol/${xId}`]
  assert.deepEqual(await device.subscribe(topics), [1, 1, 1, 1])
  await device.publish('s/us', '100,Gateway,acme_Gateway')
  const id = await findObjectId(platform, 'gw1')

  assert.equal(await post(login, xId, ''), '200 40,No template for this X-ID.')
  const created = await post(login, xId, definition)
  assert.match(created, /^200 20,\d+$/)
  assert.equal(await post(login, xId, definition, 'text/plain'), created)
  assert.equal(await post(login, xId, definition, 'none'), created)
  assert.equal(await post(login, xId, ''), created)
  assert.match(await post(login, xId, '11,1,,,$.id'), /^200 41,,/)
  const external = await rest.get(`/identity/externalIds/c8y_SmartRestDeviceIdentifier/${xId}`)
  assert.equal(`200 20,${external.managedObject.id}`, created)

  await device.publish(`s/ul/${xId}`, '339,gw1')
  assert.equal(await device.next(`s/dl/${xId}`), `800,1,${id}`)
  for (const type of ['test', 'a, b']) {
    await device.publish('s/us', `302,"${type}",test alarm,${time}`)
  }
  const { alarms } = await rest.get(`/alarm/alarms?source=${id}`)
  await device.publish(`s/ul/${xId}`, `311,${id},ACTIVE`)
  assert.deepEqual(
    (await device.next(`s/dl/${xId}`)).split('\n').toSorted(),
    alarms
      .map(
        (alarm: { id: string; type: string }) =>
          `808,1,${alarm.id},${alarm.type.includes(',') ? `"${alarm.type}"` : alarm.type}`,
      )
      .toSorted(),
  )
  await device.publish(`s/ul/${xId}`, `312,${id},"say ""hi"""`)
  const { events } = await rest.get(`/event/events?source=${id}`)
  assert.deepEqual(
    events.map(({ text }: { text: string }) => text),
    ['say "hi"'],
  )
  assert.equal(await device.next(`s/dl/${xId}`), `812,1,${events[0].id},"say ""hi"""`)

  const order = (text: string) =>
    rest.create('/devicecontrol/operations', { deviceId: id, c8y_Command: { text } })
  const first = await order('echo hi')
  assert.equal(await device.next(`s/ol/${xId}`), `807,1,${first.id},echo hi,${id}`)
  await device.publish('s/us', '500')
  await device.publish('s/us', '501,c8y_Command\n503,c8y_Command,hi')
  assert.equal((await rest.get(`/devicecontrol/operations/${first.id}`)).status, 'SUCCESSFUL')
  assert.deepEqual(device.waiting('s/e'), [])
})

test('a device gets no further than over REST', async () => {
  const login = await registerDevice(platform, 'gw2')
  const xId = 'TST_Bounds'
  const secret = await rest.create('/inventory/managedObjects', { c8y_Private: {} })
  await using device = await connectDevice(url, login)
  await device.subscribe(['s/e', `s/dl/${xId}`])
  assert.match(await post(login, xId, definition), /^200 20,/)
  const rows = [`313,${secret.id}`, '314', '315', '316,t100']
  await device.publish(`s/ul/${xId}`, rows.join('\n'))
  const told = []
  for (const _ of rows) told.push(await device.next(`s/dl/${xId}`))
  assert.deepEqual(told, ['50,1,403', '50,2,404', '50,3,404', '50,4,404'])
  assert.match(await device.next('s/e'), /^41,313,The request was answered 403: /)
})

test('a definition with a fault is not stored', async () => {
  const login = await registerDevice(platform, 'gw3')
  const faulty = `${definition}\n10,1,GET,https://elsewhere.example/,,,,,`
  assert.match(await post(login, 'TST_Faulty', faulty), /^200 43,14,"?The path must begin with/)
  assert.equal(await post(login, 'TST_Faulty', ''), '200 40,No template for this X-ID.')
  assert.match(await post({ ...login, password: 'x' }, 'TST_Faulty', definition), /^401 /)
})

test('a collection that comes after the subscription is used at once', async () => {
  const login = await registerDevice(platform, 'gw4')
  const xId = 'TST_Late'
  await using device = await connectDevice(url, login)
  await device.publish('s/us', '100,Gateway,acme_Gateway')
  await device.subscribe(['s/dl/#', `s/ol/${xId}`, 's/e'])
  const deviceId = await findObjectId(platform, 'gw4')
  const operation = await rest.create('/devicecontrol/operations', { deviceId, c8y_Restart: {} })
  await device.publish(`s/ul/${xId}`, '339,gw4')
  assert.match(await device.next('s/e'), /^40,339,/)
  assert.match(await device.next(`s/dl/${xId}`), /^40,1,/)
  assert.match(await post(login, xId, definition), /^200 20,/)
  await device.publish(`s/ul/${xId}`, '339,gw4')
  assert.equal(await device.next(`s/dl/${xId}`), `800,1,${deviceId}`)
  await device.publish('s/us', '500')
  await device.publish('s/us', '500')
  assert.equal(await device.next(`s/ol/${xId}`), `502,1,${operation.id},${deviceId}`)
})
