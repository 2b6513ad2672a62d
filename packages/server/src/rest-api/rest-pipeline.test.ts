// What all routes have in common, on the wire: heads, types, links, limits.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { JsonObject } from '@pileus/domain'
import { deleteUser } from '@pileus/domain'
import type { Call, TestApi } from './rest-api.fixture.ts'
import { basic, openTestApi, tenantA } from './rest-api.fixture.ts'

const vendor = 'application/vnd.com.nsn.cumulocity.'
const errorType = `${vendor}error+json;charset=UTF-8;ver=0.9`

let api: TestApi
let device: string
let event: JsonObject
before(async () => {
  api = await openTestApi()
  device = await api.createDevice('pump')
  event = { source: { id: device }, type: 't', text: 'x', time: '2031-02-11T07:00:00Z' }
})
after(() => api[Symbol.asyncDispose]())

describe('paths and methods', () => {
  const found = [
    'GET /event/events',
    'GET /event/events/',
    'GET //event//events',
    'HEAD /event/events',
    'GET /identity/externalIds/c8y_Serial/pump/',
  ]
  for (const request of found) {
    test(`${request} is found`, async () => assert.equal((await api.call(request)).status, 200))
  }

  const unknown = [
    'GET /',
    'GET /nix',
    'GET /Event/events',
    'GET /event/eventsx',
    'GET /measurement/measurements/series/x',
    'GET /platform',
    'GET /event/events/%zz',
    'GET /identity/externalIds/c8y_Serial',
    'POST /tenant/oauth',
  ]
  for (const request of unknown) {
    test(`${request} is 404, before anybody is asked who it is`, async () => {
      const answer = await api.call(request, { as: null })
      assert.equal(answer.status, 404)
      assert.equal(answer.body.error, 'general/notFound')
      assert.equal(answer.headers['content-type'], errorType)
    })
  }

  const refused = [
    ['DELETE /alarm/alarms/1', 'GET, PUT, HEAD, OPTIONS'],
    ['PATCH /event/events/1', 'GET, PUT, DELETE, HEAD, OPTIONS'],
    ['PUT /inventory/managedObjects', 'GET, POST, HEAD, OPTIONS'],
    ['GET /devicecontrol/deviceCredentials', 'POST, OPTIONS'],
  ] as const
  for (const [request, allow] of refused) {
    test(`${request} is 405`, async () => {
      const answer = await api.call(request)
      assert.equal(answer.status, 405)
      assert.equal(answer.body.error, 'general/methodNotAllowed')
      assert.equal(answer.headers.allow, allow)
    })
  }

  test('OPTIONS answers before anybody is asked who it is', async () => {
    const answer = await api.call('OPTIONS /event/events/7', { as: null })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.allow, 'GET, PUT, DELETE, HEAD, OPTIONS')
  })

  test('HEAD has the headers of GET and no body', async () => {
    const get = await api.call(`GET /inventory/managedObjects/${device}`)
    const head = await api.call(`HEAD /inventory/managedObjects/${device}`)
    assert.equal(head.text, '')
    assert.equal(head.headers['content-length'], get.headers['content-length'])
    assert.equal(head.headers['content-type'], get.headers['content-type'])
  })

  test('POST with X-HTTP-METHOD is that method', async () => {
    const id = await api.create('/event/events', event)
    const headers = { 'x-http-method': 'DELETE' }
    assert.equal((await api.call(`POST /event/events/${id}`, { headers })).status, 204)
    assert.equal((await api.call(`GET /event/events/${id}`)).status, 404)
  })
})

