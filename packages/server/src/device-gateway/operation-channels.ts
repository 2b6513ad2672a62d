import type { JsonObject, Operation } from '@pileus/domain'
import { renderOperation } from '@pileus/smartrest'

/** How operations look on one topic. */
export interface OperationChannel {
  /** The message, or `undefined` where the topic has no form for this operation. */
  render(operation: Operation, externalId: string, device: JsonObject): string | undefined
}

/**
 * The topics that carry operations and can say them. Template collections (`s/dc`, `s/dd`) and
 * JSON (`devicecontrol/notifications`) join here when they are offered.
 */
export const operationChannels: Readonly<Record<string, OperationChannel>> = {
  's/ds': {
    render: (operation, externalId, device) =>
      renderOperation(operation.fragments, externalId, device),
  },
}

export function findOperationChannel(topic: string): OperationChannel | undefined {
  return Object.hasOwn(operationChannels, topic) ? operationChannels[topic] : undefined
}
