import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGatewayStatus, retryDelayMs } from './connection-watch.ts'

test('attempts grow apart, up to a quarter of a minute', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 1_000].map(retryDelayMs),
    [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000],
  )
})

test('an error of the platform is an answer, one of a gateway is none', () => {
  assert.deepEqual([200, 401, 500, 502, 503, 504, 507].filter(isGatewayStatus), [502, 503, 504])
})
