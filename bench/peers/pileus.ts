import { countItems, openRestClient } from '../platform-access.ts'
import { PreparedPlatform } from '../prepared-platform.ts'
import type { ProgressLine } from '../progress.ts'
import type { Peer, RunningPeer } from './peer.ts'

/** The platform with a registered fleet, as the other servers are seen: from outside. */
export interface PileusPeer extends Peer, Disposable {}

export async function preparePileus(devices: number, progress: ProgressLine): Promise<PileusPeer> {
  const prepared = await PreparedPlatform.prepare(devices, progress)
  return {
    name: 'pileus',
    description: 'Pileus (a password each, every row decoded, stored with fsync, queryable)',
    start: (core) => startPileus(prepared, core),
    [Symbol.dispose]: () => prepared[Symbol.dispose](),
  }
}

async function startPileus(
  prepared: PreparedPlatform,
  core: number | undefined,
): Promise<RunningPeer> {
  const platform = await prepared.start(core)
  const admin = openRestClient(platform.access, platform.access.admin)
  const { pid, host, port } = platform
  return {
    pid,
    host,
    port,
    logins: (count) => prepared.logins.slice(0, count),
    collectGarbage: () => platform.collectGarbage(),
    countRows: () => countItems(admin, '/measurement/measurements'),
    async [Symbol.asyncDispose]() {
      admin[Symbol.dispose]()
      await platform[Symbol.asyncDispose]()
    },
  }
}
