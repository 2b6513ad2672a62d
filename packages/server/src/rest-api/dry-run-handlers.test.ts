import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '@pileus/domain'
import type { DryRunRepresentation, DryRunResponsesRepresentation } from '@pileus/rest-contract'
import { openTestApi, type TestApi } from './rest-api.fixture.ts'

const url = 'POST /service/console/smartrest/dry-run'
const fragment = 'com_cumulocity_model_smartrest_csv_CsvSmartRestTemplate'

const pump: JsonObject = {
  requestTemplates: [
    {
      msgId: '801',
      name: 'Flow',
      method: 'POST',
      api: 'MEASUREMENT',
      mandatoryValues: [
        { path: '$.type', type: 'STRING', value: 'pump_Flow' },
        { path: '$.time', type: 'DATE', value: '' },
      ],
      customValues: [{ path: 'pump_Flow.F.value', type: 'NUMBER', value: '' }],
    },
    {
      msgId: '802',
      method: 'GET',
      api: 'INVENTORY',
      response: true,
      byId: false,
      externalIdType: 'c8y_Serial',
    },
    {
      msgId: '803',
      method: 'PUT',
      api: 'OPERATION',
      response: true,
      mandatoryValues: [{ path: '$.type', type: 'STRING', value: 'pump_Mode' }],
      customValues: [{ path: 'status', type: 'OPERATIONSTATUS', value: '' }],
    },
  ],
  responseTemplates: [
    { msgId: '901', base: '$.pump_Mode', condition: '$.pump_Mode', pattern: ['level', 'name'] },
    { msgId: '902', condition: '$.c8y_IsDevice', pattern: ['id', 'name'] },
  ],
}

test('a row of a draft: template, columns, request, outcome, and what would be stored', async () => {
  await using api = await openTestApi()
  const device = await api.createDevice('SN-1')
  const { rows, wouldStore } = await dryRun(api, {
    topic: 's/uc/pump',
    rows: '801,,12.4,surplus',
    collection: { xId: 'pump', draft: pump },
    deviceId: device,
    at: '2031-02-11T07:00:00.000Z',
  })
  const time = '2031-02-11T07:00:00.000Z'
  const [row] = rows
  assert.deepEqual(row?.template, {
    kind: 'custom',
    collection: 'pump',
    msgId: '801',
    name: 'Flow',
    summary: row?.template?.summary,
  })
  assert.deepEqual(row?.columns.slice(1), [
    {
      index: 1,
      name: 'time',
      type: 'DATE',
      span: [4, 4],
      raw: '',
      value: time,
      defaulted: 'server time',
    },
    { index: 2, name: 'pump_Flow.F.value', type: 'NUMBER', span: [5, 9], raw: '12.4', value: 12.4 },
    { index: 3, span: [10, 17], raw: 'surplus' },
  ])
  assert.deepEqual(row?.request, {
    method: 'POST',
    path: '/measurement/measurements',
    body: { type: 'pump_Flow', pump_Flow: { F: { value: 12.4 } }, time },
  })
  const { id, href, body, ...outcome } = row?.outcome ?? {}
  assert.deepEqual(outcome, { status: 201, api: 'MEASUREMENT' })
  assert.equal(href, `/measurement/measurements/${id}`)
  assert.deepEqual(body, {
    id,
    type: 'pump_Flow',
    time,
    source: { id: device },
    pump_Flow: { F: { value: 12.4 } },
  })
  assert.deepEqual(wouldStore, [{ line: 1, ...row?.outcome }])
})

const told = [
  {
    name: 'a number with a decimal comma is marked in its column, with a hint',
    ask: { topic: 's/us', rows: '200,acme_Flow,rate,4,2,l/min' },
    error: { code: 45, column: 5 },
  },
  {
    name: 'a message id that the collection lacks',
    ask: { topic: 's/uc/pump', rows: '899', collection: { draft: pump } },
    error: { code: 40 },
  },
  {
    name: 'a collection that does not exist',
    ask: { topic: 's/uc/nix', rows: '801,,1' },
    error: { code: 40 },
  },
  {
    name: 'an object that does not exist',
    ask: { topic: 's/ud', rows: '802,nix', collection: { draft: pump } },
    error: { code: 41 },
  },
  {
    name: 'a value of another type in a row of a draft',
    ask: { topic: 't/uc/pump', rows: '801,,warm', collection: { draft: pump } },
    error: { code: 45, column: 2 },
  },
  {
    name: 'a row that cannot be read',
    ask: { topic: 's/us', rows: '200,"a' },
    error: { code: 42 },
  },
]