describe('who asks', () => {
  test('UseXBasic changes the challenge, and a tenant in the name its realm', async () => {
    const challenges = [
      [{ as: null }, 'Basic realm="t100"'],
      [{ as: null, headers: { UseXBasic: 'true' } }, 'XBasic realm="t100"'],
      [{ as: 't555/x', headers: { usexbasic: 'True' } }, 'XBasic realm="t555"'],
      [{ as: 'T"5/x' }, 'Basic realm="t100"'],
    ] as const
    for (const [call, challenge] of challenges) {
      const answer = await api.call('GET /tenant/currentTenant', call)
      assert.equal(answer.status, 401)
      assert.equal(answer.headers['www-authenticate'], challenge)
    }
  })

  const strangers = [
    ['none', {}, 'Full authentication is required to access this resource'],
    ['a token', { authorization: 'Bearer x' }, 'Invalid credentials! : Bad credentials'],
    ['garbage', { authorization: 'Basic %' }, 'Invalid credentials! : Bad credentials'],
    [
      'a cookie',
      { cookie: 'authorization=x' },
      'Full authentication is required to access this resource',
    ],
    [
      'an unknown tenant',
      { authorization: basic('nix/admin') },
      'Invalid credentials! : Bad credentials',
    ],
  ] as const
  for (const [what, headers, message] of strangers) {
    test(`${what}: ${message}`, async () => {
      const answer = await api.call('GET /event/events', { as: null, headers })
      assert.equal(answer.status, 401)
      assert.equal(answer.body.message, message)
    })
  }

  test('a token is its user: same rights, same refusals', async () => {
    const token = await api.tokens.issuer.issueToken(tenantA, 'device_pump')
    const authorization = `Bearer ${token}`
    const own = await api.createDevice('owned', 'device_pump')
    const paths = [
      '/user/currentUser',
      `/inventory/managedObjects/${own}`,
      `/inventory/managedObjects/${device}`,
      '/devicecontrol/newDeviceRequests',
      '/tenant/currentTenant',
      '/event/events',
    ]
    for (const path of paths) {
      const byToken = await api.call(`GET ${path}`, { headers: { authorization } })
      const byPassword = await api.call(`GET ${path}`, { as: 'device_pump' })
      assert.deepEqual([byToken.status, byToken.body], [byPassword.status, byPassword.body], path)
    }
    const body = { ...event, source: { id: own } }
    const created = await api.call('POST /event/events', { body, headers: { authorization } })
    assert.equal(created.status, 201)
    const head = await api.call('HEAD /tenant/currentTenant', { headers: { authorization } })
    assert.deepEqual([head.status, head.text], [200, ''])
  })

  test('a token that is over or was withdrawn is 401, never 403, and as HEAD too', async () => {
    const token = await api.tokens.issuer.issueToken(tenantA, 'device_other')
    const authorization = `bearer  ${token}`
    const ask = (request: string) => api.call(request, { headers: { authorization } })
    assert.equal((await ask('GET /tenant/currentTenant')).status, 200)
    await api.store.run(tenantA, api.clock.now(), (unit) => deleteUser(unit, 'device_other'))
    await new Promise(setImmediate)
    const answer = await ask('GET /devicecontrol/newDeviceRequests')
    assert.equal(answer.status, 401)
    assert.equal(answer.body.error, 'security/Unauthorized')
    assert.equal(answer.body.message, 'Invalid credentials! : Bad credentials')
    assert.equal(answer.headers['www-authenticate'], 'Basic realm="t100"')
    assert.equal((await ask('HEAD /tenant/currentTenant')).status, 401)
  })

  test('a token of 1 MB is more than a head may have', async () => {
    const authorization = `Bearer ${'A'.repeat(1024 * 1024)}`
    const answer = await api.call('GET /tenant/currentTenant', { headers: { authorization } })
    assert.equal(answer.status, 431)
  })

  test('a name without tenant belongs to the default tenant', async () => {
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`
    const answer = await api.call('GET /tenant/currentTenant', {
      as: null,
      headers: { authorization },
    })
    assert.equal(answer.body.name, 't100')
  })

  test('the bootstrap user is one, whatever tenant stands before it', async () => {
    for (const as of ['t100/devicebootstrap', 'nix/devicebootstrap']) {
      const answer = await api.call('POST /devicecontrol/deviceCredentials', {
        as,
        body: { id: 'x' },
      })
      assert.equal(answer.status, 404)
    }
  })

  test('wrong passwords of one source end in 429 with Retry-After', async () => {
    await using other = await openTestApi()
    const headers = { authorization: basic('admin', 'wrong') }
    const statuses = new Set<number>()
    for (let count = 0; count < 60; count++) {
      const answer = await other.call('GET /event/events', { as: null, headers })
      statuses.add(answer.status)
      if (answer.status !== 429) continue
      assert.ok(Number(answer.headers['retry-after']) > 0)
      assert.equal(answer.body.error, 'general/tooManyRequests')
      break
    }
    // Keyed secrets cannot be guessed, so a right one is never refused.
    assert.equal((await other.call('GET /event/events')).status, 200)
    assert.ok(statuses.has(401))
  })
})

describe('bodies', () => {
  const readable: readonly (readonly [string, string | undefined])[] = [
    ['application/json', 'application/json'],
    ['with charset', 'application/json;charset=UTF-8'],
    ['the vendor type', `${vendor}event+json;charset=UTF-8;ver=0.9`],
    ['an invented vendor type', `${vendor}customDevice+json`],
    ['another JSON type', 'application/hal+json'],
    ['upper case', 'APPLICATION/JSON'],
    ['plain text', 'text/plain;charset=UTF-8'],
  ]
  for (const [what, type] of readable) {
    test(`${what} is read`, async () => {
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await api.call('POST /event/events', { body: event, headers })
      assert.equal(answer.status, 201, answer.text)
    })
  }

  for (const type of [
    'application/xml',
    'multipart/form-data; boundary=x',
    'text/html',
    'garbage',
  ]) {
    test(`${type} is 415`, async () => {
      const call = { body: event, headers: { 'content-type': type } }
      const answer = await api.call('POST /event/events', call)
      assert.equal(answer.status, 415)
      assert.equal(answer.body.error, 'general/unsupportedMediaType')
    })
  }

  const malformed = ['{', '', '{"a":}', '\u0000', 'x', '{"type":"\ud800"'] as const
  for (const payload of malformed) {
    test(`${JSON.stringify(payload)} is refused`, async () => {
      const answer = await api.call('POST /event/events', { payload })
      assert.equal(answer.status, payload === '' ? 415 : 400)
      if (payload !== '') assert.equal(answer.body.error, 'general/invalidJSON')
    })
  }

  test('what exceeds a limit of JSON is 422 general/invalidJSON', async () => {
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`
    for (const payload of [`{"a":${deep}}`, `{"${'k'.repeat(257)}":1}`, '{"a":1e999}']) {
      const answer = await api.call('POST /inventory/managedObjects', { payload })
      assert.equal(answer.status, 422, payload.slice(0, 20))
      assert.equal(answer.body.error, 'general/invalidJSON')
    }
  })

  test('a document of 32 levels, long names and large numbers comes back as it was', async () => {
    const levels = 31
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
    const body = {
      test_Deep: JSON.parse(deep),
      [`k${'x'.repeat(255)}`]: { 'a.b/c $': [null, true, 0.1, -1e-7, 9007199254740991, 1e300] },
      test_Text: 'äöü \u{1f600} \u0001 "\\',
      constructor: { prototype: 1 },
    }
    const id = await api.create('/inventory/managedObjects', body)
    const stored = (await api.call(`GET /inventory/managedObjects/${id}`)).body
    for (const [name, value] of Object.entries(body)) assert.deepEqual(stored[name], value, name)
  })

  test('of a name given twice the last one counts', async () => {
    const payload = '{"test_A":1,"test_A":2}'
    const { body } = await api.call('POST /inventory/managedObjects', { payload })
    assert.equal(body.test_A, 2)
  })

  test('an inventory document may have 8 MiB, others 16 MiB', async () => {
    const text = 'x'.repeat(200 * 1024)
    const large = (mebibytes: number) => ({ test_Texts: Array(mebibytes * 5 + 1).fill(text) })
    const inventory = 'POST /inventory/managedObjects'
    assert.equal((await api.call(inventory, { body: large(7) })).status, 201)
    const answer = await api.call(inventory, { body: large(9) })
    assert.equal(answer.status, 413)
    assert.equal(answer.body.error, 'general/payloadTooLarge')
    const body = { ...event, ...large(9) }
    assert.equal((await api.call('POST /event/events', { body })).status, 201)
    assert.equal(
      (await api.call('POST /event/events', { body: { ...event, ...large(17) } })).status,
      413,
    )
  })

  test('gzip is read for bulk data only, and bounded', async () => {
    const measurement = {
      source: { id: device },
      type: 't',
      time: '2031-02-11',
      f: { s: { value: 1 } },
    }
    const body = JSON.stringify({ measurements: [measurement, measurement] })
    const send = (path: string, payload: Buffer, encoding = 'gzip') =>
      api.call(`POST ${path}`, { payload, headers: { 'content-encoding': encoding } })
    const measurements = '/measurement/measurements'
    assert.equal((await send(measurements, gzipSync(body))).status, 201)
    assert.equal((await send(measurements, Buffer.from(body))).status, 400)
    assert.equal((await send(measurements, Buffer.from(body), 'identity')).status, 201)
    assert.equal((await send(measurements, gzipSync(body), 'br')).status, 415)
    assert.equal((await send('/event/events', gzipSync(JSON.stringify(event)))).status, 415)
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, ' '))
    assert.equal((await send(measurements, bomb)).status, 413)
  })
})

