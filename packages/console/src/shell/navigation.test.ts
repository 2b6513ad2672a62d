import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visibleNavigation } from './navigation.ts'

test('pages that a user may not read are absent', () => {
  const labels = (permissions: Parameters<typeof visibleNavigation>[0]) =>
    visibleNavigation(permissions).flatMap(({ entries }) => entries.map(({ label }) => label))
  assert.deepEqual(labels(new Set()), ['Devices'])
  assert.deepEqual(labels(new Set(['ROLE_DEVICE_CONTROL_READ'])), ['Devices', 'Registration'])
})
