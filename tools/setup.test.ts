// The set-up script in a small repository of its own, with stand-ins for npm and Vite, the foreign
// programs that it starts: what is asked of them, what the reader sees, and what two at once do.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { repositoryRoot } from './run-command.ts'

const manifest = { workspaces: ['packages/*'], dependencies: { node: process.version.slice(1) } }

/**
 * Notes its arguments, waits as long as it is told to, fails as it is told to, or leaves a Node.
 * Two at once would show in the log as two beginnings without an end between them.
 */
const npmStandIn = `
const { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
appendFileSync('npm.log', 'begin ' + process.argv.slice(2).join(' ') + '\\n')
if (process.argv[2] === 'ci') rmSync('node_modules', { recursive: true })
setTimeout(() => {
  const failure = process.env.STAND_IN_FAILURE
  if (failure) {
    console.error('npm http fetch GET 200 x.tgz 3ms\\nnpm warn EBADENGINE old\\nnpm error ' + failure)
    process.exit(1)
  }
  mkdirSync('node_modules/node/bin', { recursive: true })
  if (!existsSync('node_modules/node/bin/node')) {
    symlinkSync(process.execPath, 'node_modules/node/bin/node')
  }
  cpSync('vite', 'node_modules/vite', { recursive: true })
  writeFileSync('node_modules/.package-lock.json', '{}')
  appendFileSync('npm.log', 'end\\n')
}, Number(process.env.STAND_IN_MS ?? 0))
`

/** Builds one page out of one source, in two steps, or fails as it is told to. */
const viteStandIn = `
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const [command, option, outDir] = process.argv.slice(2)
appendFileSync('../../vite.log', command + ' ' + option + '\\n')
mkdirSync(outDir + '/assets', { recursive: true })
writeFileSync(outDir + '/assets/main.js', readFileSync('src/main.ts'))
setTimeout(() => {
  if (process.env.VITE_FAILURE) {
    console.error('\\x1b[31merror during build:\\x1b[39m\\n' + process.env.VITE_FAILURE)
    process.exit(1)
  }
  writeFileSync(outDir + '/index.html', readFileSync('index.html'))
}, 50)
`

class Checkout implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'pileus-setup-'))

  constructor() {
    for (const folder of ['tools', 'packages/a', 'vite']) {
      mkdirSync(join(this.folder, folder), { recursive: true })
    }
    for (const part of ['tools/setup.mjs', 'tools/setup']) {
      cpSync(join(repositoryRoot, part), join(this.folder, part), { recursive: true })
    }
    this.write('npm-cli.cjs', npmStandIn)
    this.write('vite/package.json', '{ "bin": { "vite": "vite.cjs" } }')
    this.write('vite/vite.cjs', viteStandIn)
    this.write('package.json', JSON.stringify(manifest))
    this.declare({})
  }

  /** Gives the one workspace these dependencies, in its package.json and in the lock file. */
  declare(dependencies: Readonly<Record<string, string>>): void {
    this.write('packages/a/package.json', JSON.stringify({ dependencies }))
    const packages = { '': manifest, 'packages/a': { dependencies }, 'packages/console': {} }
    this.write('package-lock.json', JSON.stringify({ packages }))
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  /** Sources of a console: a page and a script that says this. */
  writeConsole(said: string): void {
    mkdirSync(join(this.folder, 'packages/console/src'), { recursive: true })
    this.write('packages/console/package.json', '{}')
    this.write('packages/console/index.html', 'page')
    this.write('packages/console/src/main.ts', said)
  }

  /** What the built console says, or undefined if there is none. */
  site(): string | undefined {
    const script = 'packages/console/dist/site/assets/main.js'
    return this.has(script) && this.has('packages/console/dist/site/index.html')
      ? readFileSync(join(this.folder, script), 'utf8')
      : undefined
  }

  builds(): number {
    if (!this.has('vite.log')) return 0
    return readFileSync(join(this.folder, 'vite.log'), 'utf8').trim().split('\n').length
  }

  has(file: string): boolean {
    return existsSync(join(this.folder, file))
  }

  /** What npm was asked since the beginning, without the options that are always the same. */
  npmLog(): readonly string[] {
    if (!this.has('npm.log')) return []
    const lines = readFileSync(join(this.folder, 'npm.log'), 'utf8').trim().split('\n')
    return lines.map((line) => line.replace(/ --no-audit .*/, ''))
  }

  setUp(
    level: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ code: number | null; said: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['tools/setup.mjs', level], {
        cwd: this.folder,
        env: { ...process.env, npm_execpath: join(this.folder, 'npm-cli.cjs'), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString()
        })
      }
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, said }))
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

