import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { root } from './repository.mjs'

/** Outside node_modules, since `npm ci` empties that folder, its own lock included. */
const lockFile = join(root, '.pileus', 'setup.lock')
const lockPollMs = 200

/**
 * Runs `work` while no other set-up of this checkout runs; `onWait` is told who is waited for.
 * `work` gets a function that names a process to which the lock belongs as well.
 */
export async function withLock({ onWait }, work) {
  mkdirSync(dirname(lockFile), { recursive: true })
  let seen
  let sameFor = 0
  while (!tryLock()) {
    const holder = readLock()
    if (holder === undefined) continue
    onWait(holder.pids[0])
    sameFor = holder.heartbeat === seen ? sameFor + 1 : 0
    seen = holder.heartbeat
    if (isGone(holder, sameFor)) breakLock(holder)
    await pause(lockPollMs)
  }
  const heartbeat = setInterval(() => {
    if (existsSync(lockFile)) utimesSync(lockFile, new Date(), new Date())
  }, 1000)
  try {
    await work((pid) => writeFileSync(lockFile, `${process.pid} ${pid ?? ''}`))
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
