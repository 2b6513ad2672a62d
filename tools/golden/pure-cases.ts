import type { JsonObject, JsonValue } from '@pileus/domain'
import { parseClientId } from '@pileus/server/src/device-gateway/client-id.ts'
import { routeTopic } from '@pileus/server/src/device-gateway/route-topic.ts'
import { isFilterGranted } from '@pileus/server/src/device-gateway/subscription-filters.ts'
import type { Filled } from '@pileus/smartrest'
import {
  fillTemplate,
  findCollectionRequest,
  formatInstant,
  formatRow,
  formatRows,
  parseCollection,
  parseCollectionRows,
  parsePayload,
  renderCollectionRows,
  renderOperation,
  renderOperationRows,
} from '@pileus/smartrest'
import type { RunsCase } from './golden-case.ts'
import { listAt, objectAt, optionalTextAt, textAt } from './golden-case.ts'
import { instantAt } from './golden-platform.ts'

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

export const runTemplateCollection: RunsCase = ({ input }) => {
  const defined = parseCollectionRows(textAt(input, 'payload'))
  return defined.ok ? { stored: defined.value.fragment } : { error: true }
}

export const runCustomRequest: RunsCase = ({ input }) => {
  const collection = collectionAt(input)
  const [fields = []] = parsePayload(textAt(input, 'row')).rows
  const found = findCollectionRequest(collection, 'kilnProto_3', fields[0] ?? '')
  const filled = found.ok ? fillTemplate(found.value, fields, instantAt(input, 'now', 0)) : found
  if (filled.ok) return { request: requestOf(filled.value) }
  const { code, messageId } = filled.problem
  return { error: { code, messageId } }
}

function requestOf({ template, body, time, values }: Filled): JsonObject {
  const { method, api, response = false, addressedBy } = template
  const { id, externalId, externalIdType, type, fragment } = values
  const whole = time === undefined ? body : { ...body, time: formatInstant(time) }
  return {
    method,
    api: api.toUpperCase(),
    response,
    ...(method === 'GET' ? {} : { body: whole }),
    ...(addressedBy === 'id' && id !== undefined ? { target: { id } } : {}),
    ...(addressedBy === 'externalId' && externalIdType !== undefined && externalId !== undefined
      ? { target: { externalIdType, externalId } }
      : {}),
    ...(method === 'POST' && externalIdType !== undefined && externalId !== undefined
      ? { externalId: { type: externalIdType, externalId } }
      : {}),
    ...(type === undefined ? {} : { match: { type } }),
    ...(fragment === undefined ? {} : { match: { fragment } }),
  }
}

export const runCustomResponse: RunsCase = ({ input }) => {
  const device = optionalTextAt(input, 'device')
  const rows = renderCollectionRows(collectionAt(input), objectAt(input, 'object'), device)
  return {
    rows: rows.map((row) => row.map(writtenJson)),
    payload: rows.length === 0 ? null : formatRows(rows),
  }
}

/** Where a value is an object or an array, cases state the column as it is written. */
function writtenJson(column: string): string {
  return /^[[{]/.test(column) ? formatRow([column]) : column
}

function collectionAt(input: JsonObject) {
  const collection = parseCollection({
    requestTemplates: listAt(input, 'requestTemplates'),
    responseTemplates: listAt(input, 'responseTemplates'),
  })
  if (!collection.ok) throw new TypeError(collection.problem.text)
  return collection.value
}