describe('what a write answers', () => {
  const accepts = [
    ['application/json', true],
    [`${vendor}event+json`, true],
    ['application/json, */*', true],
    ['*/*', false],
    ['', false],
    ['application/*', false],
    ['text/html, image/gif, */*; q=.2', false],
  ] as const
  for (const [accept, hasBody] of accepts) {
    test(`Accept '${accept}': ${hasBody ? 'the representation' : 'nothing'}, and Location`, async () => {
      const created = await api.call('POST /event/events', { body: event, headers: { accept } })
      assert.equal(created.status, 201)
      const location = created.headers.location ?? ''
      assert.match(location, /^http:\/\/iot\.example\/event\/events\/\d+$/)
      assert.equal(created.text !== '', hasBody)
      assert.equal(created.headers['content-type'] !== undefined, hasBody)
      if (hasBody) assert.equal(created.body.self, location)
      const path = new URL(location).pathname
      const updated = await api.call(`PUT ${path}`, { body: { text: 'y' }, headers: { accept } })
      assert.equal(updated.status, 200)
      assert.equal(updated.text !== '', hasBody)
    })
  }

  test('without Accept there is no body', async () => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/event/events',
      headers: { authorization: basic('admin'), 'content-type': 'application/json' },
      payload: JSON.stringify(event),
    })
    assert.equal(response.statusCode, 201)
    assert.equal(response.payload, '')
  })

  const types = [
    ['application/json', 'application/json;charset=UTF-8'],
    ['*/*', 'application/json;charset=UTF-8'],
    ['text/html', 'application/json;charset=UTF-8'],
    [`${vendor}inventory+json`, `${vendor}managedObject+json;charset=UTF-8;ver=0.9`],
    [
      `${vendor}managedObject+json;charset=UTF-8;ver=0.9`,
      `${vendor}managedObject+json;charset=UTF-8;ver=0.9`,
    ],
  ] as const
  for (const [accept, type] of types) {
    test(`GET with Accept ${accept} has type ${type}`, async () => {
      const url = `GET /inventory/managedObjects/${device}`
      const answer = await api.call(url, { headers: { accept } })
      assert.equal(answer.headers['content-type'], type)
    })
  }

  test('a list has the type of its collection', async () => {
    const headers = { accept: `${vendor}event+json` }
    const answer = await api.call('GET /event/events', { headers })
    const type = `${vendor}eventCollection+json;charset=UTF-8;ver=0.9`
    assert.equal(answer.headers['content-type'], type)
  })
})

