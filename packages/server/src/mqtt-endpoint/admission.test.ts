import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admission, type Newcomer } from './admission.ts'
import { buildMqttLimits } from './limits.ts'

function newcomer(remoteAddress: string, evicted: string[] = [], name = ''): Newcomer {
  return { remoteAddress, onEvicted: () => evicted.push(name) }
}

test('a source beyond its burst waits its turn, and is refused beyond two seconds', () => {
  const limits = buildMqttLimits('default', { sourceConnectsPerSecond: 1, sourceConnectBurst: 2 })
  const admission = new Admission(limits, 0)
  const receive = () => admission.receive('192.0.2.1', 0)
  assert.deepEqual(receive(), { waitMs: 0, isRefused: false })
  assert.deepEqual(receive(), { waitMs: 0, isRefused: false })
  assert.deepEqual(receive(), { waitMs: 1000, isRefused: false })
  assert.deepEqual(receive(), { waitMs: 2000, isRefused: false })
  assert.deepEqual(receive(), { waitMs: 2000, isRefused: true })
  assert.deepEqual(admission.receive('192.0.2.2', 0), { waitMs: 0, isRefused: false })
  assert.deepEqual(admission.receive('192.0.2.1', 3000), { waitMs: 0, isRefused: false })
})

test('all sources together have a rate', () => {
  const limits = buildMqttLimits('default', { connectsPerSecond: 2 })
  const admission = new Admission(limits, 0)
  const waits = ['a', 'b', 'c', 'd'].map((source) => admission.receive(source, 0).waitMs)
  assert.deepEqual(waits, [0, 0, 500, 1000])
})

test('a storm of 10 000 devices from as many sources is admitted within two seconds', () => {
  const admission = new Admission(buildMqttLimits(), 0)
  const receptions = Array.from({ length: 10_000 }, (_, index) =>
    admission.receive(`10.0.${index >> 8}.${index & 255}`, 0),
  )
  assert.ok(receptions.every(({ isRefused, waitMs }) => !isRefused && waitMs <= 2000))
})

test('the ones that keep us waiting for longest give way', () => {
  const limits = buildMqttLimits('default', {
    sourceUnauthenticatedConnections: 2,
    unauthenticatedConnections: 3,
  })
  const admission = new Admission(limits, 0)
  const evicted: string[] = []
  const [a1, a2, a3] = ['a1', 'a2', 'a3'].map((name) => newcomer('a', evicted, name))
  const [b1, b2] = ['b1', 'b2'].map((name) => newcomer('b', evicted, name))
  assert.ok(a1 && a2 && a3 && b1 && b2)
  for (const each of [a1, a2, a3]) admission.enter(each, 0)
  assert.deepEqual(evicted, ['a1'])
  admission.enter(b1, 0)
  assert.equal(admission.waiting, 3)
  admission.enter(b2, 0)
  assert.deepEqual(evicted, ['a1', 'a2'])
  admission.leave(a3)
  admission.leave(a3)
  assert.equal(admission.waiting, 2)
})

test('mode open admits everything', () => {
  const admission = new Admission(buildMqttLimits('open'), 0)
  for (let index = 0; index < 10_000; index++) {
    assert.deepEqual(admission.receive('a', 0), { waitMs: 0, isRefused: false })
    admission.enter(newcomer('a'), 0)
  }
  assert.equal(admission.waiting, 10_000)
  admission.sweep(0)
})

test('a source that was forgotten has its burst again, and only then', () => {
  const limits = buildMqttLimits('default', { sourceConnectsPerSecond: 1, sourceConnectBurst: 1 })
  const admission = new Admission(limits, 0)
  admission.receive('a', 0)
  admission.sweep(500)
  assert.equal(admission.receive('a', 500).waitMs, 500)
  admission.sweep(2000)
  assert.equal(admission.receive('a', 2000).waitMs, 0)
})
