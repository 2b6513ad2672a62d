import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeReasons } from './close-reasons.ts'
import { buildMqttLimits, mqttLimits } from './limits.ts'

test('limits are their defaults unless set', () => {
  const limits = buildMqttLimits('default', { topicLevels: 12 })
  assert.equal(limits.packetBytes, 16_184)
  assert.equal(limits.topicLevels, 12)
})

test('mode open lifts rates and numbers of connections, not sizes, and a setting wins', () => {
  const limits = buildMqttLimits('open', { connections: 7 })
  assert.equal(limits.publishesPerSecond, Number.POSITIVE_INFINITY)
  assert.equal(limits.packetBytes, 16_184)
  assert.equal(limits.unacknowledgedPublishes, 64)
  assert.equal(limits.connections, 7)
})

test('every limit and every reason can be shown to people', () => {
  for (const { clientSees } of Object.values(mqttLimits)) assert.match(clientSees, /\S/)
  for (const { sentence } of Object.values(closeReasons)) assert.match(sentence, /^[A-Z].*\.$/)
})