const installStart = `begin ci --omit=dev ${['server', 'console', 'cli', 'device-sdk']
  .map((name) => `--workspace=@pileus/${name}`)
  .join(' ')} --include-workspace-root`

test('installs what the platform needs, once', async () => {
  using checkout = new Checkout()
  const first = await checkout.setUp('start')
  assert.equal(first.code, 0, first.said)
  assert.match(first.said, /^Setting up: .*\nSet up in \d+ s\.\n$/)
  assert.deepEqual(await checkout.setUp('start'), { code: 0, said: '' })
  assert.deepEqual(checkout.npmLog(), [installStart, 'end'])
})

test('adds the rest for the tests, and start does not take it away again', async () => {
  using checkout = new Checkout()
  await checkout.setUp('start')
  await checkout.setUp('all')
  await checkout.setUp('start')
  checkout.declare({ x: '1.0.0' })
  await checkout.setUp('start')
  assert.deepEqual(checkout.npmLog(), [
    installStart,
    'end',
    'begin install --no-save --include=dev',
    'end',
    'begin install --no-save --include=dev',
    'end',
  ])
})

test('takes the packages of an installation by hand into account', async () => {
  using checkout = new Checkout()
  await checkout.setUp('start')
  rmSync(join(checkout.folder, 'node_modules/.pileus-setup'))
  mkdirSync(join(checkout.folder, 'node_modules/typescript'))
  await checkout.setUp('start')
  assert.deepEqual(checkout.npmLog().slice(2), ['begin install --no-save --include=dev', 'end'])
})

test('two at once: the second waits and then has nothing to do', async () => {
  using checkout = new Checkout()
  const env = { STAND_IN_MS: '400' }
  const both = await Promise.all([checkout.setUp('start', env), checkout.setUp('start', env)])
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
  )
  assert.deepEqual(checkout.npmLog(), [installStart, 'end'])
})

test('five at once of different kinds: one npm after the other', async () => {
  using checkout = new Checkout()
  const env = { STAND_IN_MS: '50' }
  const kinds = ['start', 'all', 'start', 'all', 'start']
  const results = await Promise.all(kinds.map((kind) => checkout.setUp(kind, env)))
  assert.deepEqual(
    results.map(({ code }) => code),
    [0, 0, 0, 0, 0],
  )
  const words = checkout.npmLog().map((line) => line.split(' ')[0])
  assert.deepEqual(
    words,
    words.map((_, index) => (index % 2 === 0 ? 'begin' : 'end')),
  )
  assert.ok(words.length <= 4, 'no kind is installed twice')
})

test('starts from nothing after a set-up that was cut short', async () => {
  using checkout = new Checkout()
  await checkout.setUp('start', { STAND_IN_FAILURE: 'code ENOSPC' })
  await checkout.setUp('start')
  await checkout.setUp('all', { STAND_IN_FAILURE: 'code ENOSPC' })
  await checkout.setUp('all')
  const commands = checkout.npmLog().filter((line) => line.startsWith('begin'))
  assert.deepEqual(
    commands.map((line) => line.split(' ')[1]),
    ['ci', 'ci', 'install', 'ci'],
  )
})

test('a lock whose holder is gone is no obstacle', async () => {
  using checkout = new Checkout()
  mkdirSync(join(checkout.folder, '.pileus'))
  const gone = spawn(process.execPath, ['--eval', ''])
  await new Promise((resolve) => gone.on('close', resolve))
  checkout.write('.pileus/setup.lock', `${gone.pid}`)
  const { code, said } = await checkout.setUp('start')
  assert.equal(code, 0, said)
  assert.match(said, new RegExp(`waiting for the set-up that process ${gone.pid} runs`))
})

