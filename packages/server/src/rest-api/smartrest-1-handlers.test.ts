import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApi, type TestApi } from './rest-api.fixture.ts'

describe('POST /s', () => {
  let api: TestApi
  before(async () => {
    api = await openTestApi()
  })
  after(() => api[Symbol.asyncDispose]())

  const post = (payload: string | Buffer, headers: Readonly<Record<string, string>>) =>
    api.call('POST /s', { as: 'device_pump', payload, headers: { 'x-id': 'acme', ...headers } })

  for (const type of ['plain/text', 'text/plain', 'text/plain; charset=UTF-8']) {
    test(`takes text as '${type}'`, async () => {
      const answer = await post('11,1,,,$.id', { 'content-type': type })
      assert.deepEqual([answer.status, answer.text], [200, '20,device_pump acme 11,1,,,$.id'])
      assert.equal(answer.headers['content-type'], 'text/plain;charset=UTF-8')
    })
  }

  test('asks with an empty body', async () => {
    const answer = await post('', { 'content-type': 'plain/text' })
    assert.deepEqual([answer.status, answer.text], [200, '20,device_pump acme '])
  })

  const refused: readonly (readonly [Readonly<Record<string, string>>, string | Buffer, number])[] =
    [
      [{ 'content-type': 'application/json' }, '{}', 415],
      [{ 'content-type': 'text/plain', 'content-encoding': 'gzip' }, 'x', 415],
      [{ 'content-type': 'text/plain', 'x-id': '' }, '', 422],
      [{ 'content-type': 'text/plain', 'x-id': 'a/b' }, '', 422],
      [{ 'content-type': 'text/plain' }, Buffer.from([0xff]), 422],
      [{ 'content-type': 'text/plain' }, 'x'.repeat(512 * 1024 + 1), 413],
    ]
  for (const [headers, payload, status] of refused) {
    test(`refuses ${JSON.stringify(headers)} with ${status}`, async () => {
      assert.equal((await post(payload, headers)).status, status)
    })
  }
})
