import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from './secret.ts'

const secret = new Secret('canary-7f3a')

const views: readonly (readonly [string, string])[] = [
  ['text', String(secret)],
  ['JSON', JSON.stringify({ secret })],
  ['inspection', inspect({ deep: { secret } }, { showHidden: true, depth: 9 })],
  ['format', format('%s %o %j', secret, secret, secret)],
  ['own members', JSON.stringify(Object.entries(secret))],
]

for (const [name, view] of views) {
  test(`a secret seen as ${name} stays hidden`, () => {
    assert.doesNotMatch(view, /canary/)
  })
}

test('a secret can be revealed where it is needed', () => {
  assert.equal(secret.reveal(), 'canary-7f3a')
})
