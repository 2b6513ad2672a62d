import { summarizeLatencies } from '../statistics.ts'
import { workloads } from '../workloads.ts'
import type { DeviceConnection } from './device-connection.ts'
import { MessageRing } from './message-ring.ts'
import type { PaceReport, Requests } from './requests.ts'
import { atSteadyPace } from './steady-pace.ts'

type Parameters = Requests['pace']['parameters']

/** Publishes with one connection after the other and times each acknowledgement. */
export async function publishPaced(
  { workload, perSecond, warmUpMs, measureMs }: Parameters,
  connections: readonly DeviceConnection[],
): Promise<PaceReport> {
  const ring = new MessageRing(workloads[workload])
  const skipped = Math.round((warmUpMs / 1000) * perSecond)
  const count = skipped + Math.round((measureMs / 1000) * perSecond)
  const timesMs = new Float64Array(count)
  const allAnswered = Promise.withResolvers<void>()
  let acknowledged = 0

  const turns = connections.map((connection) => {
    // Numbers of the messages under way; they are acknowledged in their order.
    const underWay: { readonly index: number; readonly dueAt: number }[] = []
    connection.onAcknowledged = (answered) => {
      const now = performance.now()
      for (const { index, dueAt } of underWay.splice(0, answered)) timesMs[index] = now - dueAt
      acknowledged += answered
      if (acknowledged === count) allAnswered.resolve()
    }
    return (index: number, dueAt: number): void => {
      underWay.push({ index, dueAt })
      connection.send(ring, 1)
    }
  })

  const startedAt = performance.now()
  await atSteadyPace({ perSecond, count }, (index, dueAt) =>
    turns[index % turns.length]?.(index, dueAt),
  )
  await allAnswered.promise
  return {
    acknowledged,
    latencies: summarizeLatencies(timesMs.subarray(skipped)),
    perSecond: count / ((performance.now() - startedAt) / 1000),
  }
}