const failures = [
  { npm: 'code EAI_AGAIN', advice: /could not reach its registry/ },
  { npm: 'code ENOSPC', advice: /disk is full/ },
  { npm: 'code EINTEGRITY', advice: /is not the one that package-lock.json names/ },
  { npm: 'something else', advice: /remove node_modules/ },
]

for (const { npm, advice } of failures) {
  test(`says what to do when npm says "${npm}"`, async () => {
    using checkout = new Checkout()
    const { code, said } = await checkout.setUp('start', { STAND_IN_FAILURE: npm })
    assert.equal(code, 1)
    assert.match(said, new RegExp(`The last that npm said:\\n\\n    npm error ${npm}\\n`))
    assert.match(said, advice)
    assert.doesNotMatch(said, /http fetch|EBADENGINE|at .*setup\.mjs/)
    assert.equal(checkout.has('.pileus/setup.lock'), false)
  })
}

test('a package.json that the lock file does not know stops before npm', async () => {
  using checkout = new Checkout()
  checkout.write('packages/a/package.json', '{ "dependencies": { "x": "1.0.0" } }')
  const { code, said } = await checkout.setUp('all')
  assert.equal(code, 1)
  assert.match(said, /packages\/a\/package\.json and package-lock\.json do not agree/)
  assert.deepEqual(checkout.npmLog(), [])
})

test('says so when the pinned Node was not installed', async () => {
  using checkout = new Checkout()
  checkout.write('npm-cli.cjs', '')
  const { code, said } = await checkout.setUp('start')
  assert.equal(code, 1)
  assert.match(said, /npm rebuild node/)
})

describe('the console', () => {
  test('is built from its sources, and again when one of them says something else', async () => {
    using checkout = new Checkout()
    checkout.writeConsole('one')
    const first = await checkout.setUp('start')
    assert.equal(first.code, 0, first.said)
    assert.match(first.said, /^Setting up: installing .*\nSetting up: building the console \(/)
    assert.equal(checkout.site(), 'one')
    checkout.writeConsole('one')
    checkout.write('packages/console/src/main.test.ts', 'what only a test reads')
    assert.deepEqual(await checkout.setUp('start'), { code: 0, said: '' })
    checkout.writeConsole('two')
    const second = await checkout.setUp('start')
    assert.match(second.said, /^Setting up: building the console \(0 s\)\nSet up in \d+ s\.\n$/)
    assert.deepEqual([checkout.site(), checkout.builds()], ['two', 2])
    mkdirSync(join(checkout.folder, 'packages/smartrest/src'), { recursive: true })
    checkout.write('packages/smartrest/src/static-templates.ts', 'what the console shows')
    await checkout.setUp('start')
    assert.equal(checkout.builds(), 3)
    assert.deepEqual(checkout.npmLog(), [installStart, 'end'])
  })

  test('is built for the tests too, and once for two at once', async () => {
    using checkout = new Checkout()
    checkout.writeConsole('one')
    await Promise.all([checkout.setUp('all'), checkout.setUp('start'), checkout.setUp('all')])
    assert.deepEqual([checkout.site(), checkout.builds()], ['one', 1])
  })

  test('that does not build stops with the words of Vite and leaves the one that is there', async () => {
    using checkout = new Checkout()
    checkout.writeConsole('one')
    await checkout.setUp('start')
    checkout.writeConsole('two')
    const { code, said } = await checkout.setUp('start', { VITE_FAILURE: 'main.ts:1: two what?' })
    assert.equal(code, 1)
    assert.match(
      said,
      /could not be built\. The last that Vite said:\n\n {4}error during build:\n {4}main\.ts:1: two what\?\n$/,
    )
    assert.equal(checkout.has('.pileus/setup.lock'), false)
    assert.equal(checkout.site(), 'one')
    await checkout.setUp('start')
    assert.equal(checkout.site(), 'two')
    assert.deepEqual(readdirSync(join(checkout.folder, 'packages/console/dist')).sort(), [
      'site',
      'site.json',
    ])
  })

  test('that somebody took away is built again', async () => {
    using checkout = new Checkout()
    checkout.writeConsole('one')
    await checkout.setUp('start')
    rmSync(join(checkout.folder, 'packages/console/dist/site'), { recursive: true })
    await checkout.setUp('start')
    assert.equal(checkout.site(), 'one')
  })
})
