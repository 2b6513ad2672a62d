// Measurements, events and alarms.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '@pileus/domain'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi } from './rest-api.fixture.ts'

const host = 'http://iot.example'
const time = '2031-02-11T07:02:11.004Z'
const now = '2031-02-10T07:00:00.000Z'

let api: TestApi
let device: string
let source: JsonObject
before(async () => {
  api = await openTestApi()
  device = await api.createDevice('Pump 7')
  source = { id: device, name: 'Pump 7', self: `${host}/inventory/managedObjects/${device}` }
})
after(() => api[Symbol.asyncDispose]())

describe('representations', () => {
  test('of a measurement', async () => {
    const fragments = {
      pump_Flow: { F: { value: 12.4, unit: 'l/s' } },
      empty: {},
      text: 'x',
      list: [null],
    }
    const given = {
      source: { id: Number(device) },
      type: 'pump_Flow',
      time,
      ...fragments,
      gone: null,
    }
    const { id, body, headers } = await api.call('POST /measurement/measurements', { body: given })
    const self = `${host}/measurement/measurements/${id}`
    const { name: _, ...brief } = source
    const expected = { id, self, type: 'pump_Flow', time, source: brief, ...fragments }
    assert.deepEqual(body, expected)
    assert.equal(headers.location, self)
    const { body: stored } = await api.call(`GET /measurement/measurements/${id}`)
    assert.deepEqual(stored, expected)
  })

  test('of an event', async () => {
    const given = {
      source: { id: device },
      type: 'pump_Started',
      text: 'Pump started',
      time: '2031-02-11T07:00:00.000+01:00',
      pump_Mode: { auto: true },
      id: '1',
      lastUpdated: null,
    }
    const { id, body, headers } = await api.call('POST /event/events', { body: given })
    const self = `${host}/event/events/${id}`
    assert.deepEqual(body, {
      id,
      self,
      type: 'pump_Started',
      text: 'Pump started',
      time: '2031-02-11T06:00:00.000Z',
      creationTime: now,
      lastUpdated: now,
      source,
      pump_Mode: { auto: true },
    })
    assert.equal(headers.location, self)
  })

  test('of an alarm, first and repeated', async () => {
    const given = {
      source: { id: device },
      type: 'pump_Overheat',
      text: 'Temperature above 90 C',
      severity: 'major',
      time: '2031-02-11T06:40:00Z',
    }
    const { id, body: first, headers } = await api.call('POST /alarm/alarms', { body: given })
    const self = `${host}/alarm/alarms/${id}`
    const expected = {
      id,
      self,
      type: 'pump_Overheat',
      text: 'Temperature above 90 C',
      severity: 'MAJOR',
      status: 'ACTIVE',
      time: '2031-02-11T06:40:00.000Z',
      creationTime: now,
      lastUpdated: now,
      count: 1,
      source,
      history: { auditRecords: [], self: `${host}/audit/auditRecords` },
    }
    assert.deepEqual(first, expected)
    assert.equal(headers.location, self)
    const again = {
      ...given,
      time: '2031-02-11T07:05:00Z',
      severity: 'CRITICAL',
      text: 'other',
      x: 1,
    }
    const repeated = await api.call('POST /alarm/alarms', { body: again })
    assert.equal(repeated.status, 201)
    assert.equal(repeated.headers.location, self)
    assert.deepEqual(repeated.body, {
      ...expected,
      time: '2031-02-11T07:05:00.000Z',
      firstOccurrenceTime: '2031-02-11T06:40:00.000Z',
      count: 2,
      lastUpdated: repeated.body.lastUpdated,
    })
  })
})

