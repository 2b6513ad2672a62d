import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Finding, Health } from './health.ts'

function buildScene() {
  const findings = new Map<string, () => Finding | Promise<Finding>>([
    ['listeners', () => ({ isHealthy: true })],
    ['database', () => Promise.resolve({ isHealthy: true, detail: 'Committed 2 s ago.' })],
  ])
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  const changes: string[] = []
  const health = new Health({
    checks: {
      listeners: () => findings.get('listeners')?.() ?? { isHealthy: false, detail: 'gone' },
      database: () => findings.get('database')?.() ?? { isHealthy: false, detail: 'gone' },
    },
    now: () => clock.now,
    onChange: (name, { state }) => changes.push(`${name} ${state}`),
  })
  return { findings, clock, changes, health }
}

test('live answers whoever asks', () => {
  assert.deepEqual(buildScene().health.live(), { status: 200, body: { status: 'live' } })
})

test('ready lists each check with its state', async () => {
  const { health } = buildScene()
  assert.deepEqual(await health.ready(), {
    status: 200,
    body: {
      status: 'ready',
      checks: {
        listeners: { state: 'ok', since: '2026-01-01T00:00:00.000Z' },
        database: { state: 'ok', since: '2026-01-01T00:00:00.000Z', detail: 'Committed 2 s ago.' },
      },
    },
  })
})

test('each failing check flips its state alone, and says since when', async () => {
  for (const name of ['listeners', 'database']) {
    const { findings, clock, changes, health } = buildScene()
    await health.ready()
    clock.now += 5000
    findings.set(name, () => ({ isHealthy: false, detail: 'The disk is full.' }))
    await health.ready()
    clock.now += 5000
    const { status, body } = await health.ready()
    assert.equal(status, 503)
    assert.equal(body.status, 'notReady')
    assert.deepEqual(body.checks[name], {
      state: 'failing',
      since: '2026-01-01T00:00:05.000Z',
      detail: 'The disk is full.',
    })
    const failing = Object.values(body.checks).filter(({ state }) => state === 'failing')
    assert.equal(failing.length, 1)
    findings.set(name, () => ({ isHealthy: true }))
    assert.equal((await health.ready()).status, 200)
    assert.deepEqual(changes, [`${name} failing`, `${name} ok`])
  }
})

test('a check that throws, rejects or hangs is a failing one', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { findings, health } = buildScene()
  findings.set('listeners', () => {
    throw new Error('no listener')
  })
  findings.set('database', () => Promise.reject(new Error('no disk')))
  const { body } = await health.ready()
  assert.equal(body.checks.listeners?.detail, 'no listener')
  assert.equal(body.checks.database?.detail, 'no disk')
  findings.set('database', () => new Promise(() => {}))
  const hanging = health.ready()
  t.mock.timers.tick(2000)
  assert.equal((await hanging).body.checks.database?.detail, 'No answer in 2000 ms.')
})
