import { setTimeout as delay } from 'node:timers/promises'
import { startMeter } from '../meter.ts'
import { workloads } from '../workloads.ts'
import type { DeviceConnection } from './device-connection.ts'
import { MessageRing } from './message-ring.ts'
import type { PublishReport, Requests } from './requests.ts'

type Parameters = Requests['publish']['parameters']

/**
 * Keeps `inFlight` messages of each connection under way: for each that is acknowledged, the
 * next one is sent.
 *
 * Everything that this does a hundred thousand times a second is a counter and one write of
 * bytes that exist already, so that the server is what gets measured.
 */
export async function publishFast(
  { workload, inFlight, warmUpMs, until, serverPid, cores }: Parameters,
  connections: readonly DeviceConnection[],
  progress: (words: string) => void,
): Promise<PublishReport> {
  const ring = new MessageRing(workloads[workload])
  const budget = 'messages' in until ? until.messages : Number.POSITIVE_INFINITY
  const spent = Promise.withResolvers<void>()
  const allAnswered = Promise.withResolvers<void>()
  let sent = 0
  let acknowledged = 0
  let isStopped = false

  function send(connection: DeviceConnection, count: number): void {
    if (isStopped) return
    const affordable = Math.min(count, budget - sent)
    if (affordable > 0) connection.send(ring, affordable)
    sent += affordable
    if (sent === budget) spent.resolve()
  }

  for (const connection of connections) {
    connection.onAcknowledged = (count) => {
      acknowledged += count
      send(connection, count)
      if (isStopped && acknowledged === sent) allAnswered.resolve()
    }
  }
  const reporting = setInterval(() => progress(`${acknowledged} acknowledged`), 500)
  try {
    for (const connection of connections) send(connection, inFlight)
    await delay(warmUpMs)
    const acknowledgedBefore = acknowledged
    const stopMeter = startMeter({ serverPid, generatorPid: process.pid, cores })
    if (sent === budget) throw new Error(`${budget} messages were sent before the warm-up ended`)
    await ('messages' in until ? spent.promise : delay(until.afterMs))
    const measured = { ...stopMeter(), acknowledged: acknowledged - acknowledgedBefore }
    isStopped = true
    if (acknowledged === sent) allAnswered.resolve()
    await allAnswered.promise
    return { acknowledged, measured }
  } finally {
    clearInterval(reporting)
  }
}
