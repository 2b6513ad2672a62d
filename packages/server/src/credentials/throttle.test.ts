import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AuthenticationLimits, authenticationLimits } from './authentication-limits.ts'
import { LoginThrottle } from './throttle.ts'

const limits = Object.fromEntries(
  Object.entries(authenticationLimits).map(([name, row]) => [name, row.default]),
) as AuthenticationLimits

const second = 1000
const minute = 60 * second
const hour = 60 * minute
/** Some time of day at a full hour. */
const start = 500_000 * hour

const anna = (source: string) => ({ userKey: 't100/anna', source })
const user = (index: number, source: string) => ({ userKey: `t100/user${index}`, source })

/** Seconds until an attempt is admitted, 0 when it is. */
function waitSeconds(
  throttle: LoginThrottle,
  attempt: Parameters<LoginThrottle['admit']>[0],
  now: number,
) {
  const admission = throttle.admit(attempt, now)
  return admission.kind === 'admitted' ? 0 : admission.retryAfterMs / second
}

test('one user from one source: five mistakes, then pauses that double up to five minutes', () => {
  const throttle = new LoginThrottle({ ...limits, sourceFailuresBurst: 1000 })
  const waits: number[] = []
  let now = start
  for (let mistake = 1; mistake <= 16; mistake++) {
    assert.equal(waitSeconds(throttle, anna('10.0.0.9'), now), 0)
    throttle.failed(anna('10.0.0.9'), true, now)
    waits.push(waitSeconds(throttle, anna('10.0.0.9'), now))
    now += (waits.at(-1) ?? 0) * second
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
})

test('a login, or an hour without a mistake, ends the pauses', () => {
  const throttle = new LoginThrottle(limits)
  for (let i = 0; i < 8; i++) throttle.failed(anna('10.0.0.9'), true, start)
  throttle.succeeded(anna('10.0.0.9'), true, start)
  assert.equal(waitSeconds(throttle, anna('10.0.0.9'), start), 0)
  for (let i = 0; i < 8; i++) throttle.failed(anna('10.0.0.9'), true, start)
  throttle.failed(anna('10.0.0.9'), true, start + hour + second)
  assert.equal(waitSeconds(throttle, anna('10.0.0.9'), start + hour + second), 0)
})

test('one source, many users: 40 mistakes, then refused for 1, 2, 4, 8, 15, 15 minutes', () => {
  const throttle = new LoginThrottle(limits)
  const pauses: number[] = []
  let now = start
  let users = 0
  while (pauses.length < 6) {
    const attempt = user(users++, '10.0.0.9')
    const wait = waitSeconds(throttle, attempt, now)
    if (wait === 0) throttle.failed(attempt, true, now)
    else {
      pauses.push(wait / 60)
      now += wait * second
    }
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 15, 15])
})

test('the budget of a source: 40 at once, 20 back each minute', () => {
  const throttle = new LoginThrottle(limits)
  const mistakesUntilRefused = (now: number) => {
    let mistakes = 0
    for (; throttle.sourceWaitMs('10.0.0.9', now) === 0; mistakes++) {
      throttle.failed(user(mistakes, '10.0.0.9'), true, now)
    }
    return mistakes
  }
  assert.equal(mistakesUntilRefused(start), 40)
  assert.equal(mistakesUntilRefused(start + minute), 20)
  assert.equal(mistakesUntilRefused(start + hour), 40)
})

test('logins of the last hour from behind one address raise its budget', () => {
  const throttle = new LoginThrottle(limits)
  for (let i = 0; i < 10; i++) throttle.succeeded(user(i, '10.0.0.9'), false, start)
  const later = start + hour - second
  for (let i = 0; i < 89; i++) throttle.failed(user(i, '10.0.0.9'), false, later)
  assert.equal(throttle.sourceWaitMs('10.0.0.9', later), 0)
  throttle.failed(user(0, '10.0.0.9'), false, later)
  assert.equal(throttle.sourceWaitMs('10.0.0.9', later), minute)
})

