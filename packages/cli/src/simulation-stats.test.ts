import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noPaint } from './paint.ts'
import { SimulationStats } from './simulation-stats.ts'
import { renderSimulation, summarizeSimulation } from './simulation-view.ts'

test('the rate is that of the last five whole seconds', () => {
  const stats = new SimulationStats()
  for (let second = 0; second < 20; second++) stats.acknowledged(second, 1, second * 1000 + 500)
  assert.equal(stats.snapshot(20_100).rowsPerSecond, (15 + 16 + 17 + 18 + 19) / 5)
  assert.equal(stats.snapshot(19_900).rowsPerSecond, (14 + 15 + 16 + 17 + 18) / 5)
  assert.equal(stats.snapshot(23_000).rowsPerSecond, (18 + 19) / 5)
  assert.equal(stats.snapshot(60_000).rowsPerSecond, 0)
  const young = new SimulationStats()
  assert.equal(young.snapshot(0).rowsPerSecond, 0)
  young.acknowledged(10, 1, 500)
  young.acknowledged(20, 1, 1500)
  assert.equal(young.snapshot(1600).rowsPerSecond, 10)
  assert.equal(young.snapshot(2000).rowsPerSecond, 15)
})

test('percentiles are of the latest acknowledgements', () => {
  const stats = new SimulationStats()
  assert.equal(stats.snapshot(0).latency, undefined)
  for (let ms = 1; ms <= 100; ms++) stats.acknowledged(1, ms, 0)
  assert.deepEqual(stats.snapshot(0).latency, { p50: 50, p99: 99 })
  for (let count = 0; count < 5000; count++) stats.acknowledged(1, 7, 0)
  assert.deepEqual(stats.snapshot(0).latency, { p50: 7, p99: 7 })
})

test('who is connected is known however often it comes and goes', () => {
  const stats = new SimulationStats()
  for (const id of ['a', 'b', 'a']) stats.connected(id)
  stats.disconnected('b', 'gone')
  stats.disconnected('b', 'still gone')
  const { connected, lastProblem } = stats.snapshot(0)
  assert.deepEqual([connected, lastProblem], [1, 'b: still gone'])
})

const snapshot = {
  connected: 9,
  acknowledgedRows: 1234,
  rowsPerSecond: 9.84,
  refused: 2,
  operations: 3,
  latency: { p50: 2.14, p99: 8.456 },
  lastProblem: 'sim-3: gone\u001b[2J',
}
const setting = {
  devices: 10,
  mqttUrl: 'mqtt://127.0.0.1:1883',
  rate: 10,
  lostRows: 4,
  elapsedMs: 65_000,
}

test('a simulation as it is shown', () => {
  assert.equal(
    renderSimulation(snapshot, setting, noPaint).join('\n'),
    `Simulation at mqtt://127.0.0.1:1883, 1 min 5 s, Ctrl-C ends it
  connected      9 of 10
  rows a second  9.8 of 10
  acknowledged   1234 rows, 4 given up
  refused        2 rows
  operations     3 answered
  PUBACK after   p50 2.1 ms, p99 8.5 ms
  sim-3: gone␛[2J`,
  )
})

test('a simulation in one line', () => {
  assert.equal(
    summarizeSimulation(snapshot, setting),
    '1 min 5 s, 9 of 10 connected, 9.8 rows/s, 1234 rows acknowledged, 4 given up, 2 refused, 3 operations answered, PUBACK after p50 2.1 ms, p99 8.5 ms (sim-3: gone␛[2J)',
  )
})
