import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problems, problemText } from './problems.ts'

test('every detail has its place in the sentence', () => {
  const details = { operationId: '70112', status: 'SUCCESSFUL' }
  assert.equal(
    problemText({ code: 'operationFinished', details }),
    'Operation 70112 is already SUCCESSFUL',
  )
})

test('a detail is a text and nothing that is filled in again', () => {
  assert.equal(
    problemText({ code: 'fragmentProtected', details: { name: '{name} $& $1' } }),
    '{name} $& $1 cannot be removed',
  )
  assert.equal(problemText({ code: 'fragmentProtected', details: {} }), ' cannot be removed')
})

test('what devices read on s/e is one sentence without a full stop', () => {
  for (const [code, { kind, text }] of Object.entries(problems)) {
    assert.ok(!text.includes('\n'), code)
    if (kind === 'refused') assert.ok(!text.endsWith('.'), code)
  }
})
