// A device is registered, asks, is accepted, and logs in; who may see and do what; and users.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '@pileus/domain'
import type { TestApi } from './rest-api.fixture.ts'
import { basic, openTestApi, tenantA } from './rest-api.fixture.ts'

const requests = '/devicecontrol/newDeviceRequests'
const host = 'http://iot.example'
const bootstrap = 'management/devicebootstrap'

const poll = (api: TestApi, id: string, members: JsonObject = {}) =>
  api.call('POST /devicecontrol/deviceCredentials', { as: bootstrap, body: { id, ...members } })
const accept = (api: TestApi, id: string, members: JsonObject = {}) =>
  api.call(`PUT ${requests}/${id}`, { body: { status: 'ACCEPTED', ...members } })

test('register, ask, accept, ask again, log in: without delays', async () => {
  await using api = await openTestApi()
  const given = {
    id: 'meter-8',
    groupId: 9001,
    type: 'acme_Meter',
    name: 'Hall 2',
    customProperties: { x: [1] },
    status: 'ACCEPTED',
    owner: 'somebody',
    tenantId: 't200',
  }
  const expected = {
    id: 'meter-8',
    self: `${host}${requests}/meter-8`,
    status: 'WAITING_FOR_CONNECTION',
    tenantId: tenantA,
    owner: 'admin',
    creationTime: '2031-02-10T07:00:00.000Z',
    groupId: '9001',
    type: 'acme_Meter',
    name: 'Hall 2',
    customProperties: { x: [1] },
  }
  const created = await api.call(`POST ${requests}`, { body: given })
  assert.deepEqual(created.body, expected)
  assert.equal(created.headers.location, expected.self)
  const status = async () => (await api.call(`GET ${requests}/meter-8`)).body.status
  const early = await accept(api, 'meter-8')
  assert.deepEqual([early.status, early.body.error], [422, 'general/validationError'])

  const waiting = await poll(api, 'meter-8')
  assert.deepEqual([waiting.status, waiting.body.error], [404, 'devicecontrol/Not Found'])
  assert.equal(await status(), 'PENDING_ACCEPTANCE')
  const accepted = await accept(api, 'meter-8', { anything: 1 })
  assert.deepEqual(accepted.body, { ...expected, status: 'ACCEPTED' })
  assert.equal((await accept(api, 'meter-8')).status, 200)

  const handedOut = await api.call('POST /devicecontrol/deviceCredentials', {
    as: 't999/devicebootstrap',
    body: { id: 'meter-8' },
    headers: { accept: '*/*' },
  })
  assert.equal(handedOut.status, 201)
  const { password } = handedOut.body
  assert.ok(typeof password === 'string')
  assert.match(password, /^[A-Za-z0-9]{32}$/)
  assert.deepEqual(handedOut.body, {
    id: 'meter-8',
    self: `${host}/devicecontrol/deviceCredentials/meter-8`,
    tenantId: tenantA,
    username: 'device_meter-8',
    password,
  })

  const authorization = basic(`${tenantA}/device_meter-8`, password)
  const asDevice = { as: null, headers: { authorization } }
  const login = await api.call('GET /user/currentUser', asDevice)
  assert.equal(login.status, 200)
  assert.equal((await api.call(`GET ${requests}/meter-8`)).status, 404)
  assert.equal((await poll(api, 'meter-8')).status, 404)
  const object = await api.call('POST /inventory/managedObjects', { ...asDevice, body: {} })
  assert.equal(object.body.owner, 'device_meter-8')
  const again = await api.call(`POST ${requests}`, { body: { id: 'meter-8' } })
  assert.deepEqual([again.status, again.body.error], [422, 'devicecontrol/Non Unique Result'])

  // Factory reset: the user is deleted, the id is free again.
  assert.equal((await api.call(`DELETE /user/${tenantA}/users/device_meter-8`)).status, 204)
  assert.equal((await api.call('GET /user/currentUser', asDevice)).status, 401)
  assert.equal((await api.call(`POST ${requests}`, { body: { id: 'meter-8' } })).status, 201)
  assert.deepEqual(api.failures, [])
})