describe('what is missing or wrong', () => {
  const whole = { source: { id: '{device}' }, type: 't', text: 'x', time, severity: 'MINOR' }
  const mandatory = {
    '/measurement/measurements': ['source', 'type', 'time'],
    '/event/events': ['source', 'type', 'time', 'text'],
    '/alarm/alarms': ['source', 'type', 'time', 'text', 'severity'],
  }
  const filled = (body: object) => JSON.stringify(body).replace('{device}', device)

  for (const [path, names] of Object.entries(mandatory)) {
    for (const name of names) {
      test(`${path} without ${name}`, async () => {
        const body = Object.fromEntries(Object.entries(whole).filter(([member]) => member !== name))
        const answer = await api.call(`POST ${path}`, { payload: filled(body) })
        assert.equal(answer.status, 422)
        assert.equal(answer.body.error, 'undefined/validationError')
        assert.equal(answer.body.message, `Following mandatory fields should be included: ${name}`)
      })
    }

    test(`${path} without anything names everything`, async () => {
      const answer = await api.call(`POST ${path}`, { body: { source: {} } })
      for (const name of names.slice(1)) assert.match(answer.text, new RegExp(`\\b${name}\\b`))
      assert.match(answer.text, /source\.id/)
    })

    const wrong = [
      { time: 'yesterday' },
      { time: 5 },
      { time: '2031-02-30' },
      { type: '' },
      { type: null },
      { source: '1' },
      { source: { id: '1234567' } },
      { source: { id: 'x' } },
      { source: { id: {} } },
    ]
    for (const members of wrong) {
      test(`${path} with ${JSON.stringify(members)}`, async () => {
        const answer = await api.call(`POST ${path}`, { payload: filled({ ...whole, ...members }) })
        assert.equal(answer.status, 422, answer.text)
      })
    }
  }
})

describe('dates', () => {
  const forms = [
    ['2031-02-11', '2031-02-11T00:00:00.000Z'],
    ['2031-02-11T07:02', '2031-02-11T07:02:00.000Z'],
    ['2031-02-11T07:02:11.123456789+0200', '2031-02-11T05:02:11.123Z'],
    ['2031-02-11T07:02:11 02:00', '2031-02-11T05:02:11.000Z'],
  ] as const
  for (const [text, stored] of forms) {
    test(`${text} is stored as ${stored}`, async () => {
      const body = { source: { id: device }, type: 'dates', text: 'x', time: text }
      const answer = await api.call('POST /event/events', { body })
      assert.equal(answer.body.time, stored)
      const encoded = encodeURIComponent(text)
      const range = `dateFrom=${encoded}&dateTo=${encoded}`
      const { body: list } = await api.call(`GET /event/events?type=dates&${range}`)
      assert.ok(JSON.stringify(list.events).includes(`"${answer.id}"`))
    })
  }
})

describe('collections of measurements', () => {
  const measurement = (index: number, id = device) => ({
    source: { id },
    type: 'bulk',
    time: `2031-03-01T00:00:0${index % 10}Z`,
    n: { v: { value: index } },
  })

  test('are stored in order, answered without Location', async () => {
    const measurements = [2, 1, 3].map((index) => measurement(index))
    const vendor = 'application/vnd.com.nsn.cumulocity.'
    const headers = {
      'content-type': `${vendor}measurementcollection+json`,
      accept: `${vendor}measurement+json`,
    }
    for (const type of [headers, { ...headers, 'content-type': 'application/json' }]) {
      const answer = await api.call('POST /measurement/measurements', {
        body: { measurements },
        headers: type,
      })
      assert.equal(answer.status, 201)
      assert.equal(answer.headers.location, undefined)
      assert.equal(
        answer.headers['content-type'],
        `${vendor}measurementCollection+json;charset=UTF-8;ver=0.9`,
      )
      const stored = answer.body.measurements as JsonObject[]
      assert.deepEqual(
        stored.map((each) => each.n),
        measurements.map((each) => each.n),
      )
      assert.ok(stored.every((each) => typeof each.id === 'string'))
    }
  })

  test('are all or nothing', async () => {
    const total = async () =>
      (await api.call('GET /measurement/measurements?type=bulk&pageSize=1&withTotalPages=true'))
        .body.statistics
    const earlier = await total()
    const bad = [
      [[measurement(1), measurement(2, '1234567')], 422, 'measurement/Unprocessable Entity'],
      [[measurement(1), { ...measurement(2), time: 'x' }], 422, 'general/validationError'],
      [[measurement(1), {}], 422, 'undefined/validationError'],
      [[measurement(1), null], 422, 'general/validationError'],
    ] as const
    for (const [measurements, status, error] of bad) {
      const answer = await api.call('POST /measurement/measurements', { body: { measurements } })
      assert.equal(answer.status, status)
      assert.equal(answer.body.error, error)
    }
    assert.deepEqual(await total(), earlier)
  })

  test('may hold a thousand and more', async () => {
    const measurements = Array.from({ length: 3000 }, (_, index) => measurement(index))
    const answer = await api.call('POST /measurement/measurements', { body: { measurements } })
    assert.equal(answer.status, 201)
  })

  test('a measurement with a fragment called measurements is one measurement', async () => {
    const body = { ...measurement(1), measurements: [1, 2] }
    const answer = await api.call('POST /measurement/measurements', { body })
    assert.deepEqual(answer.body.measurements, [1, 2])
  })
})

