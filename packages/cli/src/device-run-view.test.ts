import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  afterProgress,
  type DeviceRunState,
  operatorSteps,
  progressLine,
  renderState,
} from './device-run-view.ts'
import { noPaint } from './paint.ts'

type StartProgress = Parameters<typeof afterProgress>[1]

const now = Date.UTC(2032, 1, 1, 8, 0, 0)

const start: DeviceRunState = {
  id: 'my device',
  mqttUrl: 'mqtt://127.0.0.1:1883',
  httpUrl: 'http://127.0.0.1:8080',
  phase: { kind: 'connecting' },
  sent: 0,
  acknowledged: 0,
  refused: 0,
  operations: 0,
}

/** What is shown `waitedMs` after the progress was made. */
function shownAfter(progress: StartProgress, waitedMs: number): string {
  return renderState(afterProgress(start, progress, now), now + waitedMs, noPaint).join('\n')
}

test('while it waits: for what, since when, and how often it has asked', () => {
  const asking = { kind: 'asking', poll: 3, since: now - 12_000 } as const
  assert.equal(
    shownAfter(asking, 1500),
    `… my device waits for an operator to let it in
  for 13 s now; it has asked 3 times, next time in 5 s`,
  )
})

test('what an operator has to do', () => {
  assert.equal(
    operatorSteps({ ...start, securityToken: 'blue-7' }).join('\n'),
    `To let my device in
  in a browser:   http://127.0.0.1:8080/console/registration?externalId=my%20device
  or announce it: pileus registration add 'my device'
  and let it in:  pileus registration accept 'my device'
  with the token: blue-7`,
  )
})

const shown: readonly (readonly [progress: StartProgress, afterMs: number, text: string])[] = [
  [{ kind: 'connecting' }, 0, '… my device connects to mqtt://127.0.0.1:1883'],
  [
    { kind: 'connected' },
    0,
    '● my device is connected, 0 sent, 0 acknowledged, 0 refused, 0 operations. Ctrl-C ends it.',
  ],
  [
    { kind: 'reconnecting', attempt: 4, inMs: 5000, reason: 'gone\u001b[2J' },
    2500,
    '● my device is not connected: gone␛[2J. Attempt 4 in 3 s.',
  ],
]
for (const [progress, afterMs, text] of shown) {
  test(`shows ${progress.kind}`, () => assert.equal(shownAfter(progress, afterMs), text))
}

test('without a terminal the questions become lines, ever fewer', () => {
  const lines = Array.from({ length: 1000 }, (_, index) =>
    progressLine(start, { kind: 'asking', poll: index + 1, since: now }, 'f', false),
  )
  assert.equal(lines[0], 'waiting for an operator to let it in; asked once')
  assert.equal(lines.filter((line) => line !== undefined).length, 10 + 9 + 9)
  assert.equal(progressLine(start, { kind: 'asking', poll: 1, since: now }, 'f', true), undefined)
})

test('where the password is kept is told, the password is not', () => {
  const received = { kind: 'credentialsReceived', tenant: 't1', user: 'device_x' } as const
  assert.equal(
    progressLine(start, received, '/tmp/x.json', true),
    'let in as t1/device_x; its password is kept in /tmp/x.json',
  )
})

test('an id is quoted for the shell that it is copied to', () => {
  const steps = operatorSteps({ ...start, id: "a'; rm -rf x" }).join('\n')
  assert.match(steps, /registration accept 'a'\\''; rm -rf x'$/)
})
