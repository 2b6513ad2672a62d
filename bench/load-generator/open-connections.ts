import { inParallel } from '../in-parallel.ts'
import { summarizeLatencies } from '../statistics.ts'
import { DeviceConnection, RefusedError } from './device-connection.ts'
import type { ConnectReport, Requests } from './requests.ts'

type Parameters = Requests['connect']['parameters']

/** Opens a connection for each login, `parallel` at a time, and adds those that succeed. */
export async function openConnections(
  { host, port, logins, parallel, filter }: Parameters,
  connections: DeviceConnection[],
  progress: (words: string) => void,
): Promise<ConnectReport> {
  const timesMs: number[] = []
  const refused: Record<string, number> = {}
  const startedAt = performance.now()
  await inParallel(parallel, logins, async (login) => {
    const openedAt = performance.now()
    try {
      const connection = await DeviceConnection.open({ host, port }, login)
      if (filter !== undefined) await connection.subscribe(filter)
      timesMs.push(performance.now() - openedAt)
      connections.push(connection)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      refused[error.code] = (refused[error.code] ?? 0) + 1
    }
    progress(`${connections.length} connected`)
  })
  return {
    accepted: timesMs.length,
    refused,
    durationMs: performance.now() - startedAt,
    latencies: summarizeLatencies(timesMs),
  }
}
