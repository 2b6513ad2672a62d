// What another tenant has is like nothing: 404, never 403, and no trace in any answer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@pileus/domain'
import fc from 'fast-check'
import type { TestApi } from './rest-api.fixture.ts'
import { openTestApi } from './rest-api.fixture.ts'

const time = '2031-02-11T07:02:11.004Z'
const inventory = '/inventory/managedObjects'

/** Fills a tenant with things that carry its mark, and gives the URLs of them. */
async function fill(api: TestApi, as: string, mark: string): Promise<readonly string[]> {
  // Ids count per tenant, so that those of the fuller one exist in one of them only.
  if (mark === 'BRAVO') {
    for (let index = 0; index < 10; index++) await api.create(inventory, { name: mark }, as)
  }
  const device = await api.createDevice(`${mark}-1`, as)
  const child = await api.create(`${inventory}/${device}/childDevices`, { name: mark }, as)
  const data: JsonObject = { type: mark, text: mark, time, severity: 'MAJOR', [mark]: {} }
  const own = { ...data, source: { id: device } }
  const urls = [`${inventory}/${device}`, `${inventory}/${child}`]
  for (const path of ['/measurement/measurements', '/event/events', '/alarm/alarms']) {
    for (let index = 0; index < (mark === 'BRAVO' ? 10 : 1); index++) {
      const id = await api.create(path, { ...own, type: `${mark}${index}` }, as)
      if (index === 0 && mark === 'ALPHA') urls.push(`${path}/${id}`)
      if (index === 9) urls.push(`${path}/${id}`)
    }
  }
  for (let index = 0; index < (mark === 'BRAVO' ? 10 : 1); index++) {
    const id = await api.create('/devicecontrol/operations', { deviceId: device, [mark]: {} }, as)
    if (index === 0 && mark === 'ALPHA') urls.push(`/devicecontrol/operations/${id}`)
    if (index === 9) urls.push(`/devicecontrol/operations/${id}`)
  }
  const request = { as, body: { id: `${mark}-2`, name: mark } }
  await api.call('POST /devicecontrol/newDeviceRequests', request)
  return [
    ...urls,
    `/devicecontrol/newDeviceRequests/${mark}-2`,
    `/identity/externalIds/c8y_Serial/${mark}-1`,
    `${inventory}/${device}/childDevices`,
    `${inventory}/${device}/childDevices/${child}`,
  ]
}

test('nothing of tenant B is seen or changed from tenant A', async () => {
  await using api = await openTestApi()
  await fill(api, 'admin', 'ALPHA')
  const urls = await fill(api, 't200/admin', 'BRAVO')
  const reading = async () =>
    Promise.all(urls.map(async (url) => (await api.call(`GET ${url}`, { as: 't200/admin' })).text))
  const earlier = await reading()
  assert.ok(earlier.every((text) => text.includes('BRAVO')))
  for (const url of urls) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const call = method === 'GET' ? {} : { body: { status: 'ACCEPTED', references: [] } }
      const { status, text } = await api.call(`${method} ${url}`, call)
      assert.ok(status === 404 || status === 405, `${method} ${url} answered ${status}`)
      // The message repeats what was asked for, and nothing else.
      assert.ok(!text.replaceAll(/BRAVO-\d/g, '').includes('BRAVO'), text)
    }
  }
  assert.deepEqual(await reading(), earlier)
})

test('no sequence of calls from A shows the mark of B', async () => {
  await using api = await openTestApi()
  await fill(api, 'admin', 'ALPHA')
  await fill(api, 't200/admin', 'BRAVO')
  const ids = fc.integer({ min: 1001, max: 1030 }).map(String)
  const source = ids.map((id) => ({ id }))
  const listed = fc.constantFrom(
    '/event/events',
    '/alarm/alarms',
    '/measurement/measurements',
    '/devicecontrol/operations',
    '/devicecontrol/newDeviceRequests',
    inventory,
  )
  const filter = fc.oneof(
    ids.map((id) => `source=${id}`),
    ids.map((id) => `deviceId=${id}`),
    ids.map((id) => `agentId=${id}`),
    ids.map((id) => `childDeviceId=${id}&withParents=true`),
    fc.array(ids, { minLength: 1 }).map((list) => `ids=${list.join(',')}`),
    fc.constantFrom('text=BRAVO', 'owner=admin&withParents=true', 'fragmentType=c8y_IsDevice'),
  )
  const calls = fc.oneof(
    fc
      .tuple(listed, filter)
      .map(([path, query]) => ({ request: `GET ${path}?${query}&pageSize=50` })),
    fc.tuple(listed, ids).map(([path, id]) => ({ request: `GET ${path}/${id}` })),
    ids.map((id) => ({ request: `GET ${inventory}/${id}/childDevices` })),
    ids.map((id) => ({ request: `GET /identity/globalIds/${id}/externalIds` })),
    source.map((each) => ({
      request: 'POST /event/events',
      body: { source: each, type: 't', text: 'x', time },
    })),
    source.map((each) => ({
      request: 'POST /alarm/alarms',
      body: { source: each, type: 'BRAVO0', text: 'x', time, severity: 'MAJOR' },
    })),
    fc.tuple(ids, ids).map(([parent, child]) => ({
      request: `POST ${inventory}/${parent}/childAssets`,
      body: { managedObject: { id: child } },
    })),
    ids.map((id) => ({ request: `PUT ${inventory}/${id}`, body: { touched: true } })),
    ids.map((id) => ({ request: 'POST /devicecontrol/operations', body: { deviceId: id, t: {} } })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 5 }), async (sequence) => {
      for (const { request, ...call } of sequence) {
        const { text, status } = await api.call(request, call)
        assert.notEqual(status, 403, request)
        assert.ok(!text.replaceAll(/(?:type|text)(?:=|":")BRAVO\d?/g, '').includes('BRAVO'), text)
      }
    }),
    { numRuns: 50 },
  )
  assert.deepEqual(api.failures, [])
})