describe('lists', () => {
  let other: string
  const paths = {
    measurements: '/measurement/measurements',
    events: '/event/events',
    alarms: '/alarm/alarms',
  } as const
  before(async () => {
    other = await api.create('/inventory/managedObjects', {})
    for (let day = 1; day <= 3; day++) {
      const data = {
        source: { id: other },
        type: `list_${day}`,
        text: 'x',
        time: `2031-04-0${day}T12:00:00Z`,
        severity: ['CRITICAL', 'MAJOR', 'MINOR'][day - 1] ?? '',
        status: day === 3 ? 'CLEARED' : 'active',
        [`f${day}`]: { s: { value: day } },
      }
      for (const path of Object.values(paths)) await api.create(path, data)
    }
  })

  const daysOf = (answer: JsonObject, member: string) => {
    const items = answer[member]
    assert.ok(Array.isArray(items))
    return items.map((item) => Number(item.type.slice('list_'.length)))
  }

  // Member, query, days found in order.
  const queries = [
    ['measurements', '', [1, 2, 3]],
    ['measurements', 'revert=true', [3, 2, 1]],
    ['measurements', 'revert=true&pageSize=1&dateFrom=1970-01-01', [3]],
    ['measurements', 'type=list_2', [2]],
    ['measurements', 'valueFragmentType=f1', [1]],
    ['measurements', 'fragmentType=f2', [2]],
    ['measurements', 'valueFragmentType=f3&valueFragmentSeries=s', [3]],
    ['measurements', 'valueFragmentType=f3&valueFragmentSeries=x', []],
    ['measurements', 'dateFrom=2031-04-02T12:00:00Z&dateTo=2031-04-03T12:00:00Z', [2, 3]],
    ['events', '', [3, 2, 1]],
    ['events', 'revert=true', [1, 2, 3]],
    ['events', 'fragmentType=f2', [2]],
    ['events', 'dateFrom=2031-04-02T14:00:00+02:00&dateTo=2031-04-02T12:00:00Z', [2]],
    ['events', `createdFrom=${now}`, [3, 2, 1]],
    ['events', `createdTo=${now}`, []],
    ['events', `lastUpdatedFrom=${now}&lastUpdatedTo=${now}`, []],
    ['alarms', '', [3, 2, 1]],
    ['alarms', 'revert=True', [1, 2, 3]],
    ['alarms', 'type=list_1,list_3', [3, 1]],
    ['alarms', 'type=list_1&type=list_2', [2, 1]],
    ['alarms', 'severity=major,Minor', [3, 2]],
    ['alarms', 'status=ACTIVE', [2, 1]],
    ['alarms', 'status=cleared', [3]],
    ['alarms', 'status=ACTIVE&status=CLEARED', [3, 2, 1]],
    ['alarms', 'resolved=true', [3]],
    ['alarms', 'resolved=false&status=CLEARED', [2, 1]],
    ['alarms', 'dateTo=2031-04-02T12:00:00Z', [2, 1]],
  ] as const
  for (const [member, query, days] of queries) {
    test(`${member}?${query} finds ${days.join(', ') || 'nothing'}`, async () => {
      const answer = await api.call(`GET ${paths[member]}?source=${other}&${query}`)
      assert.equal(answer.status, 200)
      assert.deepEqual(daysOf(answer.body, member), days)
    })
  }

  for (const [member, path] of Object.entries(paths)) {
    test(`${member} of a source that cannot exist`, async () => {
      const url = `GET ${path}?source=x&withTotalPages=true&withTotalElements=true`
      const { status, body } = await api.call(url)
      assert.equal(status, 200)
      assert.deepEqual(body[member], [])
      const statistics = { currentPage: 1, pageSize: 5, totalPages: 0, totalElements: 0 }
      assert.deepEqual(body.statistics, statistics)
    })

    test(`${member} page by page meet each item once`, async () => {
      const seen: number[] = []
      let url = `${path}?source=${other}&pageSize=2`
      for (;;) {
        const { body, next } = await api.call(`GET ${url}`)
        seen.push(...daysOf(body, member))
        if (next === '') break
        url = next.slice(host.length)
      }
      assert.deepEqual(new Set(seen), new Set([1, 2, 3]))
      assert.equal(seen.length, 3)
    })
  }

  test('alarms are counted with the same filters', async () => {
    const count = async (query: string) =>
      (await api.call(`GET /alarm/alarms/count?source=${other}${query}`)).text
    assert.equal(await count(''), '3')
    assert.equal(await count('&resolved=false'), '2')
    assert.equal(await count('&severity=CRITICAL'), '1')
    assert.equal((await api.call('GET /alarm/alarms/count?source=x')).text, '0')
  })
})

