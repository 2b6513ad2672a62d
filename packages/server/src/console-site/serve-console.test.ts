// A small built site on a real socket: what is sent, how it may be kept, and what is not there.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { TestApi } from '../rest-api/rest-api.fixture.ts'
import { openTestApi } from '../rest-api/rest-api.fixture.ts'
import { readSite } from './read-site.ts'
import { serveConsole } from './serve-console.ts'

const page =
  '<!doctype html><title>Pileus</title><script src="/console/assets/index-Bx7.js"></script>'
const script = `console.log(${JSON.stringify('pileus '.repeat(500))})`

const folder = mkdtempSync(join(tmpdir(), 'pileus-site-'))
after(() => rmSync(folder, { recursive: true }))

function buildSite(name: string, files: Readonly<Record<string, string>>): string {
  const site = join(folder, name, 'site')
  mkdirSync(join(site, 'assets'), { recursive: true })
  for (const [path, content] of Object.entries(files)) writeFileSync(join(site, path), content)
  return site
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Sends the path exactly as it is given: a `URL` would take dots and slashes out of it. */
function ask(
  api: TestApi,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  const { port } = api.app.server.address() as AddressInfo
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ port, path, method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(chunks),
      }),
    )
  })
  sent.on('error', reject).end()
  return promise
}

async function openConsole(site: string): Promise<TestApi> {
  const read = await readSite(site)
  const api = await openTestApi({ extend: (app) => serveConsole(app, read) })
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  return api
}

