import { setTimeout as delay } from 'node:timers/promises'
import { LoadGenerator } from './load-generator/load-generator.ts'
import { type Cores, coreOf } from './machine.ts'
import type { Peer } from './peers/peer.ts'
import { readResidentBytes } from './process-usage.ts'
import type { ProgressLine } from './progress.ts'

/** Part of the connections that are open before the first look, so that code and heap are warm. */
const warmUpShare = 0.2

/** Sockets are quiet by then, and a heap that was collected has given its pages back. */
const settleMs = 1500

/**
 * Resident memory of a server for one more authenticated and subscribed connection that says
 * nothing, in bytes: what it holds, without the garbage that was made on the way. Measured on a
 * fresh server over `count` connections.
 */
export async function measureIdleMemory(
  peer: Peer,
  count: number,
  cores: Cores,
  progress: ProgressLine,
): Promise<number> {
  await using server = await peer.start(coreOf(cores, 'server'))
  await using load = await LoadGenerator.start(coreOf(cores, 'load'), progress.update)
  const logins = server.logins(count)
  const warmUpCount = Math.ceil(count * warmUpShare)
  const { host, port } = server

  async function residentBytesAfter(from: number, to: number): Promise<number> {
    await load.connectAll({ host, port, logins: logins.slice(from, to), filter: 's/ds' })
    progress.update('waiting for the memory to settle')
    await delay(settleMs)
    await server.collectGarbage?.()
    await delay(settleMs)
    return readResidentBytes(server.pid)
  }

  const before = await residentBytesAfter(0, warmUpCount)
  const after = await residentBytesAfter(warmUpCount, count)
  return (after - before) / (count - warmUpCount)
}