describe('links', () => {
  test('are built from the host of the request', async () => {
    const headers = { host: '[::1]:8080' }
    const { body } = await api.call(`GET /inventory/managedObjects/${device}`, { headers })
    assert.equal(body.self, `http://[::1]:8080/inventory/managedObjects/${device}`)
  })

  test('a host that is none is 400', async () => {
    const headers = { host: 'evil"<script>' }
    const answer = await api.call('GET /event/events', { headers })
    assert.equal(answer.status, 400)
    assert.doesNotMatch(answer.text, /script/)
  })

  test('forwarding headers count only from trusted proxies', async () => {
    const headers = { 'x-forwarded-host': 'public.example', 'x-forwarded-proto': 'https' }
    const self = async (at: TestApi) =>
      (await at.call('GET /tenant/currentTenant', { headers })).body.self
    assert.equal(await self(api), 'http://iot.example/tenant/currentTenant')
    await using trusting = await openTestApi({ trustedProxies: ['127.0.0.1'] })
    assert.equal(await self(trusting), 'https://public.example/tenant/currentTenant')
    await using elsewhere = await openTestApi({ trustedProxies: ['192.0.2.1'] })
    assert.equal(await self(elsewhere), 'http://iot.example/tenant/currentTenant')
  })

  test('the configured public URL wins', async () => {
    await using configured = await openTestApi({ publicUrl: 'https://public.example' })
    const { body } = await configured.call('GET /tenant/currentTenant')
    assert.equal(body.self, 'https://public.example/tenant/currentTenant')
    assert.equal(body.domainName, 'public.example')
  })
})

