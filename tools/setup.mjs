// Brings node_modules to what a command needs: `node tools/setup.mjs start|all`.
//
// This is the first file of ours that runs on a fresh clone, on whatever Node the machine has
// (20 or newer), so it is plain JavaScript without a dependency. Why there is such a script at
// all: docs/decisions/0002-pinned-node.md.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dependencyHash, requireLockInSync } from './setup/dependencies.mjs'
import { withLock } from './setup/lock.mjs'
import { runNpm } from './setup/npm.mjs'
import { startProgress } from './setup/progress.mjs'
import { nodeModules, pinnedNode, readJson, root, SetupError } from './setup/repository.mjs'

/** What may be installed, smallest first: each one contains those before it. */
const levels = {
  start: {
    words: 'what the server needs',
    npm: ['--omit=dev', '--workspace=@pileus/server', '--include-workspace-root'],
  },
  all: { words: 'what the server and its tests need', npm: ['--include=dev'] },
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
  const wanted = dependencyHash()
  if (isSetUp(level, wanted)) return
  requireLockInSync()
  const progress = startProgress()
  try {
    const onWait = (pid) => progress.begin(`waiting for the set-up that process ${pid} runs`)
    await withLock({ onWait }, async (shareLock) => {
      // Whoever held the lock before may have done our work.
      if (isSetUp(level, wanted)) return
      progress.begin(`installing ${levels[levelToInstall(level)].words}`)
      await install(levelToInstall(level), wanted, {
        onStart: shareLock,
        onLine: progress.onNpmLine,
      })
      progress.succeed()
    })
  } finally {
    progress.end()
  }
}

function isSetUp(level, wanted) {
  const stamp = readStamp()
  return stamp?.hash === wanted && contains(stamp.level, level) && existsSync(pinnedNode)
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
  warmCompileCache()
  writeFileSync(stampFile, JSON.stringify({ hash, level }))
}

/**
 * Loads the server's sources once, so that even the first start finds them compiled: removing
 * their types takes longer than all else that a start does. Only speed depends on it, so whatever
 * goes wrong here the start itself will tell.
 */
function warmCompileCache() {
  const load = "await import('./packages/server/src/build-server.ts')"
  spawnSync(pinnedNode, ['--conditions=@pileus/source', '--input-type=module', '--eval', load], {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: 'ignore',
  })
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
