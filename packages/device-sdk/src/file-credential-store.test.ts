import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileCredentialStore } from './file-credential-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'device-sdk-'))
after(() => rmSync(folder, { recursive: true }))

const credentials = { tenant: 't3311', user: 'device_meter-8', password: 'a"b\\c,ä' }
const isWindows = process.platform === 'win32'

test('a file that is not there holds no credentials', async () => {
  assert.equal(await fileCredentialStore(join(folder, 'none')).load(), undefined)
})

test('what is saved is loaded, by others too, and only its owner can read it', async () => {
  const path = join(folder, 'saved')
  await fileCredentialStore(path).save({ ...credentials, password: 'older' })
  await fileCredentialStore(path).save(credentials)
  assert.deepEqual(await fileCredentialStore(path).load(), credentials)
  if (!isWindows) assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'saved'),
    [],
    'nothing else is left behind',
  )
})

test('of those that save at once one is last, and none is half', async () => {
  const path = join(folder, 'contested')
  const passwords = Array.from({ length: 20 }, (_, index) => `password ${index}`)
  await Promise.all(
    passwords.map((password) => fileCredentialStore(path).save({ ...credentials, password })),
  )
  const kept = await fileCredentialStore(path).load()
  assert.ok(passwords.includes(kept?.password ?? ''))
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('contested')),
    ['contested'],
  )
})

test('credentials that cannot be put in their place are not left beside it', async () => {
  const path = join(folder, 'taken')
  mkdirSync(join(path, 'full'), { recursive: true })
  await assert.rejects(fileCredentialStore(path).save(credentials))
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('taken')),
    ['taken'],
  )
  await assert.rejects(fileCredentialStore(path).load(), {
    code: 'unsafeCredentials',
    message: /no file/,
  })
  rmSync(path, { recursive: true })
})

test('a file that others can read is refused', { skip: isWindows && 'no modes here' }, async () => {
  const path = join(folder, 'open')
  await fileCredentialStore(path).save(credentials)
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path, mode)
    await assert.rejects(fileCredentialStore(path).load(), { code: 'unsafeCredentials' })
  }
})

for (const text of ['', '{', '[]', 'null', '{"tenant":"t","user":"u"}', '{"tenant":1}']) {
  test(`a file with ${JSON.stringify(text)} is refused`, async () => {
    const path = join(folder, 'other')
    writeFileSync(path, text, { mode: 0o600 })
    await assert.rejects(fileCredentialStore(path).load(), { code: 'unsafeCredentials' })
    rmSync(path)
  })
}