describe('processing mode', () => {
  const modes = [
    ['PERSISTENT', true],
    ['quiescent', true],
    ['TRANSIENT', false],
    ['CEP', false],
    ['', true],
  ] as const
  for (const [mode, isStored] of modes) {
    test(`${mode || 'none'}: ${isStored ? 'stored' : 'told, not stored'}`, async () => {
      const headers = { 'x-cumulocity-processing-mode': mode, accept: '*/*' }
      const answer = await api.call('POST /event/events', { body: event, headers })
      assert.equal(answer.status, 201)
      assert.equal(answer.headers.location !== undefined, isStored)
      if (isStored) return
      assert.equal(answer.body.id, undefined)
      assert.equal(answer.body.text, 'x')
    })
  }

  test('an unknown one is 422', async () => {
    const headers = { 'x-cumulocity-processing-mode': 'FAST' }
    const answer = await api.call('POST /event/events', { body: event, headers })
    assert.equal(answer.status, 422)
  })

  test('inventory is stored in every mode', async () => {
    const headers = { 'x-cumulocity-processing-mode': 'TRANSIENT' }
    const created = await api.call('POST /inventory/managedObjects', { body: {}, headers })
    const url = `/inventory/managedObjects/${created.id}`
    await api.call(`PUT ${url}`, { body: { test_A: 1 }, headers })
    assert.equal((await api.call(`GET ${url}`)).body.test_A, 1)
  })
})

describe('answers', () => {
  test('carry the headers of an API', async () => {
    for (const request of ['GET /event/events', 'GET /nix', 'POST /event/events']) {
      const { headers } = await api.call(request)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['cache-control'], 'no-store')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/)
      assert.equal(headers.server, undefined)
      assert.equal(headers['x-powered-by'], undefined)
    }
  })

  test('large ones are compressed for those who can read it', async () => {
    const id = await api.create('/inventory/managedObjects', { test_Text: 'x'.repeat(5000) })
    const get = (encoding: string) =>
      api.app.inject({
        url: `/inventory/managedObjects/${id}`,
        headers: { authorization: basic('admin'), 'accept-encoding': encoding },
      })
    const plain = await get('identity, gzip;q=0, br')
    const packed = await get('deflate, GZIP;q=0.5')
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(packed.headers['content-encoding'], 'gzip')
    assert.ok(packed.rawPayload.length < 1000)
    assert.equal(gunzipSync(packed.rawPayload).toString(), plain.payload)
    const small = await api.call('GET /event/events?type=none', {
      headers: { 'accept-encoding': 'gzip' },
    })
    assert.equal(small.headers['content-encoding'], undefined)
  })

  test('a fault of ours is told by a number only, and logged', async () => {
    await using other = await openTestApi({
      extend: (app) => {
        app.get('/broken', () => Promise.reject(new Error('the inside of the platform')))
      },
    })
    const { status, body, text } = await other.call('GET /broken')
    assert.equal(status, 500)
    assert.equal(body.error, 'general/internalError')
    assert.doesNotMatch(text, /inside/)
    const [failure] = other.failures
    assert.match(JSON.stringify(failure), /rest\.failed/)
    const { correlationId } = failure as { correlationId: string }
    assert.ok(text.includes(correlationId))
  })

  test('a storage that is closed is 503 with Retry-After', async () => {
    await using other = await openTestApi()
    const id = await other.create('/inventory/managedObjects', { name: 'x' })
    await other.store[Symbol.asyncDispose]()
    const answer = await other.call(`PUT /inventory/managedObjects/${id}`, { body: { a: 1 } })
    assert.equal(answer.status, 503)
    assert.equal(answer.headers['retry-after'], '5')
    assert.equal(answer.body.error, 'general/unavailable')
  })
})

