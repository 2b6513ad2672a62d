// What the pages of the console ask for: registrations with all that decides, and the search.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '@pileus/domain'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi, tenantA } from './rest-api.fixture.ts'

const requests = '/devicecontrol/newDeviceRequests'
const registrations = '/service/console/registrations'

const register = (api: TestApi, id: string) => api.call(`POST ${requests}`, { body: { id } })
const poll = (api: TestApi, id: string, members: JsonObject = {}) =>
  api.call('POST /devicecontrol/deviceCredentials', {
    as: 'management/devicebootstrap',
    body: { id, ...members },
  })
const accept = (api: TestApi, id: string, members: JsonObject = {}) =>
  api.call(`PUT ${requests}/${id}`, { body: { status: 'ACCEPTED', ...members } })

describe('registrations', () => {
  test('tell everything that decides, and never the token', async () => {
    await using api = await openTestApi()
    await register(api, 'meter-8')
    const request = (await api.call(`GET ${requests}/meter-8`)).body
    const fresh = {
      ...request,
      statusSince: '2031-02-10T07:00:00.000Z',
      expiresAt: '2031-02-17T07:00:00.000Z',
      tokenPolicy: 'OPTIONAL',
      tokenPresented: false,
      wrongTokens: 0,
      tokenAttemptsLeft: 5,
      isContested: false,
      claimants: [],
    }
    const get = async () => (await api.call(`GET ${registrations}/meter-8`)).body
    const list = async () =>
      (await api.call(`GET ${registrations}`)).body.registrations as JsonObject[]
    assert.deepEqual(await get(), { ...fresh, polls: [] })
    assert.deepEqual(await list(), [fresh])

    await poll(api, 'meter-8')
    api.clock.advance(10_000)
    await poll(api, 'meter-8', { securityToken: 'right-token' })
    await accept(api, 'meter-8', { securityToken: 'wrong-token' })
    const claimant = {
      address: '127.0.0.1',
      firstSeen: '2031-02-10T07:00:00.000Z',
      lastSeen: '2031-02-10T07:00:10.000Z',
      polls: 2,
    }
    const pending = {
      ...fresh,
      status: 'PENDING_ACCEPTANCE',
      expiresAt: '2031-02-11T07:00:00.000Z',
      tokenPresented: true,
      wrongTokens: 1,
      tokenAttemptsLeft: 4,
      claimants: [claimant],
    }
    const asked = [
      { time: '2031-02-10T07:00:10.000Z', address: '127.0.0.1', tokenPresented: true },
      { time: '2031-02-10T07:00:00.000Z', address: '127.0.0.1', tokenPresented: false },
    ]
    assert.deepEqual(await get(), { ...pending, polls: asked })
    assert.deepEqual(await list(), [pending])

    await accept(api, 'meter-8', { securityToken: 'right-token' })
    const accepted = await get()
    assert.equal(accepted.acceptedClaimant, '127.0.0.1')
    assert.equal(accepted.statusSince, '2031-02-10T07:00:10.000Z')
    assert.equal('expiresAt' in accepted, false)
    api.clock.advance(10_000)
    assert.equal((await poll(api, 'meter-8', { securityToken: 'right-token' })).status, 201)
    const handedOut = await get()
    assert.equal(handedOut.handedOutFirst, '2031-02-10T07:00:20.000Z')
    assert.equal(handedOut.expiresAt, '2031-02-10T07:10:20.000Z')
    assert.equal((handedOut.polls as JsonObject[]).length, 3)
    const { text } = await api.call(`GET ${registrations}/meter-8`)
    assert.doesNotMatch(text, /right-token|hmac/)
  })

  test('come by urgency and newest first, page by page', async () => {
    await using api = await openTestApi()
    for (const id of ['w1', 'p1', 'b', 'a', 'p2', 'w2', 'p3']) await register(api, id)
    for (const id of ['p2', 'p1', 'a', 'p3']) await poll(api, id)
    await poll(api, 'b', { securityToken: 'right-token' })
    for (let count = 0; count < 5; count++) await accept(api, 'b', { securityToken: 'wrong-token' })
    await accept(api, 'a')
    const page = async (query: string) => {
      const { body } = await api.call(`GET ${registrations}?${query}`)
      return { ids: (body.registrations as JsonObject[]).map(({ id }) => id), body }
    }
    const everything = ['p3', 'p2', 'p1', 'w2', 'w1', 'a', 'b']
    assert.deepEqual((await page('pageSize=100')).ids, everything)
    for (let currentPage = 1; currentPage <= 4; currentPage++) {
      const { ids } = await page(`pageSize=2&currentPage=${currentPage}`)
      assert.deepEqual(ids, everything.slice(2 * currentPage - 2, 2 * currentPage))
    }
    const { body } = await page('pageSize=4&withTotalElements=true')
    assert.deepEqual(body.statistics, { currentPage: 1, pageSize: 4, totalElements: 7 })
    const foreign = await api.call(`GET ${registrations}`, { as: 't200/admin' })
    assert.deepEqual(foreign.body.registrations, [])
    assert.equal((await api.call(`GET ${registrations}/a`, { as: 't200/admin' })).status, 404)
  })

  test('show the policy of the tenant', async () => {
    await using api = await openTestApi()
    await register(api, 'a')
    await api.store.run(tenantA, api.clock.now(), (unit) =>
      unit.repository.saveTenantOption({
        category: 'device-registration',
        key: 'security-token.policy',
        value: 'REQUIRED',
      }),
    )
    assert.equal((await api.call(`GET ${registrations}/a`)).body.tokenPolicy, 'REQUIRED')
  })
})

