import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformUnreachable, RestRefusal } from '@pileus/rest-contract'
import { describeFailure, formatFailureDetails, isTransient } from './failure-words.ts'

test('a refusal keeps the words and the code of the platform', () => {
  const refusal = new RestRefusal(422, 'devicecontrol/Non Unique Result', 'In use already.')
  assert.deepEqual(describeFailure(refusal), {
    title: 'The platform refused.',
    cause: 'In use already.',
    code: 'HTTP 422 · devicecontrol/Non Unique Result',
  })
})

test('a status that the platform does not explain is still named', () => {
  const { code, cause } = describeFailure(new RestRefusal(418, '', 'The answer was HTTP 418.'))
  assert.equal(code, 'HTTP 418')
  assert.equal(cause, 'The answer was HTTP 418.')
})

test('silence has no code', () => {
  assert.equal(describeFailure(new PlatformUnreachable('Gone.')).code, undefined)
})

test('whatever else is thrown has words, too', () => {
  assert.equal(describeFailure(new TypeError('x is not y')).cause, 'x is not y')
  assert.equal(describeFailure('torn').cause, 'torn')
})

test('sentences end with a full stop and without an exclamation mark', () => {
  for (const status of [400, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504, 507]) {
    assert.match(describeFailure(new RestRefusal(status, '', '')).title, /[^!]\.$/)
  }
})

test('only what may pass by itself is tried again', () => {
  const transient = [403, 404, 422, 429, 500, 503].filter((status) =>
    isTransient(new RestRefusal(status, '', '')),
  )
  assert.deepEqual(transient, [429, 500, 503])
  assert.ok(!isTransient(new PlatformUnreachable('The watch tries again.')))
})

test('the details are enough for somebody else', () => {
  const words = describeFailure(new RestRefusal(500, 'general/internalError', 'See 4711.'))
  const at = new Date('2031-02-11T07:02:11.004Z')
  assert.equal(
    formatFailureDetails(words, { url: 'http://host/console/devices', at }),
    'The platform could not answer.\nSee 4711.\nHTTP 500 · general/internalError\nhttp://host/console/devices\n2031-02-11T07:02:11.004Z',
  )
})
