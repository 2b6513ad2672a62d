import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../credentials/secret.ts'
import { openLog } from './log.ts'
import { type LogEventId, logEventRow, logEvents } from './log-events.ts'
import { redact } from './redact.ts'

function openScene(level: 'debug' | 'info' | 'error' | 'silent' = 'info') {
  const lines: string[] = []
  const clock = { now: Date.parse('2026-01-01T00:00:00.250Z') }
  const { log } = openLog({ level, now: () => clock.now, write: (line) => lines.push(line) })
  const parsed = () => lines.map((line): Record<string, unknown> => JSON.parse(line))
  return { log, lines, parsed, clock }
}

test('a line has time, level, event, message and its fields, in one line of JSON', () => {
  const { log, lines, parsed } = openScene()
  log('mqtt.closed', {
    tenant: 't100',
    clientId: 'd:pump-7',
    durationMs: 12,
    reason: 'disconnect',
    user: undefined,
    more: { publishesIn: 3, will: 'none' },
  })
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /^\{[^\n]*\}\n$/)
  assert.deepEqual(parsed(), [
    {
      level: 'info',
      ts: '2026-01-01T00:00:00.250Z',
      event: 'mqtt.closed',
      tenant: 't100',
      clientId: 'd:pump-7',
      durationMs: 12,
      reason: 'disconnect',
      publishesIn: 3,
      will: 'none',
      msg: 'A connection ended.',
    },
  ])
})

test('an error is written with code, name, message, stack and causes', () => {
  const { log, parsed } = openScene()
  const cause = new TypeError('disk on fire')
  log('platform.failed', { error: Object.assign(new Error('no', { cause }), { code: 'EIO' }) })
  const error = parsed()[0]?.error as Record<string, string>
  assert.equal(error.code, 'EIO')
  assert.equal(error.name, 'Error')
  assert.equal(error.message, 'no')
  assert.match(error.stack ?? '', /log\.test/)
  assert.equal(error.cause, 'TypeError: disk on fire')
})

test('whatever is thrown can be logged, and only its kind when it is no error', () => {
  const { log, parsed } = openScene()
  log('platform.failed', { error: 'just text' })
  log('platform.failed', { error: { password: 'canary' } })
  log('platform.failed', { error: null })
  assert.deepEqual(
    parsed().map((line) => (line.error as { message: string }).message),
    ['just text', 'a thrown object', 'a thrown object'],
  )
})

test('levels below the chosen one are not written', () => {
  const { log, lines } = openScene('error')
  log('mqtt.closed')
  log('mqtt.failed')
  assert.equal(lines.length, 1)
})

test('events that outsiders can cause are counted beyond their rate, and the count is told', () => {
  const { log, parsed, clock } = openScene()
  for (let i = 0; i < 150; i++) log('mqtt.refused', { more: { i } })
  assert.equal(parsed().length, 100)
  clock.now += 1000
  log('mqtt.refused')
  log('mqtt.refused')
  assert.equal(parsed()[100]?.suppressed, 50)
  assert.equal(parsed()[101]?.suppressed, undefined)
})

test('control characters are escaped, lone surrogates survive', () => {
  const { log, lines, parsed } = openScene()
  log('mqtt.refused', { clientId: 'a\r\n{"level":"fatal"}\u0000\u001b[2J', reason: '\ud800' })
  assert.equal(lines.join('').split('\n').length, 2)
  assert.equal(parsed()[0]?.level, 'warn')
})

test('law: a field is at most 2 KiB, a line at most 16 KiB', () => {
  const text = fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.nat(20_000))
    .map(([unit, times]) => unit.repeat(Math.ceil(times / unit.length)))
  const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,10}$/), text, { maxKeys: 20 })
  fc.assert(
    fc.property(fields, text, (more, message) => {
      const { log, lines, parsed } = openScene()
      log('platform.failed', { more, error: new Error(message) })
      assert.ok(Buffer.byteLength(lines[0] ?? '') <= 16 * 1024)
      for (const value of Object.values(parsed()[0] ?? {})) {
        if (typeof value === 'string') assert.ok(Buffer.byteLength(JSON.stringify(value)) <= 2050)
      }
    }),
    { numRuns: 30 },
  )
})

const canary = 'canary7f3a'
const leaks: readonly (readonly [string, string])[] = [
  ['row 70', `70,t100,device_pump-7,${canary}`],
  ['row 70 in a sentence', `could not send "70,t100,device_pump-7,${canary}" to it`],
  ['row 71', `71,${canary}`],
  ['Bearer', `authorization: Bearer ${canary}`],
  ['bearer', `authorization: bearer ${canary}, next`],
  ['Basic', `{"authorization":"Basic ${canary}=="}`],
  ['JWT', `token eyJhbGciOi.eyJ${canary}.${canary}`],
  ['key', `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`],
  ['EC key that was cut', `-----BEGIN EC PRIVATE KEY-----\n${canary}\n${canary}`],
  ['address with password', `connect postgres://pileus:${canary}@db.example/pileus`],
]

for (const [name, text] of leaks) {
  test(`canary: ${name} never reaches a line`, () => {
    const { log, lines } = openScene()
    const error = new Error(text, { cause: new Error(text) })
    log('platform.failed', { reason: text, clientId: text, more: { text }, error })
    assert.doesNotMatch(lines.join(''), /canary/)
    assert.doesNotMatch(redact(text), /canary/)
  })
}

test('canary: a Secret never reaches a line, wherever it strays', () => {
  const { log, lines } = openScene()
  const secret: unknown = new Secret(canary)
  log('platform.failed', {
    user: secret as string,
    more: { password: secret as string },
    error: Object.assign(new Error(`password ${String(secret)}`), { secret }),
  })
  log('platform.failed', { error: secret })
  assert.doesNotMatch(lines.join(''), /canary/)
})

test('ordinary words are left alone', () => {
  const words = ['Template 211 of pump-7 is unknown', 'Column 70 is missing', 'basically a,b,c']
  for (const text of words) assert.equal(redact(text), text)
})

test('redaction is linear: hostile text of 16 000 characters costs little', () => {
  const began = process.cpuUsage()
  for (const unit of ['70,', 'Bearer ', 'eyJ', '-----BEGIN PRIVATE KEY-----', '://a:', 'eyJa.']) {
    redact(unit.repeat(16_000 / unit.length))
  }
  const { user, system } = process.cpuUsage(began)
  assert.ok((user + system) / 1000 < 500)
})

test('events are plain data with ids, sentences and meanings', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(logEvents)), logEvents)
  for (const event of Object.keys(logEvents) as LogEventId[]) {
    assert.match(event, /^[a-z]+\.[a-zA-Z]+$/)
    assert.match(logEventRow(event).msg, /^[A-Z].*\.$/, event)
    assert.match(logEventRow(event).meaning, /^[A-Z].*\.$/, event)
  }
})

test('the log goes to standard error and is whole after close', () => {
  const script = `
    import { openLog } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)}
    const opened = openLog({ level: 'info', now: Date.now })
    for (let i = 0; i < 200; i++) opened.log('mqtt.closed', { more: { i } })
    opened.close()
    process.exit(0)`
  const { stderr, stdout, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0)
  assert.equal(stdout, '')
  const lines = stderr.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).i),
    Array.from({ length: 200 }, (_, i) => i),
  )
})
