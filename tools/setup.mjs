// Brings node_modules and the console to what a command needs: `node tools/setup.mjs start|all`.
//
// This is the first file of ours that runs on a fresh clone, on whatever Node the machine has
// (20 or newer), so it is plain JavaScript without a dependency. Why there is such a script at
// all: docs/decisions/0002-pinned-node.md.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildConsole, consoleHash, isConsoleBuilt } from './setup/console.mjs'
import { dependencyHash, requireLockInSync } from './setup/dependencies.mjs'
import { withLock } from './setup/lock.mjs'
import { runNpm } from './setup/npm.mjs'
import { startProgress } from './setup/progress.mjs'
import { nodeModules, pinnedNode, readJson, root, SetupError } from './setup/repository.mjs'

/** What may be installed, smallest first: each one contains those before it. */
const levels = {
  start: {
    words: 'what the platform needs',
    npm: ['--omit=dev', ...workspaceOptions(), '--include-workspace-root'],
  },
  all: { words: 'what the platform and its tests need', npm: ['--include=dev'] },
}

const stampFile = join(nodeModules, '.pileus-setup')

/** Where Node keeps what it compiled; the script `start` of package.json names it too. */
const compileCache = join(nodeModules, '.cache', 'node')

try {
  await setUp(process.argv[2])
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`\n${error.message}\n`)
  process.exitCode = 1
}

async function setUp(level) {
  if (!Object.hasOwn(levels, level ?? '')) {
    throw new SetupError(`Usage: node tools/setup.mjs ${Object.keys(levels).join('|')}`)
  }
  const wanted = { level, dependencies: dependencyHash(), console: consoleHash() }
  if (isInstalled(wanted) && isConsoleBuilt(wanted.console)) return
  const progress = startProgress()
  try {
    const onWait = (pid) => progress.begin(`waiting for the set-up that process ${pid} runs`)
    await withLock({ onWait }, (shareLock) => bring(wanted, progress, shareLock))
  } finally {
    progress.end()
  }
}

/** Whoever held the lock before may have done our work. */
async function bring(wanted, progress, shareLock) {
  const todo = { install: !isInstalled(wanted), build: !isConsoleBuilt(wanted.console) }
  if (todo.install) {
    requireLockInSync()
    const level = levelToInstall(wanted.level)
    progress.begin(`installing ${levels[level].words}`)
    const events = { onStart: shareLock, onLine: progress.onNpmLine }
    await install(level, wanted.dependencies, events)
  }
  const warmed = todo.install ? warmCompileCache() : undefined
  if (todo.build) {
    progress.begin('building the console')
    await buildConsole(wanted.console, { onStart: shareLock })
  }
  await warmed
  if (todo.install || todo.build) progress.succeed()
}

/** The parts that `npm start` runs, builds, or puts at hand as the command `pileus`. */
function workspaceOptions() {
  const names = ['server', 'console', 'cli', 'device-sdk']
  return names.map((name) => `--workspace=@pileus/${name}`)
}

function isInstalled({ level, dependencies }) {
  const stamp = readStamp()
  return stamp?.hash === dependencies && contains(stamp.level, level) && existsSync(pinnedNode)
}

/** What the last complete set-up left, or undefined; `{ unfinished: true }` if one was cut short. */
function readStamp() {
  try {
    return readJson(stampFile)
  } catch {
    return undefined
  }
}

function contains(installed, level) {
  const order = Object.keys(levels)
  return order.indexOf(installed) >= order.indexOf(level)
}

/** Never less than what is there: `npm start` must not take the tests' packages away. */
function levelToInstall(level) {
  const stamp = readStamp()
  if (stamp?.level !== undefined && contains(stamp.level, level)) return stamp.level
  // Somebody ran npm by hand: a development tool in the tree tells how much.
  return existsSync(join(nodeModules, 'typescript')) ? 'all' : level
}

async function install(level, hash, npmEvents) {
  // A complete installation is only added to: another process may be running from it.
  const command = isComplete() ? ['install', '--no-save'] : ['ci']
  mkdirSync(nodeModules, { recursive: true })
  writeFileSync(stampFile, JSON.stringify({ unfinished: true }))
  await runNpm([...command, ...levels[level].npm], npmEvents)
  requirePinnedNode()
  writeFileSync(stampFile, JSON.stringify({ hash, level }))
}

/**
 * Loads the sources of server and command line once, so that even the first start finds them
 * compiled: removing their types takes longer than all else that a start does. Only speed depends
 * on it, so whatever goes wrong here the start itself will tell.
 */
async function warmCompileCache() {
  const load = `
    await import('./packages/server/src/build-server.ts')
    const { commands } = await import('./packages/cli/src/commands.ts')
    for (const { load } of commands) await load()`
  const args = ['--conditions=@pileus/source', '--input-type=module', '--eval', load]
  const child = spawn(pinnedNode, args, {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: 'ignore',
  })
  await once(child, 'close').catch(() => {})
}

/**
 * Half an installation may look like a whole one to npm. It writes its own list of what it has
 * installed as the last thing, and an installation by hand has no stamp of ours.
 */
function isComplete() {
  if (readStamp()?.unfinished) return false
  return existsSync(join(nodeModules, '.package-lock.json')) && existsSync(pinnedNode)
}

/** The package `node` downloads its program in an install script, which npm can be told to skip. */
function requirePinnedNode() {
  const wanted = readJson(join(root, 'package.json')).dependencies.node
  const found = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' })
  if (found.stdout?.trim() === `v${wanted}`) return
  if (!existsSync(pinnedNode)) {
    throw new SetupError(
      `Node.js ${wanted} was not installed: the install script of the npm package "node" did not\n` +
        'run or failed. If `npm config get ignore-scripts` says true, run this once:\n' +
        '    npm rebuild node --ignore-scripts=false',
    )
  }
  const said = found.error?.message ?? (found.stderr.trim().split('\n')[0] || found.stdout.trim())
  throw new SetupError(
    `Node.js ${wanted} was installed but does not run on this machine (${said}).\n` +
      'With a Node.js 24 or newer of your own the server starts so:\n' +
      '    node --conditions=@pileus/source packages/server/src/main.ts',
  )
}
