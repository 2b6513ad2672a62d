import type { JsonObject, JsonValue } from '@pileus/domain'
import { parseClientId } from '@pileus/server/src/device-gateway/client-id.ts'
import { routeTopic } from '@pileus/server/src/device-gateway/route-topic.ts'
import { isFilterGranted } from '@pileus/server/src/device-gateway/subscription-filters.ts'
import { formatRows, parsePayload, renderOperation, renderOperationRows } from '@pileus/smartrest'
import type { RunsCase } from './golden-case.ts'
import { listAt, objectAt, optionalTextAt, textAt } from './golden-case.ts'

export const runCsvParse: RunsCase = ({ input }) => {
  const { rows, problem } = parsePayload(textAt(input, 'payload'))
  const { code = 0, messageId = '' } = problem ?? {}
  return { rows, ...(problem === undefined ? {} : { error: { code, messageId } }) }
}

export const runCsvFormat: RunsCase = ({ input }) => ({
  payload: formatRows(listAt(input, 'rows') as readonly (readonly JsonValue[])[]),
})

export const runAddressing: RunsCase = ({ input }) => {
  const clientId = optionalTextAt(input, 'clientId')
  if (clientId !== undefined) return clientIdResult(clientId, input.protocolLevel === 3 ? 3 : 4)
  const topic = optionalTextAt(input, 'publishTopic')
  if (topic !== undefined) return topicResult(topic)
  const defaultTemplate = optionalTextAt(input, 'defaultTemplate')
  const granted = isFilterGranted(textAt(input, 'subscribeFilter'), {
    isBootstrap: input.bootstrapUser === true,
    ...(defaultTemplate === undefined ? {} : { defaultTemplate }),
  })
  return { granted }
}

function clientIdResult(text: string, protocolLevel: 3 | 4): JsonObject {
  const clientId = parseClientId(text, protocolLevel)
  return clientId.kind === 'refused'
    ? { connack: clientId.returnCode }
    : {
        deviceIdentifier: clientId.deviceIdentifier,
        defaultTemplate: clientId.defaultTemplate ?? null,
      }
}

/** Routes leave absent parts out; the cases state them as null. */
function topicResult(topic: string): JsonObject {
  const route = routeTopic(topic)
  switch (route.kind) {
    case 'invalid':
      return { kind: 'invalid' }
    case 'static':
    case 'default':
    case 'custom':
      return { child: null, ...route }
    case 'json': {
      const { kind, mode, id } = route
      return { kind, mode, ...jsonParts(route.topic.topic), id: id === '' ? null : id }
    }
    default:
      return { ...route }
  }
}

/** The cases name the resource that is acted on, wherever its id stands. */
function jsonParts(pattern: string): JsonObject {
  const [api = '', ...others] = pattern.split('/').filter((segment) => segment !== '{id}')
  const [resource = '', action = ''] = others.slice(-2)
  return { api, resource, action }
}

export const runOperationRows: RunsCase = ({ input }) => {
  const operation = objectAt(input, 'operation')
  const externalId = textAt(input, 'externalId')
  const device = objectAt(input, 'device')
  return {
    rows: renderOperationRows(operation, externalId, device),
    payload: renderOperation(operation, externalId, device) ?? null,
  }
}
