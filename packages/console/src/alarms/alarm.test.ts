import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fragmentsOfAlarm, knownStatus, periodOf, sortBySeverity } from './alarm.ts'

const raised = {
  id: '5',
  self: 'http://host/alarm/alarms/5',
  type: 'acme_Door',
  text: 'Door open',
  severity: 'MINOR',
  status: 'ACTIVE',
  time: '2031-02-11T08:00:00.000Z',
  firstOccurrenceTime: '2031-02-11T07:00:00.000Z',
  creationTime: '2031-02-11T07:00:01.000Z',
  lastUpdated: '2031-02-11T09:00:00.000Z',
  count: 3,
  source: { id: '1', self: 'http://host/inventory/managedObjects/1' },
  acme_Door: { side: 'left' },
  history: { auditRecords: [] },
} as const

const at = (hour: number): number => Date.parse(`2031-02-11T0${hour}:00:00.000Z`)

test('an alarm lasts from its first occurrence until now', () => {
  assert.deepEqual(periodOf(raised, at(8)), { from: at(7), to: at(8) })
})

test('a cleared alarm lasts until its last change', () => {
  assert.deepEqual(periodOf({ ...raised, status: 'CLEARED' }, at(9)), { from: at(7), to: at(9) })
})

test('an alarm from the future has not begun, rather than ended before', () => {
  assert.deepEqual(periodOf(raised, at(6)), { from: at(7), to: at(7) })
})

test('fragments are what no other alarm must have', () => {
  assert.deepEqual(fragmentsOfAlarm(raised), { acme_Door: { side: 'left' } })
})

test('only statuses with words are known', () => {
  assert.equal(knownStatus('ACKNOWLEDGED'), 'ACKNOWLEDGED')
  assert.equal(knownStatus('constructor'), undefined)
})

test('the most urgent is first, of equals the first one', () => {
  const alarms = (['WARNING', 'MAJOR', 'CRITICAL', 'MAJOR'] as const).map((severity, index) => ({
    ...raised,
    id: String(index),
    severity,
  }))
  assert.deepEqual(
    sortBySeverity(alarms).map(({ id }) => id),
    ['2', '1', '3', '0'],
  )
})
