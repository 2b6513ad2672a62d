import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '@pileus/domain'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi, tenantA } from './rest-api.fixture.ts'

const inventory = '/inventory/managedObjects'
const base = 'http://iot.example/inventory/managedObjects'

function references(answer: JsonObject, member: string): unknown {
  const value = answer[member]
  return typeof value === 'object' && value !== null && 'references' in value
    ? value.references
    : undefined
}

function idsOf(answer: JsonObject): unknown {
  const { managedObjects } = answer
  assert.ok(Array.isArray(managedObjects))
  return managedObjects.map((each) => each.id)
}

describe('a managed object', () => {
  let api: TestApi
  before(async () => {
    api = await openTestApi()
  })
  after(() => api[Symbol.asyncDispose]())

  test('has exactly the members of the specification', async () => {
    const given = {
      type: 'pump_Controller',
      name: 'Pump 7',
      c8y_IsDevice: {},
      empty: {},
      list: [null, { a: null }],
    }
    const created = await api.call(`POST ${inventory}`, { body: given })
    const { id } = created
    assert.ok(Number(id) > 1000)
    const member = (name: string) => ({ self: `${base}/${id}/${name}`, references: [] })
    const expected = {
      id,
      self: `${base}/${id}`,
      type: 'pump_Controller',
      name: 'Pump 7',
      owner: 'admin',
      creationTime: '2031-02-10T07:00:00.000Z',
      lastUpdated: '2031-02-10T07:00:00.000Z',
      c8y_IsDevice: {},
      empty: {},
      list: [null, { a: null }],
      childDevices: member('childDevices'),
      childAssets: member('childAssets'),
      childAdditions: member('childAdditions'),
      deviceParents: member('deviceParents'),
      assetParents: member('assetParents'),
      additionParents: member('additionParents'),
    }
    assert.deepEqual(created.body, expected)
    assert.equal(created.headers.location, `${base}/${id}`)
    assert.deepEqual((await api.call(`GET ${inventory}/${id}`)).body, expected)
  })

  test('takes {} and ignores what only the platform sets', async () => {
    const server = {
      id: '7',
      self: null,
      creationTime: '1970-01-01',
      lastUpdated: 5,
      statistics: {},
      childDevices: { references: [{ managedObject: { id: '1' } }] },
      assetParents: null,
      c8y_Availability: { status: 'AVAILABLE' },
      c8y_Connection: {},
      c8y_ActiveAlarmsStatus: {},
      gone: null,
    }
    for (const body of [{}, server]) {
      const created = await api.call(`POST ${inventory}`, { body })
      assert.equal(created.status, 201)
      assert.deepEqual(Object.keys(created.body).toSorted(), [
        'additionParents',
        'assetParents',
        'childAdditions',
        'childAssets',
        'childDevices',
        'creationTime',
        'deviceParents',
        'id',
        'lastUpdated',
        'owner',
        'self',
      ])
    }
  })

  // Stored members, body of PUT, members afterwards.
  const merges = [
    [{ a: 1, b: { x: 1, y: 2 } }, { b: { x: 3 } }, { a: 1, b: { x: 3 } }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: 1 }, { nothing: null }, { a: 1 }],
    [
      { name: 'x', type: 't' },
      { name: null, type: null },
      { name: 'x', type: 't' },
    ],
    [{ name: 'x' }, { name: 'y', type: 'u' }, { name: 'y', type: 'u' }],
    [{ a: 1 }, { id: '1', creationTime: '1970-01-01', childAssets: [] }, { a: 1 }],
    [{ a: [1, null] }, { a: [] }, { a: [] }],
    [{}, { 'a.b/c $ ü': 1 }, { 'a.b/c $ ü': 1 }],
  ] as const
  for (const [stored, change, expected] of merges) {
    test(`PUT ${JSON.stringify(change)} onto ${JSON.stringify(stored)}`, async () => {
      const id = await api.create(inventory, stored)
      const updated = await api.call(`PUT ${inventory}/${id}`, { body: change })
      assert.equal(updated.status, 200)
      const { body } = await api.call(`GET ${inventory}/${id}`)
      assert.deepEqual(updated.body, body)
      const members = Object.fromEntries(
        Object.entries(body).filter(([name]) => Object.hasOwn({ ...stored, ...change }, name)),
      )
      const { id: _id, creationTime: _time, childAssets: _assets, ...own } = members
      assert.deepEqual(own, expected)
    })
  }

  test('updates in a row have strictly increasing times', async () => {
    const id = await api.create(inventory, {})
    const times: unknown[] = []
    for (let count = 0; count < 3; count++) {
      times.push((await api.call(`PUT ${inventory}/${id}`, { body: { count } })).body.lastUpdated)
    }
    assert.deepEqual(times, [
      '2031-02-10T07:00:00.001Z',
      '2031-02-10T07:00:00.002Z',
      '2031-02-10T07:00:00.003Z',
    ])
  })

  test('PUT of {} or of an id is a heartbeat', async () => {
    const id = await api.create(inventory, { a: 1 })
    const heartbeats = () => api.events.filter(({ event }) => event.kind === 'heartbeat').length
    const count = heartbeats()
    for (const body of [{}, { id }]) {
      const answer = await api.call(`PUT ${inventory}/${id}`, { body })
      assert.deepEqual(answer.body, { id, self: `${base}/${id}` })
    }
    assert.equal(heartbeats(), count + 2)
    const headers = { 'x-cumulocity-application-key': 'x' }
    await api.call(`PUT ${inventory}/${id}`, { body: {}, headers })
    assert.equal(heartbeats(), count + 2)
    const { body } = await api.call(`GET ${inventory}/${id}`)
    assert.equal(body.lastUpdated, body.creationTime)
  })

  test('parallel updates of different fragments do not lose each other', async () => {
    const id = await api.create(inventory, {})
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`)
    await Promise.all(
      names.map((name) => api.call(`PUT ${inventory}/${id}`, { body: { [name]: name } })),
    )
    const { body } = await api.call(`GET ${inventory}/${id}`)
    for (const name of names) assert.equal(body[name], name)
  })

  test('an owner can be given away by an administrator only', async () => {
    const asDevice = { as: 'device_pump' }
    const own = await api.create(inventory, { owner: 'device_pump' }, 'device_pump')
    assert.equal((await api.call(`GET ${inventory}/${own}`)).body.owner, 'device_pump')
    const foreign = { ...asDevice, body: { owner: 'admin' } }
    assert.equal((await api.call(`POST ${inventory}`, foreign)).status, 403)
    assert.equal((await api.call(`PUT ${inventory}/${own}`, foreign)).status, 403)
    const same = { ...asDevice, body: { owner: 'device_pump', a: 1 } }
    assert.equal((await api.call(`PUT ${inventory}/${own}`, same)).status, 200)
    const given = await api.call(`PUT ${inventory}/${own}`, { body: { owner: 'device_other' } })
    assert.equal(given.body.owner, 'device_other')
    assert.equal((await api.call(`GET ${inventory}/${own}`, asDevice)).status, 403)
  })
})

describe('surroundings of an object', () => {
  let api: TestApi
  let group: string
  let subgroup: string
  let device: string
  let child: string
  before(async () => {
    api = await openTestApi()
    group = await api.create(inventory, { name: 'Plant', c8y_IsDeviceGroup: {} })
    subgroup = await api.create(`${inventory}/${group}/childAssets`, {
      name: 'Hall',
      c8y_IsDeviceGroup: {},
    })
    device = await api.createDevice('pump')
    await api.call(`POST ${inventory}/${subgroup}/childAssets`, {
      body: { managedObject: { id: device } },
    })
    child = await api.create(`${inventory}/${device}/childDevices`, { name: 'Valve' })
    await api.create(`${inventory}/${device}/childDevices`, {})
  })
  after(() => api[Symbol.asyncDispose]())

  const get = async (id: string, query: string) =>
    (await api.call(`GET ${inventory}/${id}${query}`)).body

  test('children are there in order of assignment, with their names', async () => {
    const body = await get(device, '')
    assert.deepEqual(references(body, 'childDevices'), [
      {
        self: `${base}/${device}/childDevices/${child}`,
        managedObject: { id: child, name: 'Valve', self: `${base}/${child}` },
      },
      {
        self: `${base}/${device}/childDevices/${Number(child) + 1}`,
        managedObject: { id: String(Number(child) + 1), self: `${base}/${Number(child) + 1}` },
      },
    ])
    assert.deepEqual(references(body, 'assetParents'), [])
    assert.equal((body.childDevices as JsonObject).count, undefined)
  })

  test('switches leave out and add', async () => {
    const none = await get(device, '?withChildren=False')
    assert.deepEqual(none.childDevices, { self: `${base}/${device}/childDevices`, references: [] })
    const counted = await get(device, '?withChildren=false&withChildrenCount=true')
    assert.equal((counted.childDevices as JsonObject).count, 2)
    assert.equal((counted.childAssets as JsonObject).count, undefined)
    const nameless = await get(device, '?skipChildrenNames=true')
    assert.doesNotMatch(JSON.stringify(nameless.childDevices), /Valve/)
  })

  test('parents are direct, groups also indirect', async () => {
    const parents = await get(device, '?withParents=true')
    assert.deepEqual(references(parents, 'assetParents'), [
      {
        self: `${base}/${device}/assetParents/${subgroup}`,
        managedObject: { id: subgroup, name: 'Hall', self: `${base}/${subgroup}` },
      },
    ])
    const groups = await get(device, '?withGroups=true')
    assert.deepEqual(
      (references(groups, 'assetParents') as JsonObject[]).map(
        (each) => (each.managedObject as JsonObject).id,
      ),
      [subgroup, group],
    )
    const ofChild = await get(child, '?withParents=true')
    assert.equal((references(ofChild, 'deviceParents') as unknown[]).length, 1)
  })
})

describe('lists of managed objects', () => {
  let api: TestApi
  let ids: string[]
  before(async () => {
    api = await openTestApi()
    ids = []
    for (let index = 0; index < 7; index++) {
      const as = index === 6 ? 'device_pump' : 'admin'
      const type = index % 2 === 0 ? 'even' : 'odd'
      const own = { name: `Object ${index}`, type, [`f${index % 3}`]: {} }
      ids.push(await api.create(inventory, own, as))
    }
    await api.call(`POST ${inventory}/${ids[0]}/childAssets`, {
      body: { managedObject: { id: ids[1] ?? '' } },
    })
  })
  after(() => api[Symbol.asyncDispose]())

  const pick = (...indexes: number[]) => indexes.map((index) => ids[index])
  const list = async (query: string, as = 'admin') =>
    (await api.call(`GET ${inventory}${query}`, { as })).body
  const searchOf = (link: JsonObject[string] | undefined) =>
    typeof link === 'string' ? new URL(link).search : ''

  // Query, with {n} for the id of object n, and the objects that match.
  const filters = [
    ['?pageSize=100', [0, 1, 2, 3, 4, 5, 6]],
    ['', [0, 1, 2, 3, 4]],
    ['?type=odd', [1, 3, 5]],
    ['?type=', [0, 1, 2, 3, 4]],
    ['?type=even&fragmentType=f0&pageSize=100', [0, 6]],
    ['?owner=device_pump', [6]],
    ['?fragmentType=f2', [2, 5]],
    ['?ids={5},{2}&ids={2},1234567,x', [2, 5]],
    ['?ids=x', []],
    ['?text=object%203', [3]],
    ['?childAssetId={1}', [0]],
    ['?childDeviceId={1}', []],
    ['?childAssetId=x', []],
    ['?onlyRoots=true&type=odd', [3, 5]],
    ['?type=even&type=odd', [0, 2, 4, 6]],
    ['?nonsense=1&type=odd', [1, 3, 5]],
    ['?pageSize=3&currentPage=3', [6]],
    ['?pageSize=3&currentPage=4', []],
    ['?currentPage=0&pageSize=2', [0, 1]],
    ['?currentPage=99999999999999999999', []],
  ] as const
  for (const [query, indexes] of filters) {
    test(`${query || 'no query'} finds ${indexes.join(', ') || 'nothing'}`, async () => {
      const filled = query.replace(/\{(\d)\}/g, (_, index) => ids[index] ?? '')
      assert.deepEqual(idsOf(await list(filled)), pick(...indexes))
    })
  }

  test('a page has its links and statistics', async () => {
    const answer = await list('?type=odd&pageSize=2&withTotalPages=true&withTotalElements=True')
    const { managedObjects: _, ...rest } = answer
    const link = `${base}?type=odd&withTotalPages=true&withTotalElements=True&pageSize=2`
    assert.deepEqual(rest, {
      self: `${link}&currentPage=1`,
      next: `${link}&currentPage=2`,
      statistics: { currentPage: 1, pageSize: 2, totalPages: 2, totalElements: 3 },
    })
    const second = await list(searchOf(answer.next))
    assert.deepEqual(idsOf(second), pick(5))
    assert.equal(second.prev, `${link}&currentPage=1`)
    assert.equal(second.next, undefined)
  })

  test('counting with pages of one, and of nothing', async () => {
    const total = async (query: string) => (await list(query)).statistics
    const query = '&pageSize=1&withTotalPages=true'
    assert.deepEqual(await total(`?type=odd${query}`), {
      currentPage: 1,
      pageSize: 1,
      totalPages: 3,
    })
    assert.deepEqual(await total(`?type=x${query}`), { currentPage: 1, pageSize: 1, totalPages: 0 })
  })

  test('pages are clamped to 2000, and too many ids refused', async () => {
    const answer = await list('?pageSize=32767')
    assert.equal(answer.self, `${base}?pageSize=2000&currentPage=1`)
    assert.equal((answer.statistics as JsonObject).pageSize, 2000)
    const many = Array(2001).fill('1').join(',')
    assert.equal((await api.call(`GET ${inventory}?ids=${many}`)).status, 422)
    const both = `childAssetId=${ids[1]}&childDeviceId=${ids[1]}`
    assert.equal((await api.call(`GET ${inventory}?${both}`)).status, 422)
  })

  test('count is a bare integer, as JSON or text', async () => {
    const json = await api.call(`GET ${inventory}/count?type=odd`)
    assert.equal(json.text, '3')
    assert.equal(json.headers['content-type'], 'application/json;charset=UTF-8')
    const text = await api.call(`GET ${inventory}/count`, { headers: { accept: 'text/plain' } })
    assert.equal(text.text, '7')
    assert.equal(text.headers['content-type'], 'text/plain;charset=UTF-8')
  })

  test('without the permission only own and global objects are seen, in full pages', async () => {
    const global = await api.create(inventory, { c8y_Global: {}, name: 'firmware' })
    const seen = await list('?pageSize=1&withTotalPages=true', 'device_pump')
    assert.deepEqual(idsOf(seen), pick(6))
    assert.equal((seen.statistics as JsonObject).totalPages, 2)
    assert.deepEqual(idsOf(await list('?pageSize=9', 'device_pump')), [ids[6], global])
    assert.deepEqual(idsOf(await list('?pageSize=9', 'nobody')), [global])
    const asDevice = { as: 'device_pump' }
    assert.equal((await api.call(`GET ${inventory}/${global}`, asDevice)).status, 200)
    assert.equal((await api.call(`GET ${inventory}/${ids[6]}`, asDevice)).status, 200)
    assert.equal((await api.call(`GET ${inventory}/${ids[0]}`, asDevice)).status, 403)
    const change = { as: 'device_pump', body: { a: 1 } }
    assert.equal((await api.call(`PUT ${inventory}/${global}`, change)).status, 403)
    assert.equal((await api.call(`PUT ${inventory}/${ids[6]}`, change)).status, 200)
  })
})

describe('deletion', () => {
  /** Group with a subgroup and a device; the device has a child, a service and an asset. */
  async function createTree(api: TestApi) {
    const group = await api.create(inventory, { c8y_IsDeviceGroup: {} })
    const subgroup = await api.create(`${inventory}/${group}/childAssets`, {
      c8y_IsDeviceGroup: {},
    })
    const device = await api.createDevice('pump')
    await api.call(`POST ${inventory}/${subgroup}/childAssets`, {
      body: { managedObject: { id: device } },
    })
    const child = await api.create(`${inventory}/${device}/childDevices`, { c8y_IsDevice: {} })
    const service = await api.create(`${inventory}/${child}/childAdditions`, {
      type: 'c8y_Service',
    })
    return { group, subgroup, device, child, service }
  }

  // What is deleted, with which flags, and what is gone then.
  const deletions = [
    ['group', '', ['group', 'subgroup']],
    ['group', '?cascade=false', ['group', 'subgroup']],
    ['group', '?cascade=true', ['group', 'subgroup', 'device', 'child', 'service']],
    ['device', '', ['device']],
    ['device', '?cascade=true', ['device', 'child', 'service']],
    ['device', '?forceCascade=true', ['device', 'child', 'service']],
    ['child', '', ['child']],
    ['service', '?cascade=true', ['service']],
  ] as const
  for (const [root, query, gone] of deletions) {
    test(`DELETE ${root}${query} removes ${gone.join(', ')}`, async () => {
      await using api = await openTestApi()
      const tree = await createTree(api)
      const deleted = await api.call(`DELETE ${inventory}/${tree[root]}${query}`)
      assert.equal(deleted.status, 204)
      for (const [name, id] of Object.entries(tree)) {
        const { status } = await api.call(`GET ${inventory}/${id}`)
        assert.equal(status, (gone as readonly string[]).includes(name) ? 404 : 200, name)
      }
    })
  }

  test('takes data, external ids and references along, and frees the names', async () => {
    await using api = await openTestApi()
    const { subgroup, device } = await createTree(api)
    const source = { id: device }
    const body = { source, type: 't', text: 'x', time: '2031-02-11', severity: 'MAJOR' }
    const paths = ['/event/events', '/alarm/alarms', '/measurement/measurements']
    const data = await Promise.all(
      paths.map(async (path) => `${path}/${await api.create(path, body)}`),
    )
    data.push(
      `/devicecontrol/operations/${await api.create('/devicecontrol/operations', { deviceId: device, c8y_Restart: {} })}`,
    )
    await api.call(`DELETE ${inventory}/${device}`)
    for (const url of data) assert.equal((await api.call(`GET ${url}`)).status, 404, url)
    const ids = await api.call(`GET /identity/globalIds/${device}/externalIds`)
    assert.deepEqual([ids.status, ids.body.externalIds], [200, []])
    assert.equal((await api.call('GET /identity/externalIds/c8y_Serial/pump')).status, 404)
    const { body: parent } = await api.call(`GET ${inventory}/${subgroup}`)
    assert.deepEqual(references(parent, 'childAssets'), [])
    assert.notEqual(await api.createDevice('pump'), device)
    assert.equal((await api.call(`DELETE ${inventory}/${device}`)).status, 404)
  })

  test('withDeviceUser takes the device user along, and its login', async () => {
    await using api = await openTestApi()
    const as = 'device_pump'
    const kept = await api.createDevice('pump', as)
    await api.call(`DELETE ${inventory}/${kept}`)
    assert.equal((await api.call('GET /user/currentUser', { as })).status, 200)
    const device = await api.createDevice('pump', as)
    assert.equal((await api.call(`DELETE ${inventory}/${device}?withDeviceUser=true`)).status, 204)
    assert.equal((await api.call('GET /user/currentUser', { as })).status, 401)
    assert.equal((await api.call(`DELETE /user/${tenantA}/users/${as}`)).status, 404)
  })

  test('a device cannot take another one’s user along by borrowing its external id', async () => {
    await using api = await openTestApi()
    const as = 'device_pump'
    const trap = await api.createDevice('other', as)
    const request = `DELETE ${inventory}/${trap}?withDeviceUser=true`
    assert.equal((await api.call(request, { as })).status, 403)
    assert.equal((await api.call('GET /user/currentUser', { as: 'device_other' })).status, 200)
  })

  test('a cascade does not reach what belongs to others', async () => {
    await using api = await openTestApi()
    const as = 'device_pump'
    const device = await api.createDevice('pump', as)
    const foreign = await api.create(inventory, { name: 'not yours' })
    await api.call(`POST ${inventory}/${device}/childAssets`, {
      body: { managedObject: { id: foreign } },
    })
    const cascading = `DELETE ${inventory}/${device}?cascade=true`
    assert.equal((await api.call(cascading, { as })).status, 403)
    assert.equal((await api.call(`GET ${inventory}/${device}`)).status, 200)
    assert.equal((await api.call(`DELETE ${inventory}/${device}`, { as })).status, 204)
    assert.equal((await api.call(`GET ${inventory}/${foreign}`)).status, 200)
  })
})
