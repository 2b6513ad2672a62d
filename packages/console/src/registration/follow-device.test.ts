import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findHints, followDevice, formatTrialCommands, silenceMs, steps } from './follow-device.ts'
import { aRegistration } from './registration.fixture.ts'

const unseen = { wasAccepted: false, managedObjectId: undefined }

test('a device goes through the steps in their order', () => {
  const way = [
    { ...unseen, request: undefined },
    { ...unseen, request: aRegistration({ status: 'WAITING_FOR_CONNECTION' }) },
    { ...unseen, request: aRegistration() },
    { ...unseen, request: aRegistration({ status: 'ACCEPTED' }) },
    {
      ...unseen,
      request: aRegistration({ status: 'ACCEPTED', handedOutFirst: '2031-02-11T07:01:00.000Z' }),
    },
    { request: 'gone' as const, wasAccepted: true, managedObjectId: undefined },
  ].map(followDevice)
  assert.deepEqual(
    way.map((state) => (state.kind === 'underWay' ? state.current : state.kind)),
    [0, 0, 2, 3, 4, 4],
  )
  assert.equal(steps.length, 5)
})

test('it is done when the request has ended and the object exists', () => {
  const request = 'gone'
  assert.deepEqual(followDevice({ request, wasAccepted: false, managedObjectId: '7701' }), {
    kind: 'done',
    managedObjectId: '7701',
  })
  // An object from before the registration says nothing yet.
  const early = followDevice({ ...unseen, managedObjectId: '7701', request: aRegistration() })
  assert.equal(early.kind, 'underWay')
})

test('a request that ends before the acceptance is over, a blocked one is blocked', () => {
  assert.equal(followDevice({ ...unseen, request: 'gone' }).kind, 'over')
  assert.equal(
    followDevice({ ...unseen, request: aRegistration({ status: 'BLOCKED' }) }).kind,
    'blocked',
  )
})

test('silence is explained after a minute, and only where the device is waited for', () => {
  const place = { id: 'SN-1', host: 'iot.example' }
  const hintsAt = (current: number, silentForMs: number) =>
    findHints({ kind: 'underWay', current }, silentForMs, place).length
  assert.equal(hintsAt(0, silenceMs - 1), 0)
  assert.ok(hintsAt(0, silenceMs) > 0)
  assert.ok(hintsAt(3, silenceMs) > 0)
  assert.ok(hintsAt(4, silenceMs) > 0)
  // There it is the operator who is waited for.
  assert.equal(hintsAt(2, silenceMs), 0)
  assert.match(findHints({ kind: 'underWay', current: 0 }, silenceMs, place).join(), /iot\.example/)
})

test('an id that a shell would read differently is quoted', () => {
  const place = { hostname: 'iot.example', origin: 'https://iot.example' }
  const [device] = formatTrialCommands('a;reboot', place)
  assert.equal(
    device?.command,
    "npx pileus device run --id 'a;reboot' --mqtt mqtt://iot.example:1883 --url https://iot.example",
  )
})
