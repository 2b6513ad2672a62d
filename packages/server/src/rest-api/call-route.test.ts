// Calls from within are compared with the same requests from outside.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { actorOf } from '@pileus/domain'
import type { RouteCall } from './call-route.ts'
import { openTestApi, type TestApi, tenantA } from './rest-api.fixture.ts'

const time = '2031-02-11T07:02:11.004Z'
const publicUrl = 'https://iot.example'

describe('a route called from within', () => {
  let api: TestApi
  let device = ''
  before(async () => {
    api = await openTestApi({ publicUrl })
    device = await api.createDevice('pump 1', 'device_pump')
    const source = { id: device }
    for (const type of ['a', 'b', 'c']) {
      await api.create('/alarm/alarms', { source, type, time, text: 'x', severity: 'MAJOR' })
    }
  })
  after(() => api[Symbol.asyncDispose]())

  async function call(userName: string, request: string, options: Partial<RouteCall> = {}) {
    const [method = '', url = ''] = request.split(' ')
    const user = await api.store.reader(tenantA).findUser(userName)
    assert.ok(user !== undefined)
    return api.rest.call(actorOf(user), {
      method: method as 'GET',
      url: url.replaceAll('ID', device),
      contentType: '',
      accept: 'application/json',
      body: undefined,
      mode: 'PERSISTENT',
      ...options,
    })
  }

  const readings = [
    'GET /identity/externalIds/c8y_Serial/pump%201',
    'GET /inventory/managedObjects/ID?withParents=true',
    'GET //inventory/managedObjects/ID/',
    'GET /inventory/managedObjects?type=test_Device&withTotalPages=true',
    'GET /inventory/managedObjects/count',
    'GET /alarm/alarms?source=ID&pageSize=2',
    'GET /alarm/alarms?source=ID&pageSize=2&currentPage=2',
    'GET /alarm/alarms?pageSize=0',
    'GET /alarm/alarms/1234567',
    'GET /alarm/nothing',
    'GET /user/currentUser',
    'DELETE /alarm/alarms/1',
    'GET /console/',
    'GET /health/live',
  ]
  for (const request of readings) {
    for (const as of ['device_pump', 'device_other', 'admin']) {
      test(`${request} answers ${as} as from outside`, async () => {
        const inside = await call(as, request)
        const outside = await api.call(request.replaceAll('ID', device), { as })
        assert.equal(inside.status, outside.status)
        if (outside.status === 200) {
          assert.deepEqual(inside.body, JSON.parse(outside.text))
          assert.equal(inside.message, undefined)
        } else {
          assert.equal(inside.message, outside.body.message)
        }
      })
    }
  }

  test('what is written is there, and told if that is asked for', async () => {
    const body = JSON.stringify({ source: { id: device }, type: 'n', text: 'x', time })
    const contentType = 'application/json'
    const told = await call('device_pump', 'POST /event/events', { contentType, body })
    assert.equal(told.status, 201)
    const silent = await call('device_pump', 'POST /event/events', {
      contentType,
      body,
      accept: '',
    })
    assert.deepEqual([silent.status, silent.body], [201, undefined])
    const list = await api.call(`GET /event/events?source=${device}`)
    assert.equal((list.body.events as readonly unknown[]).length, 2)
  })

  test('a mode is taken over', async () => {
    const body = JSON.stringify({ source: { id: device }, type: 'transient', text: 'x', time })
    const contentType = 'application/json'
    await call('device_pump', 'POST /event/events', { contentType, body, mode: 'TRANSIENT' })
    const list = await api.call(`GET /event/events?source=${device}&type=transient`)
    assert.deepEqual(list.body.events, [])
  })

  const refused: readonly (readonly [string, Partial<RouteCall>, number])[] = [
    ['POST /event/events', { contentType: 'text/plain', body: '{}' }, 415],
    ['POST /event/events', { contentType: 'application/json', body: '{' }, 400],
    ['POST /event/events', { contentType: 'application/json', body: '' }, 415],
    ['POST /event/events', { contentType: 'application/json', body: '{}' }, 422],
    ['POST /s', { contentType: 'text/plain', body: '11' }, 404],
    ['GET /service/console/wire/stream', {}, 404],
    ['GET /alarm/alarms/%E0%A4%A', {}, 404],
    [`GET /${'a'.repeat(20_000)}`, {}, 414],
  ]
  for (const [request, options, status] of refused) {
    test(`${request.slice(0, 40)} ${JSON.stringify(options)} is refused with ${status}`, async () => {
      const answered = await call('admin', request, options)
      assert.equal(answered.status, status)
      assert.ok(answered.message)
    })
  }
})
