import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findBaseUrl } from './base-url.ts'
import { parseBasicCredentials } from './basic-credentials.ts'
import { parseBearerToken } from './bearer-token.ts'
import { lastSegment } from './links.ts'
import { RequestCounts } from './request-counts.ts'
import { effectiveMethod, normaliseUrl } from './rewrite-request.ts'
import { TokenBuckets } from './token-buckets.ts'

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`
}

describe('Basic credentials', () => {
  const readable = [
    [basic('t100/admin:secret'), 't100/admin', 'secret'],
    [basic('admin:secret'), 'admin', 'secret'],
    [basic('t100/a/b:x:y/z'), 't100/a/b', 'x:y/z'],
    [basic('admin:'), 'admin', ''],
    [basic(':'), '', ''],
    [basic('maría:пароль'), 'maría', 'пароль'],
    [basic('a:b').replace('Basic', 'bASIC'), 'a', 'b'],
    ['Basic  YTpi ', 'a', 'b'],
  ] as const
  for (const [header, userName, password] of readable) {
    test(`reads ${header}`, () => {
      assert.deepEqual(parseBasicCredentials(header), { userName, password })
    })
  }

  const unreadable = [
    '',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Bearer YTpi',
    'BasicYTpi',
    basic('no colon'),
    `Basic ${Buffer.from([0xff, 0x3a, 0x61]).toString('base64')}`,
  ]
  for (const header of unreadable) {
    test(`refuses ${JSON.stringify(header)}`, () => {
      assert.equal(parseBasicCredentials(header), undefined)
    })
  }
})

describe('Bearer tokens', () => {
  const cases = [
    ['Bearer a.b-c_d.e', 'a.b-c_d.e'],
    ['bearer   a.b.c  ', 'a.b.c'],
    ['BEARER x', 'x'],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Bearer a,b', undefined],
    ['Bearer "a"', undefined],
    ['Bearera.b.c', undefined],
    ['Basic YTpi', undefined],
  ] as const
  for (const [header, token] of cases) {
    test(`${JSON.stringify(header)} holds ${token}`, () => {
      assert.equal(parseBearerToken(header), token)
    })
  }
})

describe('paths', () => {
  const paths = [
    ['/event/events', '/event/events'],
    ['/event/events/', '/event/events'],
    ['//event///events//', '/event/events'],
    ['/alarm/alarms//1?a=//b/', '/alarm/alarms/1?a=//b/'],
    ['/', '/'],
    ['//', '/'],
    ['http://iot.example/event/events/', '/event/events'],
    ['*', '/*'],
    ['/identity/externalIds/c8y_Serial/a', '/identity/externalIds/c8y_Serial/a'],
    ['//identity//externalIds//T/a/', '/identity/externalIds/T/a'],
    ['/identity/externalIds/T/urn://x/y?z', '/identity/externalIds/T/urn://x/y?z'],
    ['/identity/externalIds/T/', '/identity/externalIds/T'],
  ] as const
  for (const [url, normal] of paths) {
    test(`${url} is ${normal}`, () => assert.equal(normaliseUrl(url), normal))
  }

  test('is the same when done twice', () => {
    const urls = fc.string({ unit: fc.constantFrom('/', 'a', '?', '%2F', 'identity') })
    fc.assert(
      fc.property(urls, (url) => {
        const once = normaliseUrl(url)
        assert.equal(normaliseUrl(once), once)
      }),
    )
  })
})

describe('the method that is meant', () => {
  const methods = [
    ['POST', undefined, 'POST'],
    ['POST', 'PUT', 'PUT'],
    ['POST', ' delete ', 'DELETE'],
    ['POST', 'PATCH', 'PATCH'],
    ['POST', 'GET', 'POST'],
    ['GET', 'DELETE', 'GET'],
  ] as const
  for (const [method, override, meant] of methods) {
    test(`${method} with ${override} is ${meant}`, () => {
      assert.equal(effectiveMethod(method, override), meant)
    })
  }
})

describe('base URL', () => {
  const bases = [
    [undefined, 'http', 'iot.example', 'http://iot.example'],
    [undefined, 'https', 'iot.example:8443', 'https://iot.example:8443'],
    [undefined, 'http', '[::1]:8080', 'http://[::1]:8080'],
    ['https://public.example/', 'http', 'iot.example', 'https://public.example'],
    [undefined, 'http', 'evil"><script>', undefined],
    [undefined, 'http', 'a/b', undefined],
    [undefined, 'http', 'user@host', undefined],
    [undefined, 'http', '', undefined],
  ] as const
  for (const [publicUrl, protocol, host, base] of bases) {
    test(`${publicUrl ?? 'no public URL'}, ${protocol}, ${host}`, () => {
      assert.equal(findBaseUrl(publicUrl, protocol, host), base)
    })
  }
})

test('only the last segment of a link counts', () => {
  assert.equal(lastSegment('http://h/inventory/managedObjects/7'), '7')
  assert.equal(lastSegment('http://h/inventory/managedObjects/7/?a=/8#/9'), '7')
  assert.equal(lastSegment('/user/t/users/bob'), 'bob')
  assert.equal(lastSegment('7'), '7')
  assert.equal(lastSegment(''), '')
})

test('what is under way is counted per key and forgotten', () => {
  const counts = new RequestCounts(2)
  assert.deepEqual(
    [1, 2, 3].map(() => counts.enter('a')),
    [true, true, false],
  )
  assert.equal(counts.enter('b'), true)
  counts.leave('a')
  assert.equal(counts.enter('a'), true)
  assert.equal(new RequestCounts(Number.POSITIVE_INFINITY).enter('a'), true)
})

test('a token bucket is worth a minute and fills again', () => {
  const buckets = new TokenBuckets(12, 2)
  for (let count = 0; count < 12; count++) assert.equal(buckets.take('a', 0), undefined)
  assert.equal(buckets.take('a', 0), 5)
  assert.equal(buckets.take('b', 0), undefined)
  assert.equal(buckets.take('a', 4_000), 1)
  assert.equal(buckets.take('a', 5_000), undefined)
  assert.equal(buckets.take('a', 5_000), 5)
  // The key that was not seen for longest is pushed out, and starts anew.
  buckets.take('c', 5_000)
  assert.equal(buckets.take('b', 5_000), undefined)
  const unlimited = new TokenBuckets(Number.POSITIVE_INFINITY, 1)
  for (let count = 0; count < 100; count++) assert.equal(unlimited.take('a', 0), undefined)
})
