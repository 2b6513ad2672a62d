import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeLive } from './live-words.ts'

const reachable = { kind: 'reachable', lastAnswerAt: 0 } as const
const away = { kind: 'unreachable', since: 0, cause: 'noAnswer', attempts: 2 } as const
const now = 10_000

const cases = [
  { given: { connection: reachable, isPaused: false, pollingMs: undefined }, text: 'Live' },
  {
    given: { connection: reachable, isPaused: false, pollingMs: 2_000 },
    text: 'Polling every 2 s',
  },
  { given: { connection: reachable, isPaused: true, pollingMs: 2_000 }, text: 'Paused' },
  {
    given: { connection: { ...away, nextAttemptAt: 12_400 }, isPaused: false, pollingMs: 2_000 },
    text: 'Reconnecting 3 s',
  },
  // An outage is worth more than a pause: nothing could be resumed.
  { given: { connection: away, isPaused: true, pollingMs: 2_000 }, text: 'Reconnecting' },
] as const

for (const { given, text } of cases) {
  test(`says ${text}`, () => assert.equal(describeLive({ ...given, now }).text, text))
}
