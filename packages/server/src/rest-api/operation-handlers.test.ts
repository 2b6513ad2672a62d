import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject, OperationId } from '@pileus/domain'
import { recordDelivery } from '@pileus/domain'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi, tenantA } from './rest-api.fixture.ts'

const host = 'http://iot.example'
const operations = '/devicecontrol/operations'

let api: TestApi
let agent: string
let child: string
before(async () => {
  api = await openTestApi()
  agent = await api.createDevice('Pump 7')
  child = await api.create(`/inventory/managedObjects/${agent}/childDevices`, { name: 'Valve' })
})
after(() => api[Symbol.asyncDispose]())

describe('an operation', () => {
  test('has exactly the members of the specification', async () => {
    const given = {
      deviceId: Number(agent),
      description: 'Restart device',
      c8y_Restart: {},
      status: 'SUCCESSFUL',
      id: '1',
      bulkOperationId: '7',
      failureReason: 'x',
      creationTime: null,
    }
    const { id, body, headers } = await api.call(`POST ${operations}`, { body: given })
    const expected = {
      id,
      self: `${host}${operations}/${id}`,
      deviceId: agent,
      deviceName: 'Pump 7',
      agentId: agent,
      status: 'PENDING',
      creationTime: '2031-02-10T07:00:00.000Z',
      description: 'Restart device',
      c8y_Restart: {},
    }
    assert.deepEqual(body, expected)
    assert.equal(headers.location, expected.self)
    assert.deepEqual((await api.call(`GET ${operations}/${id}`)).body, expected)
  })

  test('shows its delivery once a push was attempted', async () => {
    const id = await api.create(operations, { deviceId: agent, c8y_Restart: {} })
    const time = api.clock.now()
    await api.store.run(tenantA, time, (unit) =>
      recordDelivery(unit, id as OperationId, { status: 'SEND', time }),
    )
    const at = '2031-02-10T07:00:00.000Z'
    assert.deepEqual((await api.call(`GET ${operations}/${id}`)).body.delivery, {
      status: 'SEND',
      time: at,
      log: [{ status: 'SEND', time: at }],
    })
  })

  test('tells its way so far, step by step, and what it waits for', async () => {
    const id = await api.create(operations, { deviceId: agent, c8y_Restart: {} })
    const path = `/service/console/operations/${id}/trace`
    const steps: readonly (readonly [awaits: string | undefined, next: () => Promise<unknown>])[] =
      [
        ['session', () => record('SEND')],
        ['acknowledgement', () => record('DELIVERED')],
        ['start', () => report({ status: 'EXECUTING' })],
        ['result', () => report({ status: 'FAILED', failureReason: 'No power' })],
      ]
    const record = (status: 'SEND' | 'DELIVERED') => {
      const time = api.clock.now()
      return api.store.run(tenantA, time, (unit) =>
        recordDelivery(unit, id as OperationId, { status, time }),
      )
    }
    const report = (body: JsonObject) => api.call(`PUT ${operations}/${id}`, { body })
    for (const [awaits, next] of steps) {
      assert.equal((await api.call(`GET ${path}`)).body.awaits, awaits)
      api.clock.advance(500)
      await next()
    }
    assert.deepEqual((await api.call(`GET ${path}`)).body, {
      id,
      self: `${host}${path}`,
      hops: [
        { name: 'requested', time: '2031-02-10T07:00:00.000Z' },
        { name: 'sent', time: '2031-02-10T07:00:00.500Z', deltaMs: 500 },
        { name: 'acknowledged', time: '2031-02-10T07:00:01.000Z', deltaMs: 500 },
        { name: 'executing', time: '2031-02-10T07:00:01.500Z', deltaMs: 500 },
        { name: 'failed', time: '2031-02-10T07:00:02.000Z', deltaMs: 500, detail: 'No power' },
      ],
    })
  })

  test('is for a device that has an agent at or above it', async () => {
    const { body } = await api.call(`POST ${operations}`, {
      body: { deviceId: child, c8y_Restart: {} },
    })
    assert.equal(body.agentId, agent)
    const lonely = await api.create('/inventory/managedObjects', {})
    for (const deviceId of [lonely, '1234567', 'x', '']) {
      const answer = await api.call(`POST ${operations}`, { body: { deviceId, c8y_Restart: {} } })
      assert.equal(answer.status, 422, deviceId)
      assert.equal(answer.body.error, 'general/validationError')
    }
    const without = await api.call(`POST ${operations}`, { body: { c8y_Restart: {} } })
    assert.equal(without.body.error, 'undefined/validationError')
  })

  for (const id of ['1', '0', 'abc', '1e3', '%00', '99999999999999999999']) {
    test(`${id} is unknown, in the words that clients look for`, async () => {
      for (const method of ['GET', 'PUT']) {
        const call = method === 'PUT' ? { body: { status: 'FAILED' } } : {}
        const answer = await api.call(`${method} ${operations}/${id}`, call)
        assert.equal(answer.status, 404)
        assert.equal(answer.body.error, 'devicecontrol/Not Found')
        assert.match(answer.text, /No operation for gid '/)
      }
    })
  }
})

describe('the life of an operation', () => {
  // Statuses given one after the other, and what the last one answers.
  const lives = [
    [['EXECUTING', 'SUCCESSFUL'], 200],
    [['SUCCESSFUL'], 200],
    [['FAILED'], 200],
    [['executing', 'Failed'], 200],
    [['PENDING'], 200],
    [['EXECUTING', 'EXECUTING'], 200],
    [['FAILED', 'FAILED'], 200],
    [['EXECUTING', 'PENDING'], 422],
    [['SUCCESSFUL', 'FAILED'], 422],
    [['FAILED', 'EXECUTING'], 422],
    [['RUNNING'], 422],
    [[''], 422],
  ] as const
  for (const [statuses, last] of lives) {
    test(`${statuses.join(', ')} ends in ${last}`, async () => {
      const id = await api.create(operations, { deviceId: agent, c8y_Restart: {} })
      let answered = 0
      for (const status of statuses) {
        const answer = await api.call(`PUT ${operations}/${id}`, { body: { status } })
        answered = answer.status
        if (answered === 200) assert.equal(answer.body.status, status.toUpperCase())
      }
      assert.equal(answered, last)
    })
  }

  test('PUT merges, and needs a status only where it changes nothing else', async () => {
    const id = await api.create(operations, { deviceId: agent, a: 1, b: { c: 1 } })
    const put = (body: JsonObject) => api.call(`PUT ${operations}/${id}`, { body })
    const changed = await put({ a: null, b: { d: 1 }, description: 'x', failureReason: 'y' })
    const { a, b, description, failureReason, status } = changed.body
    assert.deepEqual(
      [a, b, description, failureReason, status],
      [undefined, { d: 1 }, 'x', 'y', 'PENDING'],
    )
    for (const body of [{}, { id }, { status: null }, { deviceId: child, agentId: '1' }]) {
      const answer = await put(body)
      assert.equal(answer.status, 422)
      assert.equal(answer.body.error, 'undefined/validationError')
    }
    // Some clients send everything back that they read.
    const whole = await put({ ...changed.body, status: 'EXECUTING' })
    assert.equal(whole.status, 200)
    assert.equal(whole.body.deviceId, agent)
  })
})

describe('lists of operations', () => {
  let device: string
  let below: string
  const ids: string[] = []
  before(async () => {
    device = await api.createDevice('Station')
    below = await api.create(`/inventory/managedObjects/${device}/childDevices`, { name: 'Below' })
    for (const [index, deviceId] of [device, below, device, below].entries()) {
      api.clock.advance(60_000)
      ids.push(await api.create(operations, { deviceId, [`f${index}`]: {} }))
    }
    await api.call(`PUT ${operations}/${ids[0]}`, { body: { status: 'EXECUTING' } })
    await api.call(`PUT ${operations}/${ids[1]}`, { body: { status: 'FAILED' } })
  })

  const queries = [
    ['agentId={device}', [0, 1, 2, 3]],
    ['agentId={device}&revert=true', [3, 2, 1, 0]],
    ['deviceId={device}', [0, 2]],
    ['deviceId={below}&agentId={device}', [1, 3]],
    ['deviceId={device}&agentId={below}', []],
    ['agentId={device}&status=PENDING', [2, 3]],
    ['agentId={device}&status=executing,FAILED', [0, 1]],
    ['agentId={device}&fragmentType=f2', [2]],
    ['agentId={device}&pageSize=1&currentPage=2', [1]],
    ['agentId=x', []],
    ['deviceId=x', []],
  ] as const
  for (const [query, indexes] of queries) {
    test(`${query} finds ${indexes.join(', ') || 'nothing'}`, async () => {
      const filled = query.replaceAll('{device}', device).replaceAll('{below}', below)
      const { body } = await api.call(`GET ${operations}?${filled}`)
      const found = body.operations as JsonObject[]
      assert.deepEqual(
        found.map(({ id }) => id),
        indexes.map((index) => ids[index]),
      )
    })
  }

  test('by time of creation, both ends included', async () => {
    const [, second, third] = await Promise.all(
      ids.map(async (id) => (await api.call(`GET ${operations}/${id}`)).body.creationTime),
    )
    assert.ok(typeof second === 'string' && typeof third === 'string')
    const range = `dateFrom=${second}&dateTo=${third}`
    const { body } = await api.call(`GET ${operations}?agentId=${device}&${range}`)
    assert.deepEqual(
      (body.operations as JsonObject[]).map(({ id }) => id),
      [ids[1], ids[2]],
    )
  })

  test('by agent each item tells the external ids of its device', async () => {
    const { body } = await api.call(`GET ${operations}?agentId=${device}&pageSize=1`)
    const [first] = body.operations as JsonObject[]
    assert.deepEqual(first?.deviceExternalIDs, {
      externalIds: [
        {
          type: 'c8y_Serial',
          externalId: 'Station',
          managedObject: { id: device, self: `${host}/inventory/managedObjects/${device}` },
          self: `${host}/identity/externalIds/c8y_Serial/Station`,
        },
      ],
      self: `${host}/identity/globalIds/${device}/externalIds`,
    })
    const { body: byDevice } = await api.call(`GET ${operations}?deviceId=${device}&pageSize=1`)
    assert.equal((byDevice.operations as JsonObject[])[0]?.deviceExternalIDs, undefined)
  })
})

test('a device reports on its own operations and sees no other', async () => {
  const as = 'device_pump'
  const own = await api.createDevice('pump', as)
  const mine = await api.create(operations, { deviceId: own, c8y_Restart: {} })
  const theirs = await api.create(operations, { deviceId: agent, c8y_Restart: {} })
  const report = { as, body: { status: 'EXECUTING' } }
  assert.equal((await api.call(`PUT ${operations}/${mine}`, report)).status, 200)
  assert.equal((await api.call(`PUT ${operations}/${theirs}`, report)).status, 403)
  assert.equal((await api.call(`GET ${operations}/${theirs}`, { as })).status, 403)
  const { body } = await api.call(`GET ${operations}?pageSize=2000&withTotalElements=true`, { as })
  assert.deepEqual(
    (body.operations as JsonObject[]).map(({ id }) => id),
    [mine],
  )
  assert.equal((body.statistics as JsonObject).totalElements, 1)
  const create = (deviceId: string) =>
    api.call(`POST ${operations}`, { as, body: { deviceId, c8y_Restart: {} } })
  assert.equal((await create(own)).status, 201)
  assert.equal((await create(agent)).status, 403)
})

test('nothing went wrong inside', () => assert.deepEqual(api.failures, []))