describe('on a real socket', () => {
  /** Sends bytes as they are and gives everything that comes back until the end. */
  async function exchange(bytes: string, at = api): Promise<string> {
    const address = at.app.server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const socket = connect(address.port, '127.0.0.1')
    let received = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk
    })
    socket.write(bytes)
    await once(socket, 'close')
    return received
  }

  const head = (line: string, ...headers: string[]) =>
    [line, 'Host: iot.example', `Authorization: ${basic('admin')}`, ...headers, 'Connection: close']
      .join('\r\n')
      .concat('\r\n\r\n')

  before(() => api.app.listen({ host: '127.0.0.1', port: 0 }))

  test('a whole exchange', async () => {
    const body = JSON.stringify(event)
    const received = await exchange(
      head('POST /event/events/ HTTP/1.1', `Content-Length: ${body.length}`) + body,
    )
    // No Content-Type and no Accept: read as JSON, answered without body.
    assert.match(received, /^HTTP\/1\.1 201 /)
    assert.match(received, /\r\nLocation: http:\/\/iot\.example\/event\/events\/\d+\r\n/i)
    assert.match(received, /\r\ncontent-length: 0\r\n/i)
    assert.doesNotMatch(received, /\r\ncontent-type:/i)
  })

  test('a body in chunks', async () => {
    const body = JSON.stringify(event)
    const [left, right] = [body.slice(0, 10), body.slice(10)]
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
    const received = await exchange(
      head(
        'POST /event/events HTTP/1.1',
        'Transfer-Encoding: chunked',
        'Content-Type: application/json',
        'Accept: application/json',
      ) +
        chunk(left) +
        chunk(right) +
        '0\r\n\r\n',
    )
    assert.match(received, /^HTTP\/1\.1 201 [\s\S]*"text":"x"/)
  })

  const refusals = [
    ['a long request line', head(`GET /${'x'.repeat(9000)} HTTP/1.1`), 414],
    ['long headers', head('GET /event/events HTTP/1.1', `X-Long: ${'x'.repeat(17_000)}`), 431],
    ['many headers', head('GET /event/events HTTP/1.1', ...Array(101).fill('X-Many: x')), 431],
    ['a head beyond everything', head('GET / HTTP/1.1', `X-Long: ${'x'.repeat(40_000)}`), 431],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no host', 'GET /event/events HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'two lengths',
      head('POST /event/events HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2'),
      400,
    ],
    [
      'length and chunks',
      head('POST /event/events HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
    ],
  ] as const
  for (const [what, bytes, status] of refusals) {
    test(`${what} is ${status}`, async () => {
      assert.match(await exchange(bytes), new RegExp(`^HTTP/1\\.1 ${status} `))
    })
  }

  test('half a body, then silence and a hang-up, hurts nobody', async () => {
    const address = api.app.server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const served = once(api.app.server, 'request')
    const socket = connect(address.port, '127.0.0.1')
    socket.write(`${head('POST /event/events HTTP/1.1', 'Content-Length: 100')}{"a"`)
    await served
    socket.destroy()
    await once(socket, 'close')
    assert.equal((await api.call('GET /event/events')).status, 200)
  })
})

describe('crowds', () => {
  test('one user may have so many requests under way, others do not suffer', async () => {
    await using other = await openTestApi({ limits: { requestsPerUser: 2 } })
    const id = await other.create('/inventory/managedObjects', { name: 'x' })
    const put: Call = { body: { test_A: 1 } }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => other.call(`PUT /inventory/managedObjects/${id}`, put)),
    )
    const statuses = answers.map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 200).length, 2)
    assert.equal(statuses.filter((status) => status === 429).length, 3)
    assert.equal(answers.find(({ status }) => status === 429)?.headers['retry-after'], '1')
    assert.equal((await other.call('GET /event/events', { as: 'reader' })).status, 200)
    // What has been answered no longer counts.
    assert.equal((await other.call(`PUT /inventory/managedObjects/${id}`, put)).status, 200)
  })

  test('and one tenant', async () => {
    await using other = await openTestApi({ limits: { requestsPerTenant: 1 } })
    const [first, second, third] = await Promise.all([
      other.call('POST /inventory/managedObjects', { body: {} }),
      other.call('POST /inventory/managedObjects', { as: 'device_pump', body: {} }),
      other.call('POST /inventory/managedObjects', { as: 't200/admin', body: {} }),
    ])
    assert.deepEqual([first.status, second.status, third.status], [201, 429, 201])
  })
})

test('nothing went wrong inside', () => assert.deepEqual(api.failures, []))
