import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, explainRefusal, planAcceptAll, summarizeClaimants } from './acceptance.ts'
import { aRegistration, claimant } from './registration.fixture.ts'

const decisions = [
  { name: 'a device without a token', changed: {}, kind: 'acceptable', token: 'none' },
  {
    name: 'a device with a token',
    changed: { tokenPresented: true },
    kind: 'acceptable',
    token: 'needed',
  },
  {
    name: 'a token that is ignored',
    changed: { tokenPresented: true, tokenPolicy: 'IGNORED' },
    kind: 'acceptable',
    token: 'none',
  },
  { name: 'a token that is missing', changed: { tokenPolicy: 'REQUIRED' }, kind: 'tokenMissing' },
  {
    name: 'two addresses and no token',
    changed: { isContested: true },
    kind: 'contested',
    token: 'none',
  },
  {
    name: 'two addresses and a token',
    changed: { isContested: true, tokenPresented: true },
    kind: 'acceptable',
    token: 'needed',
  },
  {
    name: 'two addresses and a token that is ignored',
    changed: { isContested: true, tokenPresented: true, tokenPolicy: 'IGNORED' },
    kind: 'contested',
    token: 'optional',
  },
  { name: 'a silent device', changed: { status: 'WAITING_FOR_CONNECTION' }, kind: 'waiting' },
  { name: 'an accepted device', changed: { status: 'ACCEPTED' }, kind: 'accepted' },
  { name: 'a blocked request', changed: { status: 'BLOCKED' }, kind: 'blocked' },
] as const

for (const { name, changed, ...decision } of decisions) {
  test(`${name}: ${decision.kind}`, () => {
    assert.deepEqual(decide(aRegistration(changed)), decision)
  })
}

test('a refusal is explained by what has changed', () => {
  const before = aRegistration({ tokenPresented: true })
  const explain = (changed: Parameters<typeof aRegistration>[0]) =>
    explainRefusal(before, aRegistration({ tokenPresented: true, ...changed }))
  assert.deepEqual(explainRefusal(before, undefined), { kind: 'over' })
  assert.deepEqual(explain({ wrongTokens: 1, tokenAttemptsLeft: 4 }), {
    kind: 'wrongToken',
    attemptsLeft: 4,
  })
  assert.deepEqual(explain({ wrongTokens: 5, status: 'BLOCKED' }), { kind: 'blocked' })
  assert.deepEqual(explain({ isContested: true }), { kind: 'contested' })
  assert.deepEqual(explain({}), { kind: 'other' })
})

test('accept all takes what needs no look, and says why it leaves the others', () => {
  const plan = planAcceptAll([
    aRegistration({ id: 'plain' }),
    aRegistration({ id: 'token', tokenPresented: true, tokenPolicy: 'IGNORED' }),
    aRegistration({ id: 'rivals', isContested: true }),
    aRegistration({ id: 'silent', status: 'WAITING_FOR_CONNECTION' }),
    aRegistration({ id: 'tokenless', tokenPolicy: 'REQUIRED' }),
  ])
  assert.deepEqual(
    plan.accepted.map(({ id }) => id),
    ['plain'],
  )
  assert.deepEqual(
    plan.skipped.map(({ id }) => id),
    ['token', 'rivals', 'tokenless'],
  )
})

test('the first contact is the earliest, the address the last one', () => {
  const claimants = [
    claimant('192.0.2.1', '2031-02-11T07:00:05.000Z', 3),
    claimant('192.0.2.9', '2031-02-11T06:59:00.000Z', 2),
  ]
  assert.deepEqual(summarizeClaimants(aRegistration({ claimants })), {
    polls: 5,
    firstSeen: '2031-02-11T06:59:00.000Z',
    address: '192.0.2.9',
  })
  assert.deepEqual(summarizeClaimants(aRegistration({ claimants: [] })), { polls: 0 })
})
