import { inParallel } from '../in-parallel.ts'
import { openRestClient } from '../platform-access.ts'
import { memberOf, type RestClient } from '../rest-client.ts'
import { summarizeLatencies } from '../statistics.ts'
import type { DeviceConnection } from './device-connection.ts'
import type { OperateReport, Requests } from './requests.ts'
import { atSteadyPace } from './steady-pace.ts'

type Parameters = Requests['operate']['parameters']

const lookupsInParallel = 16

/** What became of one operation, in ms of the same clock. */
interface Operation {
  readonly dueAt: number
  answeredAt: number
  receivedAt: number
}

/**
 * Creates operations at a steady rate, one device after the other, and times their rows.
 *
 * The devices carry out what they are told, since an operation that stays PENDING is work that
 * a platform in use does not have: each row is answered with 501 and 503 in one message.
 */
export async function operate(
  { access, perSecond, warmUpMs, measureMs }: Parameters,
  connections: readonly DeviceConnection[],
  progress: (words: string) => void,
): Promise<OperateReport> {
  using operator = openRestClient(access, access.admin)
  progress('looking up the devices')
  const deviceIds = await findDeviceIds(operator, connections)
  const skipped = Math.round((warmUpMs / 1000) * perSecond)
  const count = skipped + Math.round((measureMs / 1000) * perSecond)
  const operations: Operation[] = []
  const allDone = Promise.withResolvers<void>()
  let unfinished = 2 * count

  function finishHalf(): void {
    unfinished--
    if (unfinished === 0) allDone.resolve()
  }

  const turns = connections.map((connection, index) => {
    // Operations of one device arrive in the order of their creation (registration §8).
    const underWay: Operation[] = []
    connection.onPublish = ({ payload }) => {
      const rows = new TextDecoder().decode(payload)
      const operation = underWay.shift()
      if (operation === undefined || rows !== `510,${connection.clientId}`) {
        allDone.reject(new Error(`${connection.clientId} received what nobody sent: ${rows}`))
        return
      }
      operation.receivedAt = performance.now()
      connection
        .publish('s/us', '501,c8y_Restart\n503,c8y_Restart')
        .then(finishHalf, allDone.reject)
    }
    const body = { deviceId: deviceIds[index], c8y_Restart: {} }
    return (dueAt: number): void => {
      const operation = { dueAt, answeredAt: Number.NaN, receivedAt: Number.NaN }
      operations.push(operation)
      underWay.push(operation)
      operator.expect(201, 'POST', '/devicecontrol/operations', body).then(() => {
        operation.answeredAt = performance.now()
        finishHalf()
      }, allDone.reject)
    }
  })

  const startedAt = performance.now()
  await atSteadyPace({ perSecond, count }, (index, dueAt) => {
    turns[index % turns.length]?.(dueAt)
    progress(`${index} operations created`)
  })
  await allDone.promise
  const measured = operations.slice(skipped)
  return {
    created: operations.length,
    afterAnswer: summarizeLatencies(
      measured.map(({ answeredAt, receivedAt }) => Math.max(0, receivedAt - answeredAt)),
    ),
    afterRequest: summarizeLatencies(measured.map(({ dueAt, receivedAt }) => receivedAt - dueAt)),
    perSecond: count / ((performance.now() - startedAt) / 1000),
  }
}

/** Ids of the managed objects, in the order of the connections. */
async function findDeviceIds(
  operator: RestClient,
  connections: readonly DeviceConnection[],
): Promise<readonly string[]> {
  const ids: string[] = []
  await inParallel(lookupsInParallel, connections.entries(), async ([index, { clientId }]) => {
    const path = `/identity/externalIds/c8y_Serial/${clientId}`
    const id = memberOf(memberOf(await operator.expect(200, 'GET', path), 'managedObject'), 'id')
    if (typeof id !== 'string') throw new Error(`GET ${path} gives no managedObject.id`)
    ids[index] = id
  })
  return ids
}
