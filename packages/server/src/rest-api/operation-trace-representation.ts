import type { DeliveryEntry, Instant, JsonObject, Operation, StatusChange } from '@pileus/domain'
import { isFinal } from '@pileus/domain'
import type {
  OperationAwaits,
  OperationHopRepresentation,
  OperationTraceRepresentation,
} from '@pileus/rest-contract'
import { formatDate } from '@pileus/rest-contract'

type HopName = OperationHopRepresentation['name']

const deliveryHops = {
  SEND: 'sent',
  DELIVERED: 'acknowledged',
} as const satisfies Record<DeliveryEntry['status'], HopName>

const statusHops = {
  EXECUTING: 'executing',
  SUCCESSFUL: 'successful',
  FAILED: 'failed',
} as const satisfies Record<StatusChange['status'], HopName>

/** The steps of an operation so far in the order of their times, and what it waits for. */
export function formatOperationTrace(operation: Operation, baseUrl: string): JsonObject {
  const { id, creationTime, statusChanges, failureReason, delivery } = operation
  const steps: { readonly name: HopName; readonly at: Instant }[] = [
    { name: 'requested' as const, at: creationTime },
    ...delivery.log.map(({ status, time }) => ({ name: deliveryHops[status], at: time })),
    ...statusChanges.map(({ status, time }) => ({ name: statusHops[status], at: time })),
  ].sort((left, right) => left.at - right.at)
  const awaits = findAwaited(operation)
  const trace = {
    id,
    self: `${baseUrl}/service/console/operations/${id}/trace`,
    hops: steps.map(({ name, at }, index) => {
      const before = steps[index - 1]
      return {
        name,
        time: formatDate(at),
        ...(before === undefined ? {} : { deltaMs: at - before.at }),
        ...(name === 'failed' && failureReason !== undefined ? { detail: failureReason } : {}),
      }
    }),
    ...(awaits === undefined ? {} : { awaits }),
  } satisfies OperationTraceRepresentation
  return trace
}

function findAwaited({ status, delivery }: Operation): OperationAwaits | undefined {
  if (isFinal(status)) return undefined
  if (status === 'EXECUTING') return 'result'
  switch (delivery.status) {
    case 'PENDING':
      return 'session'
    case 'SEND':
      return 'acknowledgement'
    case 'DELIVERED':
      return 'start'
  }
}