test('one user from everywhere: after 100 mistakes unknown sources share one attempt a minute', () => {
  const throttle = new LoginThrottle(limits)
  throttle.succeeded(anna('10.0.0.7'), true, start)
  for (let i = 0; i < 100; i++) throttle.failed(anna(`10.1.0.${i}`), true, start)
  assert.equal(waitSeconds(throttle, anna('10.2.0.1'), start + second), 59)
  assert.equal(waitSeconds(throttle, anna('10.0.0.7'), start + second), 0)
  assert.equal(waitSeconds(throttle, anna('10.2.0.1'), start + minute), 0)
  assert.equal(waitSeconds(throttle, anna('10.2.0.2'), start + minute), 60)
  assert.equal(waitSeconds(throttle, anna('10.2.0.2'), start + hour), 0)
})

test('the usual address of a user is not refused for what others did from it', () => {
  const throttle = new LoginThrottle(limits)
  throttle.succeeded(anna('10.0.0.9'), true, start)
  for (let i = 0; i < 60; i++) throttle.failed(user(i, '10.0.0.9'), true, start)
  assert.ok(waitSeconds(throttle, user(99, '10.0.0.9'), start) > 0)
  assert.equal(waitSeconds(throttle, anna('10.0.0.9'), start), 0)
})

test('a usual address is forgotten after 30 days, and when 16 others came after it', () => {
  const throttle = new LoginThrottle(limits)
  throttle.succeeded(anna('10.0.0.1'), true, start)
  const refusedFrom = (source: string, now: number) => {
    for (let i = 0; i < 60; i++) throttle.failed(user(i, source), true, now)
    return waitSeconds(throttle, anna(source), now) > 0
  }
  assert.equal(refusedFrom('10.0.0.1', start + 29 * 24 * hour), false)
  assert.equal(refusedFrom('10.0.0.1', start + 30 * 24 * hour), true)
  const later = start + 40 * 24 * hour
  for (let i = 1; i <= 17; i++) throttle.succeeded(anna(`10.0.0.${i}`), true, later)
  assert.equal(refusedFrom('10.0.0.1', later), true)
  assert.equal(refusedFrom('10.0.0.2', later), false)
})

test('secrets that cannot be guessed are counted for their source only', () => {
  const throttle = new LoginThrottle({ ...limits, sourceFailuresBurst: 10_000 })
  for (let i = 0; i < 5000; i++) throttle.failed(anna('10.0.0.9'), false, start)
  assert.equal(waitSeconds(throttle, anna('10.0.0.9'), start), 0)
  assert.equal(waitSeconds(throttle, anna('10.0.0.8'), start), 0)
})

test('a flood is one of more than 200 mistakes in a second', () => {
  const throttle = new LoginThrottle(limits)
  for (let i = 0; i < 200; i++) throttle.failed(user(i, `10.0.${i}.1`), true, start)
  assert.equal(throttle.isFlooded(start), false)
  throttle.failed(user(0, '10.1.0.1'), true, start + 999)
  assert.equal(throttle.isFlooded(start + 999), true)
  assert.equal(throttle.isFlooded(start + second), false)
})

test('law: whatever others do, the usual address of a user who makes no mistake is admitted', () => {
  const honest = anna('10.0.0.7')
  const others = fc.record({
    kind: fc.constantFrom('failed', 'succeeded', 'admit'),
    user: fc.integer({ min: 0, max: 3 }),
    source: fc.integer({ min: 6, max: 9 }),
    times: fc.integer({ min: 1, max: 150 }),
    isGuessable: fc.boolean(),
    pauseMs: fc.integer({ min: 0, max: 10 * minute }),
  })
  fc.assert(
    fc.property(fc.array(others, { maxLength: 30 }), (steps) => {
      const throttle = new LoginThrottle(limits)
      let now = start
      throttle.succeeded(honest, true, now)
      for (const step of steps) {
        now += step.pauseMs
        const attempt =
          step.user === 0 && step.source !== 7
            ? anna(`10.0.0.${step.source}`)
            : user(step.user, `10.0.0.${step.source}`)
        for (let i = 0; i < step.times; i++) {
          if (step.kind === 'admit') throttle.admit(attempt, now)
          else throttle[step.kind](attempt, step.isGuessable, now)
        }
        assert.equal(waitSeconds(throttle, honest, now), 0)
      }
    }),
    { numRuns: 50 },
  )
})