test('what the device would be told is in the row, and the column is marked', async (t) => {
  await using api = await openTestApi()
  const deviceId = await api.createDevice('SN-1')
  for (const { name, ask, error } of told) {
    await t.test(name, async () => {
      const { rows, wouldStore } = await dryRun(api, { deviceId, ...ask })
      const [row] = rows
      assert.equal(row?.outcome, null)
      assert.deepEqual({ ...row?.error, ...error }, row?.error)
      assert.match(row?.responses?.[0]?.text ?? '', new RegExp(`^${error.code},`))
      assert.equal(row?.responses?.[0]?.topic, 's/e')
      if (error.column !== undefined) {
        const marked = row?.columns.filter((column) => column.error !== undefined)
        assert.deepEqual(
          marked?.map(({ index }) => index),
          [error.column],
        )
      }
      assert.deepEqual(wouldStore, [])
    })
  }
})

test('rows see what the rows before them have done, and replies are rendered', async () => {
  await using api = await openTestApi()
  const deviceId = await api.createDevice('SN-1')
  const { rows, wouldStore } = await dryRun(api, {
    topic: 's/us',
    rows: '114,c8y_Restart\n101,SN-1-a,Pump A,pump\n105\n301,c8y_Hot\n306,c8y_Hot',
    deviceId,
  })
  assert.deepEqual(rows[2]?.responses, [{ topic: 's/ds', text: '106,SN-1-a' }])
  assert.deepEqual(
    wouldStore.map(({ line, api: which, status }) => [line, which, status]),
    [
      [1, 'INVENTORY', 200],
      [2, 'INVENTORY', 201],
      [4, 'ALARM', 201],
      [5, 'ALARM', 200],
    ],
  )
  assert.equal((wouldStore[3]?.body as JsonObject | undefined)?.status, 'CLEARED')
})

test('committed alarms, children and operations are met, and stay as they are', async () => {
  await using api = await openTestApi()
  const deviceId = await api.createDevice('SN-1')
  const time = '2031-01-01T00:00:00.000Z'
  const alarm = await api.create('/alarm/alarms', {
    source: { id: deviceId },
    type: 'c8y_Hot',
    text: 'hot',
    severity: 'MAJOR',
    time,
  })
  const operation = await api.create('/devicecontrol/operations', {
    deviceId,
    pump_Mode: { level: 5, name: 'eco' },
  })
  const before = await stateOf(api)
  const cleared = await dryRun(api, { topic: 's/us', rows: '306,c8y_Hot', deviceId })
  assert.equal(cleared.wouldStore[0]?.id, alarm)
  const reported = await dryRun(api, {
    topic: 's/uc/pump',
    rows: '803,EXECUTING\n803,SUCCESSFUL\n803,EXECUTING\n802,SN-1',
    deviceId,
    collection: { draft: pump },
  })
  assert.deepEqual(
    reported.wouldStore.map(({ id, body }) => [id, (body as JsonObject).status]),
    [
      [operation, 'EXECUTING'],
      [operation, 'SUCCESSFUL'],
    ],
  )
  assert.deepEqual(
    reported.rows.map(({ responses }) => responses),
    [
      [{ topic: 's/dc/pump', text: '901,5,eco' }],
      [{ topic: 's/dc/pump', text: '901,5,eco' }],
      reported.rows[2]?.responses,
      [{ topic: 's/dc/pump', text: `902,${deviceId},SN-1` }],
    ],
  )
  assert.equal(reported.rows[2]?.error?.code, 41)
  assert.deepEqual(await stateOf(api), before)
})

