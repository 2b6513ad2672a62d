import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noPaint } from './paint.ts'
import {
  explainRefusal,
  newsOf,
  type Registration,
  renderRegistrations,
} from './registration-view.ts'

const now = Date.UTC(2032, 1, 1, 8, 0, 0)
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString()

function registration(given: Partial<Registration>): Registration {
  return {
    id: 'meter-8',
    self: '',
    status: 'PENDING_ACCEPTANCE',
    tenantId: 't100',
    owner: 'admin',
    creationTime: ago(600),
    customProperties: {},
    statusSince: ago(65),
    expiresAt: ago(-3600),
    tokenPolicy: 'OPTIONAL',
    tokenPresented: false,
    wrongTokens: 0,
    tokenAttemptsLeft: 5,
    isContested: false,
    claimants: [claimant('10.0.0.9', 10, 60)],
    ...given,
  }
}

function claimant(address: string, polls: number, firstSeconds: number) {
  return { address, polls, firstSeen: ago(firstSeconds), lastSeen: ago(2) }
}

const contested = registration({
  id: 'meter-9',
  isContested: true,
  tokenPresented: true,
  claimants: [claimant('10.0.0.7', 3, 50), claimant('10.0.0.9', 1, 6)],
})
const waiting = registration({ id: 'm\u001b[2J', status: 'WAITING_FOR_CONNECTION', claimants: [] })
const { expiresAt: _, ...endless } = registration({ id: 'meter-7', status: 'BLOCKED' })

test('the list is a table, and ids are hostile text', () => {
  assert.equal(
    renderRegistrations([registration({}), contested, waiting, endless], now, noPaint).join('\n'),
    `ID       STATUS                  SINCE      EXPIRES IN  ASKED FROM          NOTE
meter-8  Pending acceptance      1 min 5 s  1 h         10.0.0.9
meter-9  Pending acceptance      1 min 5 s  1 h         10.0.0.7, 10.0.0.9  contested: two addresses ask
m␛[2J    Waiting for connection  1 min 5 s  1 h         –
meter-7  Blocked                 1 min 5 s  never       10.0.0.9            reject it and add it again`,
  )
})

test('an empty list says what to do', () => {
  assert.match(renderRegistrations([], now, noPaint).join('\n'), /registration add/)
})

const refusals = [
  { of: waiting, says: /switched on.*--watch/s },
  { of: endless, says: /reject meter-7 && pileus registration add meter-7/ },
  {
    of: registration({ tokenPresented: true, tokenAttemptsLeft: 3 }),
    says: /^3 wrong tokens more/,
  },
  { of: contested, says: /10\.0\.0\.7  3 times.*10\.0\.0\.9  1 time,.*--token.*--force/s },
]
for (const { of, says } of refusals) {
  test(`a refusal is explained: ${JSON.stringify(of.id)}`, () => {
    assert.match(explainRefusal(of, now).join('\n'), says)
  })
}

test('news are what is new, changed or gone', () => {
  const asked = registration({ id: 'a', tokenPresented: true })
  const accepted = registration({ id: 'a', status: 'ACCEPTED' })
  assert.deepEqual(newsOf([], [asked]), ['a: Pending acceptance, needs its security token'])
  assert.deepEqual(newsOf([asked], [asked]), [])
  assert.deepEqual(newsOf([asked], [accepted]), ['a: Accepted'])
  assert.deepEqual(newsOf([asked, contested], [contested]), ['a: closed'])
})
