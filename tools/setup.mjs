// Brings node_modules to what a command needs: `node tools/setup.mjs start|all`.
//
// This is the first file of ours that runs on a fresh clone, on whatever Node the machine has
// (20 or newer), so it is plain JavaScript without a dependency. Why there is such a script at
// all: docs/decisions/0002-pinned-node.md.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** What may be installed, smallest first: each one contains those before it. */
const levels = {
  start: {
    words: 'what the server needs',
    npm: ['--omit=dev', '--workspace=@pileus/server', '--include-workspace-root'],
  },
  all: { words: 'what the server and its tests need', npm: ['--include=dev'] },
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodeModules = join(root, 'node_modules')
const pinnedNode = join(
  nodeModules,
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)
const stampFile = join(nodeModules, '.pileus-setup')
/** Outside node_modules, since `npm ci` empties that folder, its own lock included. */
const lockFile = join(root, '.pileus', 'setup.lock')
const lockPollMs = 200

/** What the reader can do about a failure of npm, told by a sign in its output. */
const advice = [
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|SOCKET_TIMEOUT/,
    words:
      'npm could not reach its registry. Check the network, and `npm config get registry` and\n' +
      '`npm config get proxy` if you are behind a proxy; then run the same command again.',
  },
  {
    sign: /ENOSPC/,
    words:
      'The disk is full. The installation needs about 500 MB; then run the same command again.',
  },
  {
    sign: /EACCES|EPERM|EROFS/,
    words:
      'npm may not write here. The folder of the repository and the npm cache\n' +
      '(`npm config get cache`) must belong to you; then run the same command again.',
  },
  {
    sign: /EINTEGRITY/,
    words:
      'A downloaded package is not the one that package-lock.json names. Run\n' +
      '`npm cache clean --force`, then the same command again. If it stays, do not go on:\n' +
      'the registry serves something else than what was tested.',
  },
]

/** What stops a set-up and is the reader's to mend: printed as it is, without a stack. */
class SetupError extends Error {}

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
    await withLock(progress, async (lock) => {
      // Whoever held the lock before may have done our work.
      if (isSetUp(level, wanted)) return
      await install(levelToInstall(level), wanted, lock, progress)
    })
  } finally {
    progress.end()
  }
}

/** One text that changes whenever another installation would be needed. */
function dependencyHash() {
  const hash = createHash('sha256')
  hash.update(`${process.platform} ${process.arch}\n`)
  hash.update(readFileSync(join(root, 'package-lock.json')))
  for (const { folder, dependencies } of workspaces()) {
    hash.update(JSON.stringify([folder, dependencies]))
  }
  return hash.digest('hex')
}

/** The root package and all workspaces, with the dependencies that their package.json declares. */
function workspaces() {
  const patterns = readJson(join(root, 'package.json')).workspaces
  const folders = patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const parent = pattern.slice(0, -2)
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
  })
  return ['', ...folders.sort()]
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder,
      dependencies: declaredDependencies(readJson(join(root, folder, 'package.json'))),
    }))
}

function declaredDependencies(manifest) {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      .map(([name, range]) => `${kind} ${name} ${range}`)
      .sort(),
  )
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
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

function requireLockInSync() {
  const locked = readJson(join(root, 'package-lock.json')).packages
  for (const { folder, dependencies } of workspaces()) {
    const recorded = declaredDependencies(locked[folder] ?? {})
    if (locked[folder] !== undefined && recorded.join() === dependencies.join()) continue
    const name = folder === '' ? 'package.json' : `${folder}/package.json`
    throw new SetupError(
      `${name} and package-lock.json do not agree about the dependencies.\n` +
        'Run `npm install` and commit package-lock.json with the change.',
    )
  }
}

async function install(level, hash, lock, progress) {
  progress.begin(`installing ${levels[level].words}`)
  // Half an installation may look like a whole one to npm, so it starts again from nothing.
  // A complete one is only added to: another process may be running from it.
  const isWhole = existsSync(nodeModules) && readStamp()?.unfinished !== true
  mkdirSync(nodeModules, { recursive: true })
  writeFileSync(stampFile, JSON.stringify({ unfinished: true, level }))
  const command = isWhole ? ['install', '--no-save'] : ['ci']
  await runNpm([...command, ...levels[level].npm], lock, progress)
  requirePinnedNode()
  writeFileSync(stampFile, JSON.stringify({ hash, level }))
  progress.succeed()
}

async function runNpm(args, lock, progress) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=http']
  // The first retry after 10 s and the second after 60 s, as npm has it, look like a hang.
  const impatient = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=8000']
  const [program, ...before] = npmCommand()
  const npm = spawn(program, [...before, ...args, ...quiet, ...impatient], {
    cwd: root,
    env: environmentForNpm(),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: program === 'npm' && process.platform === 'win32',
  })
  lock.nameHelper(npm.pid)
  const passOn = (signal) => npm.kill(signal)
  process.on('SIGINT', passOn).on('SIGTERM', passOn)
  const lines = []
  for (const stream of [npm.stdout, npm.stderr]) {
    onLines(stream, (line) => {
      lines.push(line)
      progress.onNpmLine(line)
    })
  }
  const outcome = await new Promise((resolve) => {
    npm.on('error', (error) => resolve({ error }))
    npm.on('close', (code, signal) => resolve({ code, signal }))
  })
  process.off('SIGINT', passOn).off('SIGTERM', passOn)
  if (outcome.code !== 0) throw new SetupError(explainFailure(outcome, lines))
}

