// The client is run against a fetch that notes what it was asked and gives prepared answers: what
// goes over a wire is all that can be seen of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FetchOptions } from './rest-client.ts'
import { buildRestClient, PlatformUnreachable, RestRefusal } from './rest-client.ts'

function clientThatHears(status: number, text: string) {
  const asked: { readonly url: string; readonly init: FetchOptions }[] = []
  const rest = buildRestClient({
    baseUrl: 'http://platform',
    headers: () => ({ Authorization: 'Basic eA==' }),
    fetch: async (url, init) => {
      asked.push({ url, init })
      return { status, text: async () => text }
    },
  })
  return { rest, asked }
}

test('values of the path are single segments, however hostile', async () => {
  const { rest, asked } = clientThatHears(200, '{}')
  await rest.get('/inventory/managedObjects/{id}', { path: { id: '../7?x#\ud800' } })
  assert.equal(asked[0]?.url, 'http://platform/inventory/managedObjects/..%2F7%3Fx%23%EF%BF%BD')
})

test('a value that an address would lose is not sent to where it leads instead', async () => {
  const { rest, asked } = clientThatHears(204, '')
  for (const id of ['.', '..', '']) {
    await assert.rejects(rest.delete('/devicecontrol/newDeviceRequests/{id}', { path: { id } }), {
      name: 'RestRefusal',
      message: `There is no address for the id "${id}".`,
    })
  }
  assert.deepEqual(asked, [])
})

test('query parameters are written as the platform reads them, absent ones left out', async () => {
  const { rest, asked } = clientThatHears(200, '{"alarms":[]}')
  const page = await rest.get('/alarm/alarms', {
    query: {
      source: '7',
      severity: ['MAJOR', 'CRITICAL'],
      type: [],
      resolved: false,
      pageSize: 10,
      dateFrom: new Date('2031-02-11T07:00:00Z'),
    },
  })
  assert.equal(
    asked[0]?.url,
    'http://platform/alarm/alarms?source=7&severity=MAJOR%2CCRITICAL&resolved=false&pageSize=10' +
      '&dateFrom=2031-02-11T07%3A00%3A00.000Z',
  )
  assert.deepEqual(page.alarms, [])
})

test('a body goes as JSON, and headers are those of the moment', async () => {
  const { rest, asked } = clientThatHears(201, '{"id":"7"}')
  const created = await rest.post('/devicecontrol/operations', { body: { deviceId: '7' } })
  assert.equal(created.id, '7')
  assert.equal(asked[0]?.init.body, '{"deviceId":"7"}')
  assert.equal(asked[0]?.init.headers['Content-Type'], 'application/json')
  assert.equal(asked[0]?.init.headers['Authorization'], 'Basic eA==')
})

test('nothing comes of a deletion', async () => {
  const { rest, asked } = clientThatHears(204, '')
  const gone = await rest.delete('/devicecontrol/newDeviceRequests/{id}', { path: { id: 'a' } })
  assert.equal(gone, undefined)
  assert.equal(asked[0]?.init.method, 'DELETE')
})

test('what is not JSON is no answer of the platform', async () => {
  const { rest } = clientThatHears(200, '<h1>Welcome to this network</h1>')
  await assert.rejects(rest.get('/tenant/currentTenant'), {
    name: 'RestRefusal',
    status: 200,
    message: 'Something else than the platform has answered in its place.',
  })
})

const refusals = [
  {
    title: 'in its own words',
    text: '{"error":"devicecontrol/Not Found","message":"Gone."}',
    error: 'devicecontrol/Not Found',
    message: 'Gone.',
  },
  { title: 'as a page of a proxy', text: '<h1>', error: '', message: 'The answer was HTTP 422.' },
  { title: 'without a word', text: '', error: '', message: 'The answer was HTTP 422.' },
  { title: 'as a bare null', text: 'null', error: '', message: 'The answer was HTTP 422.' },
]
for (const { title, text, error, message } of refusals) {
  test(`a refusal ${title}`, async () => {
    const { rest } = clientThatHears(422, text)
    await assert.rejects(rest.get('/tenant/currentTenant'), (thrown) => {
      assert.ok(thrown instanceof RestRefusal)
      assert.deepEqual([thrown.status, thrown.error, thrown.message], [422, error, message])
      return true
    })
  })
}

test('no answer at all is its own failure, and a cancelled call is none', async () => {
  const fetch = async () => {
    throw new TypeError('fetch failed')
  }
  const rest = buildRestClient({ baseUrl: '', headers: () => ({}), fetch })
  await assert.rejects(rest.get('/tenant/currentTenant'), PlatformUnreachable)
  const signal = AbortSignal.abort(new Error('not wanted any more'))
  await assert.rejects(rest.get('/tenant/currentTenant', { signal }), /not wanted any more/)
})
