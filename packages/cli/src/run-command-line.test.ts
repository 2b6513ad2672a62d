import assert from 'node:assert/strict'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { test } from 'node:test'
import { commands } from './commands.ts'
import { credentialsPath, openCredentials } from './device-credentials.ts'
import { noPaint } from './paint.ts'
import { runCommandLine } from './run-command-line.ts'
import type { Env, Terminal } from './terminal.ts'

interface Run {
  readonly code: number | undefined
  readonly output: string
  readonly errors: string
}

/** Without a terminal, as in a pipeline, and with nothing to read. */
async function run(args: readonly string[], env: Env = {}): Promise<Run> {
  const said = { output: '', errors: '' }
  const collect = (where: keyof typeof said) =>
    new Writable({
      write: (chunk, _, done) => {
        said[where] += String(chunk)
        done()
      },
    })
  const streams = {
    input: Readable.from([]),
    output: collect('output'),
    errors: collect('errors'),
  }
  const terminal = { ...streams, env, paint: noPaint, paintErrors: noPaint } as unknown as Terminal
  const code = (await runCommandLine(args, terminal)) ?? process.exitCode
  process.exitCode = undefined
  return { code: Number(code ?? 0), ...said }
}

const refused = [
  { args: [], code: 64, says: /a command is missing/ },
  { args: ['decod'], code: 64, says: /unknown command 'decod'.*decode/ },
  { args: ['decode', '--jsn', '1'], code: 64, says: /unknown option '--jsn'.*--json/ },
  { args: ['help', 'decod'], code: 64, says: /no command 'decod'/ },
  { args: ['registration'], code: 64, says: /a command is missing/ },
  { args: ['registration', 'accept'], code: 64, says: /missing required argument 'id'/ },
  {
    args: ['registration', 'list', '--password', 'x'],
    code: 64,
    says: /PILEUS_ADMIN_PASSWORD_FILE/,
  },
  { args: ['registration', 'list'], code: 78, says: /no terminal to ask at/ },
  { args: ['registration', 'list', '--url', 'x'], code: 64, says: /--url must be/ },
]
for (const { args, code, says } of refused) {
  test(`\`pileus ${args.join(' ')}\` ends with ${code} and says why`, async () => {
    const result = await run(args)
    assert.equal(result.code, code)
    assert.match(result.errors.replaceAll('\n', ' '), says)
    assert.match(result.errors, /^pileus: /)
    assert.ok(result.errors.trimEnd().split('\n').length <= 2, 'a line, and what to do')
    assert.equal(result.output, '')
  })
}

test('a row that fits into no message is refused before anything is sent', async () => {
  const { code, errors } = await run(['device', 'send', '--id', 'a', '1'.repeat(16_184)])
  assert.equal(code, 64)
  assert.match(errors, /row of 16184 bytes fits into no message/)
})

for (const command of ['registration list', 'simulate --devices 1']) {
  test(`a platform that is away ends \`pileus ${command}\` with 69`, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'pileus-cli-'))
    const env = {
      PILEUS_ADMIN_PASSWORD: 'correct horse',
      PILEUS_BOOTSTRAP_PASSWORD: 'battery staple',
      XDG_CONFIG_HOME: folder.path,
    }
    // Of a simulation before.
    const store = openCredentials(credentialsPath('mqtt://127.0.0.1', 'sim-1', env))
    await store.save({ tenant: 't1', user: 'device_sim-1', password: 'p' })
    const { code, errors } = await run([...command.split(' '), '--url', 'http://127.0.0.1:9'], env)
    assert.equal(code, 69)
    assert.match(errors, /No answer from http:\/\/127\.0\.0\.1:9 .*\n.*pileus serve/)
  })
}

test('decode ends with 1 for a wrong row and with 0 for a good one', async () => {
  assert.equal((await run(['decode', '211,25'])).code, 0)
  assert.equal((await run(['decode', '211,25', '211,x'])).code, 1)
})

test('decode gives programs JSON', async () => {
  const { output } = await run(['decode', '--json', '211,25', '510'])
  const { rows } = JSON.parse(output)
  assert.equal(rows[0].request.path, '/measurement/measurements')
  assert.deepEqual(rows[1].error.span, [0, 3])
})

for (const { name } of commands) {
  test(`help for ${name} has examples, and is the same in both ways to ask`, async () => {
    const { code, output, errors } = await run(['help', name])
    assert.equal(code, 0)
    assert.equal(errors, '')
    assert.match(output, new RegExp(`^Usage: pileus ${name}`))
    assert.match(output, /\nExamples:\n/)
    assert.equal((await run([name, '--help'])).output, output)
  })
}

test('the help lists every command and every exit code', async () => {
  const { output } = await run(['--help'])
  for (const { name, summary } of commands) assert.ok(output.includes(`${name} `), summary)
  assert.match(output, /Exit codes:\n +0 .*\n +1 /)
  assert.equal((await run(['help'])).output, output)
})

test('the version is that of the package', async () => {
  assert.match((await run(['--version'])).output, /^\d+\.\d+\.\d+\n$/)
})
