import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  historyKey,
  parseHistories,
  rememberCommand,
  stepHistory,
  withHistory,
} from './command-history.ts'

test('a command that is sent again is remembered once, as the newest', () => {
  assert.deepEqual(rememberCommand(['a', 'b', 'c'], 'b'), ['a', 'c', 'b'])
})

test('the oldest command goes', () => {
  const full = Array.from({ length: 50 }, (_, index) => `command ${index}`)
  const next = rememberCommand(full, 'new')
  assert.equal(next.length, 50)
  assert.equal(next[0], 'command 1')
  assert.equal(next.at(-1), 'new')
})

test('the way through the history leads back to the draft', () => {
  const history = ['a', 'b']
  const start = { index: 2, draft: 'unfinished' }
  const b = stepHistory(history, start, -1)
  assert.equal(b?.text, 'b')
  const a = stepHistory(history, b.place, -1)
  assert.equal(a?.text, 'a')
  assert.equal(stepHistory(history, a.place, -1), undefined)
  const again = stepHistory(history, a.place, 1)
  assert.equal(again?.text, 'b')
  const draft = stepHistory(history, again.place, 1)
  assert.equal(draft?.text, 'unfinished')
  assert.equal(stepHistory(history, draft.place, 1), undefined)
})

test('the device that was used last stays longest', () => {
  const many = Array.from({ length: 100 }, (_, index) => [`d${index}`, ['x']] as const)
  const used = withHistory(many, 'd0', ['y'])
  const next = withHistory(used, 'new', ['z'])
  assert.equal(next.length, 100)
  assert.deepEqual(next.at(-2), ['d0', ['y']])
  assert.equal(
    next.some(([device]) => device === 'd1'),
    false,
  )
  assert.deepEqual(withHistory([['a', ['x']]], 'a', undefined), [])
})

test('what was stored is read as far as it fits', () => {
  assert.deepEqual(parseHistories('[["a",["x",1]],"b",["c"],[1,[]]]'), [['a', ['x']]])
  assert.deepEqual(parseHistories('{'), [])
  assert.deepEqual(parseHistories('{}'), [])
  assert.deepEqual(parseHistories(undefined), [])
})

test('no two devices share a history', () => {
  const text = fc.string()
  const owner = fc.record({ tenantId: text, userName: text, deviceId: text })
  fc.assert(
    fc.property(owner, owner, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other)
      assert.equal(historyKey(one) === historyKey(other), isSame)
    }),
  )
})
