import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLocalTime, parseInstant, parseLocalTime } from './local-time.ts'

test('the fields of date and time show and read the zone of the user', () => {
  const at = Date.UTC(2031, 1, 11, 7, 2, 30)
  assert.equal(parseLocalTime(formatLocalTime(at)), at)
  assert.equal(parseLocalTime('2031-02-11T07:02') === undefined, false)
  assert.equal(parseLocalTime(''), undefined)
  assert.equal(parseLocalTime('2031-02-11'), undefined)
  assert.equal(parseLocalTime('2031-13-45T00:00'), undefined)
})

test('an instant of an address is one that a field can show', () => {
  assert.equal(parseInstant('2031-02-11T07:02:30Z'), Date.UTC(2031, 1, 11, 7, 2, 30))
  for (const value of ['x', '', '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z', 5, null]) {
    assert.equal(parseInstant(value), undefined, String(value))
  }
})
