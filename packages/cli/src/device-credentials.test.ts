import assert from 'node:assert/strict'
import { mkdtempDisposableSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { credentialsPath, openCredentials } from './device-credentials.ts'
import { CommandFailure } from './exit-codes.ts'

const paths = [
  [
    'mqtt://iot.example:1883',
    'a',
    { XDG_CONFIG_HOME: '/c' },
    '/c/pileus/devices/iot.example/a.json',
  ],
  ['mqtt://127.0.0.1:99', 'a', { HOME: '/h' }, '/h/.config/pileus/devices/127.0.0.1_99/a.json'],
  ['mqtt://[::1]:1883', 'a', { HOME: '/h' }, '/h/.config/pileus/devices/__1/a.json'],
  ['mqtt://x', '../é', { HOME: '/h' }, '/h/.config/pileus/devices/x/..%2F%C3%A9.json'],
] as const
for (const [url, id, env, path] of paths) {
  test(`${id} at ${url} is kept in ${path}`, () => {
    assert.equal(credentialsPath(url, id, env), path)
  })
}

test('nobody else can read what is kept, nor the folders on the way', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-cli-'))
  const path = join(folder.path, 'new', 'devices', 'a.json')
  const credentials = { tenant: 't1', user: 'device_a', password: 'p' }
  const store = openCredentials(path)
  assert.equal(await store.load(), undefined)
  await store.save(credentials)
  assert.deepEqual(await store.load(), credentials)
  assert.equal(statSync(path).mode & 0o077, 0)
  assert.equal(statSync(join(folder.path, 'new')).mode & 0o077, 0)
})

test('the longest ids have names that file systems take, each its own', () => {
  const ids = ['é', 'è'].map((last) => '\u{1f4a7}'.repeat(61) + last)
  const names = ids.map((id) => basename(credentialsPath('mqtt://x', id, { HOME: '/h' })))
  assert.notEqual(names[0], names[1])
  // A draft has a longer one.
  for (const name of names) assert.ok(name.length <= 255 - 48, name)
})

test('a place that cannot be read is named', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-cli-'))
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  await assert.rejects(openCredentials(join(file, 'a.json')).load(), (error) => {
    assert.ok(error instanceof CommandFailure)
    assert.equal(error.exit, 'noInput')
    assert.match(error.message, /file\/a\.json.*ENOTDIR/)
    return true
  })
})

test('a place that cannot be written says that nothing is lost yet', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-cli-'))
  writeFileSync(join(folder.path, 'file'), '')
  const store = openCredentials(join(folder.path, 'file', 'a.json'))
  await assert.rejects(store.save({ tenant: 't', user: 'u', password: 'canary' }), (error) => {
    assert.ok(error instanceof CommandFailure)
    assert.match(error.advice.join(' '), /ten minutes.*--credentials/)
    assert.doesNotMatch(error.message, /canary/)
    return true
  })
})
