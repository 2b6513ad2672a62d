import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRegistration } from './registration.fixture.ts'
import { describeNews } from './registration-news.ts'

const waiting = aRegistration({ status: 'WAITING_FOR_CONNECTION' })
const pending = aRegistration()
const accepted = aRegistration({ status: 'ACCEPTED' })
const blocked = aRegistration({ status: 'BLOCKED' })
const contested = aRegistration({ isContested: true })

const cases = [
  { before: [waiting], after: [pending], says: ['SN-4471 waits for acceptance.'] },
  { before: [], after: [pending], says: ['SN-4471 waits for acceptance.'] },
  { before: [], after: [waiting], says: [] },
  { before: [pending], after: [pending], says: [] },
  { before: [pending], after: [accepted], says: ['SN-4471 was accepted.'] },
  { before: [pending], after: [blocked], says: ['SN-4471 is blocked.'] },
  { before: [pending], after: [contested], says: ['Two addresses ask for SN-4471.'] },
  { before: [accepted], after: [], says: ['SN-4471 is registered.'] },
  { before: [pending], after: [], says: ['The request of SN-4471 is over.'] },
]

for (const { before, after, says } of cases) {
  const name = (list: typeof before) => list.map(({ status }) => status).join() || 'nothing'
  test(`${name(before)}, then ${name(after)}: ${says.join(' ') || 'no news'}`, () => {
    assert.deepEqual(describeNews(before, after, true), says)
  })
}

test('on one page of many, what comes and goes may only have moved', () => {
  assert.deepEqual(describeNews([accepted], [], false), [])
  assert.deepEqual(describeNews([], [pending], false), [])
  assert.deepEqual(describeNews([waiting], [pending], false), ['SN-4471 waits for acceptance.'])
})