test('a device that does not exist yet would be created, and is not', async () => {
  await using api = await openTestApi()
  const before = await stateOf(api)
  const { wouldStore } = await dryRun(api, { topic: 's/us/new-child', rows: '200,T,T,1' })
  assert.deepEqual(
    wouldStore.map(({ api: which, status }) => [which, status]),
    [
      ['INVENTORY', 201],
      ['INVENTORY', 201],
      ['MEASUREMENT', 201],
    ],
  )
  assert.deepEqual(await stateOf(api), before)
})

test('in the mode TRANSIENT a measurement has an outcome, and nothing is stored', async () => {
  await using api = await openTestApi()
  const deviceId = await api.createDevice('SN-1')
  const { rows, wouldStore } = await dryRun(api, { topic: 't/us', rows: '211,25', deviceId })
  assert.equal(rows[0]?.outcome?.api, 'MEASUREMENT')
  assert.equal(rows[0]?.outcome?.id, undefined)
  assert.deepEqual(wouldStore, [])
})

test('a draft stands in for the stored collection, which devices go on using', async () => {
  await using api = await openTestApi()
  const deviceId = await api.createDevice('SN-1')
  const collection = await storeCollection(api, 'pump', pump)
  const draft = { [fragment]: { responseTemplates: [{ msgId: '1', pattern: ['id'] }] } }
  const ask = { topic: 's/uc/pump', rows: '801,,1', deviceId }
  const [stored] = (await dryRun(api, ask)).rows
  assert.equal(stored?.error, undefined)
  const [tried] = (await dryRun(api, { ...ask, collection: { xId: 'pump', draft } })).rows
  assert.equal(tried?.error?.code, 40)
  const { body } = await api.call(`GET /inventory/managedObjects/${collection}`)
  assert.deepEqual(body[fragment], pump)
})

test('response templates say which of them take a document', async () => {
  await using api = await openTestApi()
  await storeCollection(api, 'pump', pump)
  const document = { pump_Mode: { level: 5, name: 'eco' } }
  for (const collection of [{ xId: 'pump' }, { draft: pump }]) {
    const answer = await api.call(`${url}/responses`, {
      body: { collection, document, sn: 'SN-1' },
    })
    assert.equal(answer.status, 200, answer.text)
    const { rows, templates } = answer.body as unknown as DryRunResponsesRepresentation
    assert.deepEqual(rows, ['901,SN-1,5,eco'])
    assert.deepEqual(
      templates.map(({ msgId, matched }) => [msgId, matched]),
      [
        ['901', true],
        ['902', false],
      ],
    )
    assert.match(templates[1]?.reason ?? '', /\$\.c8y_IsDevice/)
  }
  const unknown = await api.call(`${url}/responses`, {
    body: { collection: { xId: 'nix' }, document },
  })
  assert.equal(unknown.status, 422)
})

const hostile: readonly (readonly [place: RegExp, body: JsonObject])[] = [
  [/requestTemplates\[0\]\.msgId/, drafted({ requestTemplates: [{ method: 'GET' }] })],
  [
    /requestTemplates\[0\]\.customValues\[0\]\.path/,
    drafted({
      requestTemplates: [
        { msgId: '1', method: 'POST', api: 'MEASUREMENT', customValues: [{ path: 'a[99999999]' }] },
      ],
    }),
  ],
  [
    /responseTemplates\[0\]\.pattern/,
    drafted({ responseTemplates: [{ msgId: '1', pattern: ['$..'] }] }),
  ],
  [/requestTemplates: A list/, drafted({ requestTemplates: 5 })],
  [/requestTemplates\[0\]: An object/, drafted({ requestTemplates: [null] })],
  [/1000 templates/, drafted({ requestTemplates: Array.from({ length: 1001 }, () => ({})) })],
  [/256 KiB/, drafted({ x: ['x', 'y'].map((text) => text.repeat(200 * 1024)) })],
  [/no rows/, { topic: 'measurement/measurements/create', rows: '{}' }],
  [/no rows/, { topic: 's/ut/pump', rows: '10' }],
  [/collection\.xId/, { topic: 's/ud', rows: '801' }],
  [/names collection a/, { topic: 's/uc/a', rows: '801', collection: { xId: 'b' } }],
  [/can have \d+ bytes/, { topic: 's/us', rows: 'x'.repeat(17 * 1024) }],
  [/500 rows/, { topic: 's/us', rows: '211,1\n'.repeat(501) }],
  [/UTF-8/, { topic: 's/us', rows: '211,\ud800' }],
  [/at: "soon"/, { topic: 's/us', rows: '211,1', at: 'soon' }],
]