describe('requests', () => {
  const invalid = [
    [{}, 'undefined/validationError'],
    [{ id: '' }, 'undefined/validationError'],
    [{ id: 'a b' }, 'undefined/validationError'],
    [{ id: 'a/b' }, 'undefined/validationError'],
    [{ id: 'a:b' }, 'undefined/validationError'],
    [{ id: 'x'.repeat(248) }, 'undefined/validationError'],
    [{ id: 5 }, 'general/validationError'],
    [{ id: 'x', groupId: 'y' }, 'general/validationError'],
    [{ id: 'x', customProperties: [] }, 'general/validationError'],
    [{ id: 'x', enrollmentToken: 'secret' }, 'general/validationError'],
  ] as const
  test('that are invalid are refused', async () => {
    await using api = await openTestApi()
    for (const [body, error] of invalid) {
      const answer = await api.call(`POST ${requests}`, { body })
      assert.deepEqual([answer.status, answer.body.error], [422, error], JSON.stringify(body))
    }
    assert.equal(
      (await api.call(`POST ${requests}`, { body: { id: 'x'.repeat(247) } })).status,
      201,
    )
  })

  test('are unique over all tenants, listed in their own', async () => {
    await using api = await openTestApi()
    for (const id of ['a', 'b', 'ö&?']) await api.call(`POST ${requests}`, { body: { id } })
    const taken = await api.call(`POST ${requests}`, { as: 't200/admin', body: { id: 'a' } })
    assert.deepEqual([taken.status, taken.body.error], [422, 'devicecontrol/Non Unique Result'])
    assert.doesNotMatch(taken.text, /t100/)
    const listOf = async (as: string) =>
      (await api.call(`GET ${requests}?pageSize=2&withTotalPages=true`, { as })).body
    const list = await listOf('admin')
    assert.deepEqual(
      (list.newDeviceRequests as JsonObject[]).map(({ id }) => id),
      ['a', 'b'],
    )
    assert.deepEqual(list.statistics, { currentPage: 1, pageSize: 2, totalPages: 2 })
    assert.deepEqual((await listOf('t200/admin')).newDeviceRequests, [])
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await api.call(`${method} ${requests}/a`, { as: 't200/admin' })).status, 404)
    }
    const foreign = { as: 't200/admin', body: { status: 'ACCEPTED' } }
    assert.equal((await api.call(`PUT ${requests}/a`, foreign)).status, 404)
    const special = encodeURIComponent('ö&?')
    assert.equal((await api.call(`GET ${requests}/${special}`)).body.id, 'ö&?')
    assert.equal((await api.call(`DELETE ${requests}/${special}`)).status, 204)
    assert.equal((await api.call(`DELETE ${requests}/${special}`)).status, 404)
  })

  test('management alone registers for another tenant', async () => {
    await using api = await openTestApi()
    const register = (id: string, tenantId: string) =>
      api.call(`POST ${requests}`, { as: 'management/admin', body: { id, tenantId } })
    assert.equal((await register('a', 't200')).body.tenantId, 't200')
    assert.equal((await api.call(`GET ${requests}/a`, { as: 't200/admin' })).status, 200)
    assert.equal((await register('b', 'nix')).status, 422)
    assert.equal((await register('c', 'NO TENANT')).status, 422)
  })

  test('that wait too long are gone', async () => {
    await using api = await openTestApi()
    await api.call(`POST ${requests}`, { body: { id: 'old' } })
    api.clock.advance(8 * 24 * 3_600_000)
    assert.equal((await api.call(`GET ${requests}/old`)).status, 404)
    assert.equal((await accept(api, 'old')).status, 404)
    assert.equal((await api.call(`POST ${requests}`, { body: { id: 'old' } })).status, 201)
  })

  test('only ACCEPTED can be given', async () => {
    await using api = await openTestApi()
    await api.call(`POST ${requests}`, { body: { id: 'a' } })
    for (const status of ['BLOCKED', 'PENDING_ACCEPTANCE', 'accepted', '']) {
      assert.equal((await api.call(`PUT ${requests}/a`, { body: { status } })).status, 422)
    }
    const without = await api.call(`PUT ${requests}/a`, { body: {} })
    assert.equal(without.body.error, 'undefined/validationError')
  })

  test('a user manager deletes them, but does not accept', async () => {
    await using api = await openTestApi()
    await api.call(`POST ${requests}`, { body: { id: 'a' } })
    for (const as of ['reader', 'device_pump']) {
      assert.equal((await api.call(`DELETE ${requests}/a`, { as })).status, 403)
      assert.equal((await api.call(`PUT ${requests}/a`, { as, body: {} })).status, 403)
    }
    assert.equal((await api.call(`GET ${requests}/a`, { as: 'reader' })).status, 200)
    assert.equal((await api.call(`GET ${requests}/a`, { as: 'device_pump' })).status, 403)
  })
})