describe('the console', () => {
  let api: TestApi
  before(async () => {
    writeFileSync(join(folder, 'secret.txt'), 'a secret')
    const site = buildSite('whole', {
      'index.html': page,
      'pileus.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'assets/index-Bx7.js': script,
      'assets/index-Cy8.css': 'body { margin: 0 }',
      'assets/unknown-Dz9.bin': 'x',
    })
    symlinkSync(join(folder, 'secret.txt'), join(site, 'link.txt'))
    api = await openConsole(site)
  })
  after(() => api[Symbol.asyncDispose]())

  const pages = [
    '/console/',
    '/console/devices',
    '/console/devices/1042/info?tab=a',
    '/console/x.y',
  ]
  for (const path of pages) {
    test(`${path} is the page`, async () => {
      const { status, headers, body } = await ask(api, path)
      assert.equal(status, 200)
      assert.equal(body.toString(), page)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(headers['cache-control'], 'no-store')
    })
  }

  const files = [
    [
      'assets/index-Bx7.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    ['assets/index-Cy8.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['assets/unknown-Dz9.bin', 'application/octet-stream', 'public, max-age=31536000, immutable'],
    ['pileus.svg', 'image/svg+xml; charset=utf-8', 'no-cache'],
  ] as const
  for (const [path, type, kept] of files) {
    test(`${path} is ${type}, ${kept}`, async () => {
      const { status, headers } = await ask(api, `/console/${path}`)
      assert.deepEqual(
        [status, headers['content-type'], headers['cache-control']],
        [200, type, kept],
      )
    })
  }

  const redirects = [
    '/',
    '/console',
    '/console?a=b',
    '/apps/devicemanagement',
    '/apps/devicemanagement/',
    '/apps/devicemanagement/index.html',
  ]
  for (const path of redirects) {
    test(`${path} leads to the console and leaves the fragment to the browser`, async () => {
      const { status, headers } = await ask(api, path)
      assert.deepEqual([status, headers.location], [302, '/console/'])
    })
  }

  test('every answer is strict about what the browser may do', async () => {
    for (const path of [
      '/',
      '/console/',
      '/console/assets/index-Bx7.js',
      '/console/assets/none.js',
    ]) {
      const { headers } = await ask(api, path)
      const policy = String(headers['content-security-policy'])
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.match(policy, /require-trusted-types-for 'script'/)
      assert.doesNotMatch(policy, /unsafe|https?:|\*/)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
      assert.match(String(headers['permissions-policy']), /camera=\(\)/)
      assert.equal(headers.server ?? headers['x-powered-by'], undefined)
    }
  })

  test('what is large is sent packed, to those who take it', async () => {
    const get = async (encodings: string) => {
      const { headers, body } = await ask(api, '/console/assets/index-Bx7.js', {
        'accept-encoding': encodings,
      })
      assert.equal(headers.vary, 'Accept-Encoding')
      assert.equal(Number(headers['content-length']), body.length)
      return { coding: headers['content-encoding'], body, tag: headers.etag }
    }
    const [br, gzip, plain] = [
      await get('gzip, deflate, br'),
      await get('gzip;q=0.5'),
      await get(''),
    ]
    assert.deepEqual([br.coding, gzip.coding, plain.coding], ['br', 'gzip', undefined])
    assert.equal(brotliDecompressSync(br.body).toString(), script)
    assert.equal(gunzipSync(gzip.body).toString(), script)
    assert.equal(plain.body.toString(), script)
    assert.ok(br.body.length < script.length / 10)
    assert.equal(new Set([br.tag, gzip.tag, plain.tag]).size, 3)
    assert.equal((await get('br;q=0, gzip;q=0.0')).coding, undefined)
    assert.equal((await get('*, deflate')).coding, undefined)
    const small = await ask(api, '/console/', { 'accept-encoding': 'br' })
    assert.equal(small.headers['content-encoding'], undefined)
  })

  test('what the browser has already is not sent again', async () => {
    const path = '/console/pileus.svg'
    const { etag = '' } = (await ask(api, path)).headers
    assert.match(etag, /^"[\w-]{27}"$/)
    for (const known of [etag, `"x", W/${etag}`, '*']) {
      const { status, headers, body } = await ask(api, path, { 'if-none-match': known })
      assert.deepEqual([status, headers.etag, body.length], [304, etag, 0])
    }
    assert.equal((await ask(api, path, { 'if-none-match': '"other"' })).status, 200)
  })

  test('HEAD tells the same without the body, other methods are refused', async () => {
    const { headers } = await ask(api, '/console/assets/index-Bx7.js')
    const head = await ask(api, '/console/assets/index-Bx7.js', {}, 'HEAD')
    const length = (answer: Answer) => answer.headers['content-length']
    assert.deepEqual(
      [head.status, head.body.length, length(head)],
      [200, 0, headers['content-length']],
    )
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers: told } = await ask(api, '/console/', {}, method)
      assert.deepEqual([status, told.allow], [405, 'GET, HEAD'], method)
    }
  })

  const hostile = [
    '/console/../secret.txt',
    '/console/../../secret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/..%2f..%2fsecret.txt',
    '/console/assets/../../../secret.txt',
    '/console/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret.txt',
    '/console/assets/..\\..\\secret.txt',
    '/console//secret.txt',
    '/console/index.html%00.js',
    '/console/link.txt',
    '/console/assets/',
    '/console/%zz',
    '/console/__proto__',
    '/console/assets/constructor',
  ]
  for (const path of hostile) {
    test(`${path} reaches nothing outside of the site`, async () => {
      const { status, body } = await ask(api, path)
      assert.doesNotMatch(body.toString(), /a secret/)
      assert.ok(body.toString() === page || (status ?? 0) >= 400, `${status}`)
    })
  }

  test('a missing asset is missing, and not the page', async () => {
    const { status, headers } = await ask(api, '/console/assets/index-Old.js')
    assert.deepEqual([status, headers['cache-control']], [404, 'no-store'])
  })

  test('the API is where it was', async () => {
    assert.equal((await ask(api, '/inventory/managedObjects')).status, 401)
    assert.equal((await ask(api, '/consoles')).status, 404)
    assert.deepEqual(api.failures, [])
  })
})

test('a console that was not built says how to build it', async () => {
  for (const site of [join(folder, 'nowhere'), buildSite('half', { 'assets/index.js': '' })]) {
    await using api = await openConsole(site)
    for (const path of ['/console/', '/console/devices', '/console/assets/index-Bx7.js']) {
      const { status, headers, body } = await ask(api, path)
      assert.deepEqual([status, headers['content-type']], [503, 'text/plain; charset=utf-8'])
      assert.match(body.toString(), /npm start/)
    }
    assert.equal((await ask(api, '/console')).headers.location, '/console/')
  }
})

test('a folder that cannot be the console stops the start', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1001 }, (_, number) => [`assets/${number}.js`, '']),
  )
  const site = buildSite('crowded', { 'index.html': page, ...files })
  await assert.rejects(readSite(site), { code: 'consoleUnusable', exitCode: 78 })
  await assert.rejects(readSite(join(site, 'index.html')), { code: 'consoleUnusable' })
})
