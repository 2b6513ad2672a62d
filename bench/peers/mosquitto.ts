import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { RunningProgram } from '../running-program.ts'
import { openTemporaryFolder } from '../temporary-folder.ts'
import { anonymousLogins, type Peer, PeerMissingError, type RunningPeer } from './peer.ts'

const host = '127.0.0.1'
const connectPollMs = 20

/** The usual packages put it where only an administrator's PATH looks. */
const programs = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto']

/** Mosquitto as it comes, without persistence: it acknowledges and stores nothing. */
export function findMosquitto(): Peer {
  for (const program of programs) {
    const { stdout, error } = spawnSync(program, ['-h'], { encoding: 'utf8' })
    if (error !== undefined) continue
    const version = /^mosquitto version (\S+)/m.exec(stdout)?.[1] ?? 'of unknown version'
    return {
      name: 'mosquitto',
      description: `Mosquitto ${version} (no passwords, stores nothing)`,
      start: (core) => startMosquitto(program, core),
    }
  }
  throw new PeerMissingError('mosquitto is not installed (package mosquitto)')
}

async function startMosquitto(program: string, core: number | undefined): Promise<RunningPeer> {
  const port = await freePort()
  const folder = openTemporaryFolder()
  const configuration = join(folder.path, 'mosquitto.conf')
  const lines = [`listener ${port} ${host}`, 'allow_anonymous true', 'log_type error']
  writeFileSync(configuration, `${lines.join('\n')}\n`)
  const running = await RunningProgram.start({ program, args: ['-c', configuration], core })
  await running.unlessItEnds(untilListening(port))
  return {
    pid: running.pid,
    host,
    port,
    logins: anonymousLogins,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** It says nothing when it is ready, so this asks until it answers. */
async function untilListening(port: number): Promise<void> {
  while (!(await isListening(port))) await delay(connectPollMs)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