describe('changes', () => {
  test('of an event: text and fragments only', async () => {
    const given = { source: { id: device }, type: 't', text: 'x', time, a: 1, b: { c: 1 } }
    const id = await api.create('/event/events', given)
    const { body: stored } = await api.call(`GET /event/events/${id}`)
    api.clock.advance(1000)
    const change = {
      type: 'u',
      time: '1970-01-01',
      source: { id: '1' },
      creationTime: null,
      text: 'y',
      a: null,
      b: { d: 1 },
    }
    const { body } = await api.call(`PUT /event/events/${id}`, { body: change })
    const { a: _, ...kept } = stored
    const lastUpdated = '2031-02-10T07:00:01.000Z'
    assert.deepEqual(body, { ...kept, text: 'y', b: { d: 1 }, lastUpdated })
    assert.deepEqual((await api.call(`GET /event/events/${id}`)).body, body)
    const nothing = await api.call(`PUT /event/events/${id}`, { body: { text: null } })
    assert.equal(nothing.body.text, 'y')
  })

  test('of an alarm, until it is cleared', async () => {
    const given = { source: { id: device }, type: 'change', text: 'x', time, severity: 'MINOR' }
    const id = await api.create('/alarm/alarms', given)
    const put = (body: JsonObject) => api.call(`PUT /alarm/alarms/${id}`, { body })
    const acknowledged = await put({
      status: 'acknowledged',
      severity: 'warning',
      type: 'u',
      count: 9,
    })
    assert.deepEqual(
      [
        acknowledged.body.status,
        acknowledged.body.severity,
        acknowledged.body.type,
        acknowledged.body.count,
      ],
      ['ACKNOWLEDGED', 'WARNING', 'change', 1],
    )
    assert.equal((await put({ status: 'Custom' })).body.status, 'Custom')
    assert.equal((await put({ status: 'CLEARED', a: 1 })).body.status, 'CLEARED')
    assert.equal((await put({ status: 'ACTIVE' })).status, 422)
    assert.equal((await put({ status: 'CLEARED', text: 'y' })).body.text, 'y')
    // After clearing, the next one is a new alarm.
    assert.notEqual(await api.create('/alarm/alarms', given), id)
  })

  test('of many alarms by filter', async () => {
    const fleet = await api.create('/inventory/managedObjects', {})
    const given = { source: { id: fleet }, text: 'x', time, severity: 'MINOR' }
    for (const type of ['a', 'b', 'c']) await api.create('/alarm/alarms', { ...given, type })
    const update = (query: string, accept = 'application/json') =>
      api.call(`PUT /alarm/alarms${query}`, {
        body: { status: 'cleared', severity: 'CRITICAL', text: 'ignored', id: '1' },
        headers: { accept },
      })
    assert.equal((await update('')).status, 422)
    assert.equal((await update('?nonsense=1')).status, 422)
    const some = await update(`?source=${fleet}&type=a,b`)
    assert.deepEqual([some.status, some.text], [200, '{}'])
    const rest = await update(`?source=${fleet}&resolved=false`, '*/*')
    assert.deepEqual([rest.status, rest.text], [200, ''])
    const { body } = await api.call(`GET /alarm/alarms?source=${fleet}&resolved=true`)
    const alarms = body.alarms as JsonObject[]
    assert.equal(alarms.length, 3)
    assert.ok(alarms.every((alarm) => alarm.severity === 'MINOR' && alarm.text === 'x'))
    assert.equal((await update('?source=x')).status, 200)
  })

  test('parallel creates never leave two unresolved alarms', async () => {
    const body = { source: { id: device }, type: 'race', text: 'x', time, severity: 'MINOR' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.call('POST /alarm/alarms', { body })),
    )
    assert.equal(new Set(answers.map((answer) => answer.id)).size, 1)
    const { body: list } = await api.call('GET /alarm/alarms?type=race')
    assert.equal((list.alarms as JsonObject[])[0]?.count, 20)
  })
})

