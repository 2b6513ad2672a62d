import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { collectGarbage, inspectableArgs } from '../node-inspector.ts'
import { RunningProgram } from '../running-program.ts'
import { anonymousLogins, type Peer, type RunningPeer } from './peer.ts'

const brokerFile = fileURLToPath(new URL('./aedes-broker.ts', import.meta.url))

/** aedes with everything in memory, on the same Node: it acknowledges and stores nothing. */
export function findAedes(): Peer {
  const packageFile = new URL('./package.json', import.meta.resolve('aedes'))
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  return {
    name: 'aedes',
    description: `aedes ${version} (no passwords, stores nothing)`,
    start: startAedes,
  }
}

async function startAedes(core: number | undefined): Promise<RunningPeer> {
  const running = await RunningProgram.start({
    program: process.execPath,
    args: [...inspectableArgs, brokerFile],
    env: { NODE_ENV: 'production' },
    core,
  })
  const port = Number((await running.firstLine(/^listening on (\d+)$/))[1])
  return {
    pid: running.pid,
    host: '127.0.0.1',
    port,
    logins: anonymousLogins,
    collectGarbage: () => collectGarbage(running),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}
