import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Distributions, Numbers } from './instruments.ts'
import { type MetricName, metricRow, metricRows } from './metric-rows.ts'
import { buildMetrics } from './metrics.ts'

/** Lines of the text format without comments, as name with labels → number. */
function parse(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line) ?? []
      return [name, Number(value)]
    }),
  )
}

test('counters and gauges appear with their labels and numbers', async () => {
  const metrics = buildMetrics()
  metrics.mqttConnects.add(1, 'accepted')
  metrics.mqttConnects.add(2, '4')
  metrics.publishes.cell('1', 'PERSISTENT').value += 3
  metrics.walBytes.set(4096)
  const values = parse(await metrics.format())
  assert.equal(values.get('platform_mqtt_connects_total{result="accepted"}'), 1)
  assert.equal(values.get('platform_mqtt_connects_total{result="4"}'), 2)
  assert.equal(values.get('platform_publish_total{qos="1",mode="PERSISTENT"}'), 3)
  assert.equal(values.get('platform_wal_bytes'), 4096)
  assert.equal(values.get('platform_mqtt_takeovers_total'), 0)
})

test('looking twice counts nothing twice', async () => {
  const metrics = buildMetrics()
  metrics.dedupHits.add(2)
  metrics.commitSeconds.observe(0.003)
  await metrics.format()
  const values = parse(await metrics.format())
  assert.equal(values.get('platform_dedup_hits_total'), 2)
  assert.equal(values.get('platform_commit_seconds_count'), 1)
})

test('a histogram has cumulative buckets, sum and count', async () => {
  const metrics = buildMetrics()
  for (const units of [1, 2, 3, 5000]) metrics.commitBatchSize.observe(units)
  metrics.publishAckSeconds.observe(0.004)
  const values = parse(await metrics.format())
  const bucket = (le: string) => values.get(`platform_commit_batch_size_bucket{le="${le}"}`)
  assert.deepEqual(['1', '2', '4', '4096', '+Inf'].map(bucket), [1, 2, 3, 3, 4])
  assert.equal(values.get('platform_commit_batch_size_sum'), 5006)
  assert.equal(values.get('platform_commit_batch_size_count'), 4)
  assert.equal(values.get('platform_publish_ack_seconds_bucket{le="0.0025"}'), 0)
  assert.equal(values.get('platform_publish_ack_seconds_bucket{le="0.005"}'), 1)
})

test('numbers that other parts keep are copied when somebody looks', async () => {
  const metrics = buildMetrics()
  const endpoint = { takeOvers: 0 }
  metrics.onLook(() => metrics.mqttTakeovers.set(endpoint.takeOvers))
  endpoint.takeOvers = 7
  assert.equal(parse(await metrics.format()).get('platform_mqtt_takeovers_total'), 7)
})

test('the process and the event loop are described', async () => {
  const text = await buildMetrics().format()
  for (const name of [
    'platform_process_resident_memory_bytes',
    'platform_nodejs_heap_size_used_bytes',
    'platform_nodejs_gc_duration_seconds',
    'platform_event_loop_delay_seconds{quantile="0.99"}',
  ]) {
    assert.ok(text.includes(name), name)
  }
})

test('every row is in the text with help and type', async () => {
  const text = await buildMetrics().format()
  for (const name of Object.keys(metricRows) as MetricName[]) {
    const { name: wireName, type, help } = metricRow(name)
    assert.ok(text.includes(`# HELP platform_${wireName} ${help}\n`), wireName)
    assert.ok(text.includes(`# TYPE platform_${wireName} ${type}\n`), wireName)
  }
})

test('rows are plain data with names, units and bounds in order', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(metricRows)), metricRows)
  const names = Object.keys(metricRows) as MetricName[]
  assert.equal(new Set(names.map((name) => metricRow(name).name)).size, names.length)
  for (const name of names) {
    const row = metricRow(name)
    assert.match(row.name, /^[a-z][a-z_]*$/)
    assert.equal(row.name.endsWith('_total'), row.type === 'counter', row.name)
    assert.match(row.help, /^[A-Z].*\.$/, row.name)
    assert.equal(row.buckets !== undefined, row.type === 'histogram', row.name)
    assert.deepEqual(
      row.buckets?.toSorted((a, b) => a - b),
      row.buckets,
    )
    for (const label of row.labels) assert.doesNotMatch(label, /device|user|client|id$/)
  }
})

test('law: buckets count as a slow look at all values would', () => {
  const bounds = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(bounds, fc.array(fc.integer({ min: -5, max: 60 })), (unsorted, values) => {
      const sorted = unsorted.toSorted((a, b) => a - b)
      const distributions = new Distributions<[]>(sorted)
      for (const value of values) distributions.observe(value)
      const { counts, sum } = distributions.distribution()
      let below = 0
      for (const [index, bound] of sorted.entries()) {
        below += counts[index] ?? 0
        assert.equal(below, values.filter((value) => value <= bound).length)
      }
      assert.equal(
        counts.reduce((a, b) => a + b, 0),
        values.length,
      )
      assert.equal(
        sum,
        values.reduce((a, b) => a + b, 0),
      )
    }),
  )
})

test('labels that nobody bounded share one series in the end', () => {
  const numbers = new Numbers<readonly ['a', 'b']>()
  for (let i = 0; i < 10_000; i++) numbers.add(1, `a${i}`, 'b')
  const series = [...numbers.series]
  assert.equal(series.length, 501)
  assert.equal(series.at(-1)?.value.value, 9500)
  assert.deepEqual(series.at(-1)?.labels, ['other', 'other'])
})
