import assert from 'node:assert/strict'
import { chmodSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CommandFailure, type ExitName } from './exit-codes.ts'
import {
  locateSecret,
  quoteForShell,
  readSecretFile,
  refuseSecretArguments,
  secrets,
} from './secrets.ts'

const row = secrets.operator

const places = [
  {
    title: 'the option comes first',
    file: 'o',
    env: { PILEUS_ADMIN_PASSWORD: 'v' },
    is: { kind: 'file', path: 'o', from: '--password-file' },
  },
  {
    title: 'then the variable',
    env: { PILEUS_ADMIN_PASSWORD: 'v' },
    is: { kind: 'value', text: 'v', from: 'PILEUS_ADMIN_PASSWORD' },
  },
  {
    title: 'or its file',
    env: { PILEUS_ADMIN_PASSWORD: '', PILEUS_ADMIN_PASSWORD_FILE: 'f' },
    is: { kind: 'file', path: 'f', from: 'PILEUS_ADMIN_PASSWORD_FILE' },
  },
  { title: 'else somebody is asked', env: {}, is: { kind: 'ask' } },
] as const
for (const { title, env, is, ...more } of places) {
  test(`where a secret is: ${title}`, () => {
    assert.deepEqual(locateSecret(row, 'file' in more ? more.file : undefined, env), is)
  })
}

test('a variable and its file exclude each other', () => {
  const env = { PILEUS_ADMIN_PASSWORD: 'v', PILEUS_ADMIN_PASSWORD_FILE: 'f' }
  assert.throws(() => locateSecret(row, undefined, env), failure('configuration', /exclude/))
})

test('a file is read if it is private, without the line break at its end', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-cli-'))
  const file = join(folder.path, "it's")
  writeFileSync(file, 'correct horse \r\n', { mode: 0o600 })
  assert.equal(readSecretFile(file, '--password-file'), 'correct horse ')

  chmodSync(file, 0o640)
  assert.throws(
    () => readSecretFile(file, '--password-file'),
    (error) => {
      assert.ok(error instanceof CommandFailure)
      assert.equal(error.exit, 'noPermission')
      assert.match(error.message, /mode 640/)
      assert.deepEqual(error.advice, [`Run: chmod 600 '${folder.path}/it'\\''s'`])
      return true
    },
  )
  chmodSync(file, 0o600)
  writeFileSync(file, '\n')
  assert.throws(() => readSecretFile(file, 'X'), failure('noInput', /empty/))
  assert.throws(() => readSecretFile(join(folder.path, 'no'), 'X'), failure('noInput', /ENOENT/))
  assert.throws(() => readSecretFile(folder.path, 'X'), CommandFailure)
})

const refusedArguments = [
  ['registration', 'list', '--password', 'canary'],
  ['registration', 'list', '--password=canary'],
  ['device', 'run', '--bootstrap-password', 'canary'],
  ['simulate', '--admin-password=canary'],
  ['registration', 'accept', 'x', '--token=canary'],
  ['device', 'run', '--security-token', 'canary'],
]
for (const args of refusedArguments) {
  test(`${args.join(' ')} is refused with another way, and not repeated`, () => {
    assert.throws(
      () => refuseSecretArguments(args),
      (error) => {
        assert.ok(error instanceof CommandFailure)
        assert.equal(error.exit, 'usage')
        assert.match(error.advice.join(), /-file/i)
        assert.doesNotMatch(error.message + error.advice.join(), /canary/)
        return true
      },
    )
  })
}

test('files with secrets, being asked, and rows that look like options pass', () => {
  refuseSecretArguments(['accept', 'x', '--token', '--password-file', 'f', '--token-file=f'])
  refuseSecretArguments(['decode', '--', '--password'])
})

test('names are quoted for a shell where that is needed', () => {
  assert.deepEqual(['a-1.b', 'a b', "it's"].map(quoteForShell), ['a-1.b', "'a b'", "'it'\\''s'"])
})

function failure(exit: ExitName, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof CommandFailure)
    assert.equal(error.exit, exit)
    assert.match(error.message, message)
    return true
  }
}