describe('security tokens', () => {
  test('what the device sent must be repeated, five wrong ones block', async () => {
    await using api = await openTestApi()
    await api.call(`POST ${requests}`, { body: { id: 'a' } })
    assert.equal((await poll(api, 'a', { securityToken: 'short' })).status, 422)
    await poll(api, 'a', { securityToken: 'right-token' })
    assert.doesNotMatch((await api.call(`GET ${requests}/a`)).text, /token/i)
    assert.equal((await accept(api, 'a')).status, 422)
    assert.equal((await accept(api, 'a', { securityToken: 'wrong-token' })).status, 422)
    const { status } = await accept(api, 'a', { securityToken: 'right-token' })
    assert.equal(status, 200)
    assert.equal((await poll(api, 'a')).status, 404)
    assert.equal((await poll(api, 'a', { securityToken: 'right-token' })).status, 201)

    await api.call(`POST ${requests}`, { body: { id: 'b' } })
    await poll(api, 'b', { securityToken: 'right-token' })
    for (let count = 0; count < 5; count++) await accept(api, 'b', { securityToken: 'wrong-token' })
    assert.equal((await api.call(`GET ${requests}/b`)).body.status, 'BLOCKED')
    assert.equal((await accept(api, 'b', { securityToken: 'right-token' })).status, 422)
    assert.equal((await poll(api, 'b', { securityToken: 'right-token' })).status, 404)
  })

  test('acceptAll takes those without', async () => {
    await using api = await openTestApi()
    for (const id of ['a', 'b', 'c', 'd']) await api.call(`POST ${requests}`, { body: { id } })
    await poll(api, 'a')
    await poll(api, 'b', { securityToken: 'some-token' })
    await poll(api, 'c')
    const answer = await api.call(`POST ${requests}/acceptAll`, { headers: { accept: '*/*' } })
    assert.equal(answer.status, 200)
    assert.deepEqual(JSON.parse(answer.text), [
      { id: 'a', successful: true },
      { id: 'c', successful: true },
    ])
    const none = await api.call(`POST ${requests}/acceptAll`, { headers: { accept: '' } })
    assert.equal(none.text, '[]')
  })
})

test('the limit is told without numbers while there is none', async () => {
  await using api = await openTestApi()
  const answer = await api.call(`GET ${requests}/limit`, { headers: { accept: '*/*' } })
  assert.deepEqual([answer.status, answer.body], [200, { isReached: false }])
})

describe('asking', () => {
  test('for unknown ids leaves nothing behind and looks like waiting', async () => {
    await using api = await openTestApi()
    await api.call(`POST ${requests}`, { body: { id: 'known' } })
    const waiting = (await poll(api, 'known')).text.replaceAll('known', 'X')
    for (const id of ['unknown', 'not an id', 'a/b', 'x'.repeat(5000)]) {
      const answer = await poll(api, id)
      assert.equal(answer.status, 404)
      assert.equal(answer.text.replaceAll(id, 'X'), waiting)
    }
    const { body } = await api.call(`GET ${requests}?withTotalElements=true`)
    assert.equal((body.statistics as JsonObject).totalElements, 1)
  })

  test('fifty times at once gives one password, and it works', async () => {
    await using api = await openTestApi({ limits: { credentialPollsPerIdMinute: 100 } })
    await api.call(`POST ${requests}`, { body: { id: 'a' } })
    await poll(api, 'a')
    await accept(api, 'a')
    const answers = await Promise.all(Array.from({ length: 50 }, () => poll(api, 'a')))
    const handedOut = answers.filter(({ status }) => status === 201)
    assert.equal(handedOut.length, 1)
    const password = handedOut[0]?.body.password
    assert.ok(typeof password === 'string')
    const headers = { authorization: basic(`${tenantA}/device_a`, password) }
    assert.equal((await api.call('GET /user/currentUser', { as: null, headers })).status, 200)
  })

  test('too often for one id is 404 like waiting, from one source 429', async () => {
    await using api = await openTestApi({
      limits: { credentialPollsPerIdMinute: 2, credentialPollsPerSourceMinute: 5 },
    })
    await api.call(`POST ${requests}`, { body: { id: 'a' } })
    const statuses: number[] = []
    for (let count = 0; count < 7; count++) statuses.push((await poll(api, 'a')).status)
    assert.deepEqual(statuses, [404, 404, 404, 404, 404, 429, 429])
    assert.ok(Number((await poll(api, 'a')).headers['retry-after']) > 0)
    await accept(api, 'a')
    api.clock.advance(60_000)
    assert.equal((await poll(api, 'a')).status, 201)
  })
})