describe('a device', () => {
  const as = 'device_pump'
  const data = { type: 't', text: 'x', time, severity: 'MINOR' }
  const paths = ['/measurement/measurements', '/event/events', '/alarm/alarms'] as const

  for (const path of paths) {
    test(`writes and reads its own data of ${path}, and no other`, async () => {
      const own = await api.create('/inventory/managedObjects', {}, as)
      const mine = await api.create(path, { ...data, source: { id: own } }, as)
      const theirs = await api.create(path, { ...data, type: 'theirs', source: { id: device } })
      const foreign = { as, body: { ...data, source: { id: device } } }
      assert.equal((await api.call(`POST ${path}`, foreign)).status, 403)
      assert.equal((await api.call(`GET ${path}/${mine}`, { as })).status, 200)
      assert.equal((await api.call(`GET ${path}/${theirs}`, { as })).status, 403)
      const list = await api.call(`GET ${path}?pageSize=2000&withTotalElements=true`, { as })
      const items = Object.values(list.body).find(Array.isArray) as JsonObject[]
      assert.ok(items.length > 0)
      assert.ok(items.every((item) => (item.source as JsonObject).id === own))
      assert.equal((list.body.statistics as JsonObject).totalElements, items.length)
      if (path === '/alarm/alarms') return
      assert.equal((await api.call(`DELETE ${path}/${theirs}`, { as })).status, 403)
      assert.equal((await api.call(`DELETE ${path}/${mine}`, { as })).status, 204)
    })
  }

  test('sends a list for sources of its own only', async () => {
    const own = await api.create('/inventory/managedObjects', {}, as)
    const measurements = [own, device].map((id) => ({ ...data, source: { id } }))
    const answer = await api.call('POST /measurement/measurements', { as, body: { measurements } })
    assert.equal(answer.status, 403)
    const url = `GET /measurement/measurements?source=${own}`
    assert.deepEqual((await api.call(url)).body.measurements, [])
  })
})

test('nothing went wrong inside', () => assert.deepEqual(api.failures, []))