/** npm's own script if npm runs us, else whatever `npm` the shell would find. */
function npmCommand() {
  const script = process.env.npm_execpath
  return script && basename(script).startsWith('npm') ? [process.execPath, script] : ['npm']
}

/** Without what would change how much is installed; the reader's registry and proxy stay. */
function environmentForNpm() {
  const decided = /^(NODE_ENV|npm_config_(omit|include|only|production|workspaces?|dry_run))$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !decided.test(name)))
}

function onLines(stream, onLine) {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    lines.forEach(onLine)
  })
  stream.on('end', () => rest !== '' && onLine(rest))
}

function explainFailure({ error, code, signal }, lines) {
  if (error) return `npm could not be started (${error.message}). It comes with Node.js.`
  if (signal || code === 130 || code === 143) {
    return 'The set-up was interrupted. Run the same command again to finish it.'
  }
  const isNoise = (line) => /^npm (http|warn|verbose)|^(npm error)?\s*(at .*|[{}]*)$/.test(line)
  const said = lines.filter((line) => !isNoise(line))
  const words =
    advice.find(({ sign }) => said.some((line) => sign.test(line)))?.words ??
    'If the lines above do not help, remove node_modules and run the same command again.'
  return `The set-up failed. The last that npm said:\n\n${said
    .slice(-12)
    .map((line) => `    ${line}`)
    .join('\n')}\n\n${words}`
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

/** Runs `work` while no other set-up of this checkout runs. */
async function withLock(progress, work) {
  mkdirSync(dirname(lockFile), { recursive: true })
  let seen
  let sameFor = 0
  while (!tryLock()) {
    const holder = readLock()
    if (holder === undefined) continue
    progress.begin(`waiting for the set-up that process ${holder.pids[0]} runs`)
    sameFor = holder.heartbeat === seen ? sameFor + 1 : 0
    seen = holder.heartbeat
    if (isGone(holder, sameFor)) breakLock(holder)
    await pause(lockPollMs)
  }
  const heartbeat = setInterval(() => {
    if (existsSync(lockFile)) utimesSync(lockFile, new Date(), new Date())
  }, 1000)
  try {
    await work({ nameHelper: (pid) => writeFileSync(lockFile, `${process.pid} ${pid ?? ''}`) })
  } finally {
    clearInterval(heartbeat)
    rmSync(lockFile, { force: true })
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, `${process.pid}`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Who holds the lock, or undefined if it has just been given back. */
function readLock() {
  try {
    const pids = readFileSync(lockFile, 'utf8').trim().split(' ').map(Number)
    return { pids, heartbeat: statSync(lockFile).mtimeMs }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * A holder that lives touches the lock every second. Its id alone proves nothing, since ids are
 * used again and differ between containers; and npm goes on for a while after whoever started it
 * was killed. Counted in looks and not in seconds, so that a computer may sleep in between.
 */
function isGone({ pids }, sameFor) {
  if (sameFor * lockPollMs > 60_000) return true
  return sameFor * lockPollMs > 2000 && !pids.some(isAlive)
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * Removes the lock of a process that is gone. Two may want to at once, and the slower one must not
 * remove the lock that the faster one has taken since: so they look again, one at a time.
 */
function breakLock(gone) {
  const turn = `${lockFile}.break`
  try {
    mkdirSync(turn)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return
  }
  if (readLock()?.heartbeat === gone.heartbeat) rmSync(lockFile)
  rmdirSync(turn)
}

/**
 * What the reader sees, on standard error: one line that changes on a terminal, else a line at the
 * beginning, at the end, and one every 15 s so that a log does not look dead.
 */
function startProgress() {
  const isTerminal = process.stderr.isTTY === true
  const startedAt = Date.now()
  let words = ''
  let packages = 0
  let lastPackageAt = 0
  let lastShownAt = 0
  const seconds = () => Math.round((Date.now() - startedAt) / 1000)
  const detail = () => {
    if (packages === 0) return ''
    // The one long download is that of Node, which its own install script makes.
    const isQuiet = Date.now() - lastPackageAt > 1000
    return isQuiet && !existsSync(pinnedNode) ? ', fetching Node.js' : `, ${packages} packages`
  }
  const text = () => `Setting up: ${words}${detail()} (${seconds()} s)`
  const show = () => {
    if (words === '') return
    if (isTerminal) {
      process.stderr.write(`\r\x1b[2K${text().slice(0, (process.stderr.columns ?? 80) - 1)}`)
    } else if (Date.now() - lastShownAt >= 15_000) {
      process.stderr.write(`${text()}\n`)
      lastShownAt = Date.now()
    }
  }
  const timer = setInterval(show, isTerminal ? 200 : 1000)
  return {
    begin(next) {
      if (words === next) return
      words = next
      lastShownAt = 0
      show()
    },
    onNpmLine(line) {
      if (!/^npm http fetch GET 200 \S+\.tgz /.test(line)) return
      packages += 1
      lastPackageAt = Date.now()
    },
    succeed() {
      words = ''
      process.stderr.write(`${isTerminal ? '\r\x1b[2K' : ''}Set up in ${seconds()} s.\n`)
    },
    end() {
      clearInterval(timer)
      if (isTerminal && words !== '') process.stderr.write('\r\x1b[2K')
    },
  }
}
