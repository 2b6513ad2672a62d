import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fleetIds, registerFleet } from '../device-fleet.ts'
import type { Login } from '../load-generator/requests.ts'
import { countMeasurements, startPlatform } from '../platform.ts'
import { openTemporaryFolder } from '../temporary-folder.ts'
import type { Peer, RunningPeer } from './peer.ts'

/** The platform with a fleet that is registered once; each start works on a copy of its folder. */
export interface PileusPeer extends Peer, Disposable {}

export async function preparePileus(
  devices: number,
  progress: (words: string) => void,
): Promise<PileusPeer> {
  const folder = openTemporaryFolder()
  const logins: Login[] = []
  {
    await using platform = await startPlatform({ dataDir: folder.path })
    await registerFleet(platform, fleetIds(devices), (login) => {
      logins.push(login)
      progress(`${logins.length} devices registered`)
    })
  }
  return {
    name: 'pileus',
    description: `Pileus ${commitName()} (device passwords, decoded, stored with fsync, queryable)`,
    start: (core) => startPileus(folder.path, logins, core),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

async function startPileus(
  preparedDir: string,
  logins: readonly Login[],
  core: number | undefined,
): Promise<RunningPeer> {
  const folder = openTemporaryFolder()
  const dataDir = join(folder.path, 'data')
  cpSync(preparedDir, dataDir, { recursive: true, preserveTimestamps: true })
  const platform = await startPlatform({ dataDir, core })
  return {
    pid: platform.pid,
    host: platform.host,
    port: platform.mqttPort,
    logins: (count) => logins.slice(0, count),
    countRows: () => countMeasurements(platform.admin),
    async [Symbol.asyncDispose]() {
      await platform[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Which state of the sources was measured. */
function commitName(): string {
  try {
    const name = execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return name.trim()
  } catch {
    return 'outside git'
  }
}
