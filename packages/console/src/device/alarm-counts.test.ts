import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countAlarms, countAlarmsBySource } from './alarm-counts.ts'

const alarm = (id: string, severity: 'CRITICAL' | 'MINOR') => ({
  severity,
  source: { id, self: '' },
})

test('counts by severity, and by device', () => {
  const alarms = [alarm('1', 'MINOR'), alarm('2', 'CRITICAL'), alarm('1', 'MINOR')]
  assert.deepEqual(countAlarms(alarms), { CRITICAL: 1, MAJOR: 0, MINOR: 2, WARNING: 0 })
  const bySource = countAlarmsBySource(alarms)
  assert.deepEqual([...bySource.keys()], ['1', '2'])
  assert.equal(bySource.get('1')?.MINOR, 2)
})