describe('search', () => {
  const search = async (api: TestApi, query: string, as = 'admin') =>
    (await api.call(`GET /service/console/search?${query}`, { as })).body

  test('tells what was found and why', async () => {
    await using api = await openTestApi()
    const id = await api.createDevice('Pump-7')
    const found = {
      id,
      self: `http://iot.example/inventory/managedObjects/${id}`,
      name: 'Pump-7',
      type: 'test_Device',
      externalId: { type: 'c8y_Serial', externalId: 'Pump-7' },
    }
    const expected = [
      ['Pump-7', 'externalId'],
      ['%20pump-7+', 'namePrefix'],
      [id, 'id'],
      ['MP-', 'name'],
      ['TEST', 'typePrefix'],
    ] as const
    for (const [q, match] of expected) {
      const answer = await search(api, `q=${q}`)
      assert.deepEqual(answer, { devices: [{ ...found, match }], hasMore: false }, q)
    }
    assert.deepEqual(await search(api, 'q=%25'), { devices: [], hasMore: false })
    assert.deepEqual(await search(api, 'q=Pump-7', 't200/admin'), { devices: [], hasMore: false })
  })

  test('tells no more than asked for, and that there is more', async () => {
    await using api = await openTestApi()
    for (let count = 0; count < 52; count++) {
      await api.create('/inventory/managedObjects', { name: `p${count}`, c8y_IsDevice: {} })
    }
    const sizes = async (query: string) => {
      const { devices, hasMore } = await search(api, query)
      return [(devices as JsonObject[]).length, hasMore]
    }
    assert.deepEqual(await sizes('q=p'), [50, true])
    assert.deepEqual(await sizes('q=p&pageSize=2000'), [50, true])
    assert.deepEqual(await sizes('q=p&pageSize=3'), [3, true])
    assert.deepEqual(await sizes('q=p1&pageSize=11'), [11, false])
    assert.deepEqual(await sizes('q=p1&pageSize=10'), [10, true])
  })

  test('needs a text and a size', async () => {
    await using api = await openTestApi()
    for (const query of ['', 'q=', 'q=%20', 'q=p&pageSize=0', 'q=p&pageSize=x']) {
      const answer = await api.call(`GET /service/console/search?${query}`)
      assert.equal(answer.status, 422, query)
    }
  })
})