describe('users', () => {
  test('people read themselves in two forms', async () => {
    await using api = await openTestApi()
    const vendor = 'application/vnd.com.nsn.cumulocity.'
    const get = (accept: string, as = 'reader') =>
      api.call('GET /user/currentUser', { as, headers: { accept } })
    const forms = [
      ['application/json', 'application/json;charset=UTF-8', 'effectiveRoles'],
      [
        `${vendor}currentUser+json;`,
        `${vendor}currentUser+json;charset=UTF-8;ver=0.9`,
        'effectiveRoles',
      ],
      [`${vendor}user+json;`, `${vendor}user+json;charset=UTF-8;ver=0.9`, 'groups'],
      ['*/*', 'application/json;charset=UTF-8', 'effectiveRoles'],
    ] as const
    for (const [accept, type, member] of forms) {
      const answer = await get(accept)
      assert.equal(answer.headers['content-type'], type)
      assert.ok(answer.body[member], accept)
      assert.deepEqual([answer.body.id, answer.body.userName], ['reader', 'reader'])
    }
    const roles = (await get('application/json', 'device_pump')).body.effectiveRoles as JsonObject[]
    assert.deepEqual(
      roles.map(({ id }) => id),
      ['ROLE_DEVICE', 'ROLE_INVENTORY_CREATE', 'ROLE_USER_MANAGEMENT_OWN_READ'],
    )
    const { groups, self } = (await get(`${vendor}user+json`, 'admin')).body
    assert.equal(self, `${host}/user/t100/users/admin`)
    const [reference] = (groups as JsonObject).references as JsonObject[]
    const group = reference?.group as JsonObject
    assert.deepEqual([group.id, group.name], [2, 'admins'])
    assert.equal(reference?.self, `${host}/user/t100/groups/2`)
  })

  test('of the own tenant can be deleted, administrators cannot', async () => {
    await using api = await openTestApi()
    const remove = (path: string, as = 'admin') => api.call(`DELETE /user/${path}`, { as })
    const foreign = await remove('t200/users/admin')
    assert.deepEqual([foreign.status, foreign.body.error], [403, 'userManagement/Forbidden'])
    assert.equal((await remove('t100/users/nix')).body.error, 'users/Not Found')
    assert.equal((await remove('t100/users/admin')).status, 422)
    assert.equal((await remove('t100/users/reader', 'device_pump')).status, 403)
    assert.equal((await remove('t100/users/reader')).status, 204)
    assert.equal((await api.call('GET /user/currentUser', { as: 'reader' })).status, 401)
  })
})

test('the current tenant', async () => {
  await using api = await openTestApi()
  const expected = {
    name: 't100',
    domainName: 'iot.example',
    allowCreateTenants: false,
    customProperties: {},
    applications: { references: [] },
    self: `${host}/tenant/currentTenant`,
  }
  const get = (query: string, as: string) => api.call(`GET /tenant/currentTenant${query}`, { as })
  assert.deepEqual((await get('', 'device_pump')).body, expected)
  assert.deepEqual((await get('?withParent=true', 'admin')).body, {
    ...expected,
    parent: 'management',
  })
  assert.equal((await get('?withParent=true', 'management/admin')).body.parent, undefined)
})