test('what cannot be tried is 422 and says where it is wrong', async () => {
  await using api = await openTestApi()
  for (const [place, body] of hostile) {
    const answer = await api.call(url, { body })
    assert.equal(answer.status, 422, answer.text)
    assert.match(String(answer.body.message), place)
  }
  assert.deepEqual(api.failures, [])
})

test('rows that would lead to more than may be told are refused', async () => {
  await using api = await openTestApi()
  const deviceId = await api.createDevice('SN-1')
  await api.call(`PUT /inventory/managedObjects/${deviceId}`, { body: { x: 'x'.repeat(100_000) } })
  const answer = await api.call(url, {
    body: { topic: 's/us', rows: '117,5\n110,a\n'.repeat(50), deviceId },
  })
  assert.equal(answer.status, 422, answer.text)
  assert.match(String(answer.body.message), /characters/)
})

test('only who may read everything of the device may try rows as it', async () => {
  await using api = await openTestApi()
  const own = await api.createDevice('pump', 'device_pump')
  const ask = (as: string, deviceId?: string) =>
    api.call(url, { as, body: { topic: 's/us', rows: '211,1', ...(deviceId && { deviceId }) } })
  assert.equal((await ask('reader', own)).status, 200)
  assert.equal((await ask('device_pump', own)).status, 200)
  assert.equal((await ask('device_other', own)).status, 403)
  assert.equal((await ask('nobody', own)).status, 403)
  assert.equal((await ask('nobody')).status, 403)
  assert.equal((await ask('device_pump')).status, 403)
  assert.equal((await ask('t200/admin', own)).status, 404)
})

test('another tenant meets neither devices nor collections of this one', async () => {
  await using api = await openTestApi()
  await api.createDevice('new-device')
  await api.createDevice('SN-1')
  await storeCollection(api, 'pump', pump)
  const ask = async (as: string, body: JsonObject) => {
    const answer = await api.call(url, { as, body })
    return answer.body as unknown as DryRunRepresentation
  }
  const known = await ask('admin', { topic: 's/us', rows: '211,1' })
  assert.equal(known.wouldStore.length, 1)
  const foreign = await ask('t200/admin', { topic: 's/us', rows: '211,1' })
  assert.equal(foreign.wouldStore.length, 2)
  const stranger = await ask('t200/admin', { topic: 's/uc/pump', rows: '802,SN-1' })
  assert.equal(stranger.rows[0]?.error?.code, 40)
  const draft = { draft: pump }
  const looking = await ask('t200/admin', {
    topic: 's/uc/pump',
    rows: '802,SN-1',
    collection: draft,
  })
  assert.equal(looking.rows[0]?.error?.code, 41)
})

function drafted(draft: JsonObject): JsonObject {
  return { topic: 's/uc/pump', rows: '801', collection: { draft } }
}

async function dryRun(api: TestApi, body: JsonObject): Promise<DryRunRepresentation> {
  const events = api.events.length
  const answer = await api.call(url, { body })
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(api.failures, [])
  assert.equal(api.events.length, events, 'nobody hears of it')
  return answer.body as unknown as DryRunRepresentation
}

async function storeCollection(api: TestApi, xId: string, templates: JsonValue): Promise<string> {
  const id = await api.create('/inventory/managedObjects', {
    type: 'c8y_SmartRest2Template',
    name: xId,
    [fragment]: templates,
  })
  const body = { type: 'c8y_SmartRest2DeviceIdentifier', externalId: xId }
  assert.equal((await api.call(`POST /identity/globalIds/${id}/externalIds`, { body })).status, 201)
  return id
}

/** Everything that the tenant has. */
async function stateOf(api: TestApi): Promise<readonly string[]> {
  const lists = ['inventory/managedObjects', 'measurement/measurements', 'event/events']
  const others = ['alarm/alarms', 'devicecontrol/operations']
  const answers = [...lists, ...others].map((path) => api.call(`GET /${path}?pageSize=2000`))
  return (await Promise.all(answers)).map(({ text }) => text)
}
