import type {
  Actor,
  FindsExternalIds,
  FindsManagedObjects,
  FindsOperations,
  JsonObject,
  Operation,
  OperationChange,
  OperationFilter,
  Permission,
} from '@pileus/domain'
import {
  createOperation,
  mayAct,
  operationMembers,
  parseManagedObjectId,
  parseOperationId,
  parseOperationStatus,
  pickFragments,
  textMember,
  updateOperation,
  visibilityOf,
} from '@pileus/domain'
import type { QueryValues, RouteNamed } from '@pileus/rest-contract'
import { needsTotal } from '@pileus/rest-contract'
import { toPage } from './lists.ts'
import { formatOperation } from './operation-representation.ts'
import { formatOperationTrace } from './operation-trace-representation.ts'
import { rangeMember } from './range-member.ts'
import type { Handlers, RestRequest } from './rest-request.ts'
import type { RestResult } from './rest-result.ts'
import { refuse, refuseAsInvalid, toRestResult } from './rest-result.ts'
import { Sources } from './sources.ts'

type OperationRoute =
  | 'createOperation'
  | 'listOperations'
  | 'getOperation'
  | 'updateOperation'
  | 'getOperationTrace'

export const operationHandlers: Handlers<OperationRoute> = {
  async createOperation({ actor, body, baseUrl, wantsBody }, { store, clock }) {
    const deviceId = parseManagedObjectId(String(body.deviceId))
    if (deviceId === undefined) return refuseDevice(String(body.deviceId))
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const device = await unit.repository.findManagedObject(deviceId)
      if (device === undefined) return refuseDevice(deviceId)
      if (!mayAct(actor, 'ROLE_DEVICE_CONTROL_ADMIN', device.owner)) return refuse('accessDenied')
      const fragments = pickFragments(body, operationMembers, 'drop')
      // walk: downlink 1
      const created = toRestResult(await createOperation(unit, deviceId, fragments))
      if (!created.ok) return created
      const formatted = formatOperation(created.value, { deviceName: device.name }, baseUrl)
      return {
        ok: true,
        value: {
          kind: 'document',
          body: wantsBody ? formatted : undefined,
          location: `${baseUrl}/devicecontrol/operations/${created.value.id}`,
        },
      }
    })
  },

  async listOperations({ actor, query, page, baseUrl }, { store }) {
    const filter = parseFilter(query)
    if (filter === undefined) return { ok: true, value: { kind: 'page', items: [], total: 0 } }
    const reader = store.reader(actor.tenantId)
    const visible = { ...filter, ...visibilityOf(actor, 'ROLE_DEVICE_CONTROL_READ') }
    const format = formatter(reader, filter.agentId !== undefined, baseUrl)
    const items: JsonObject[] = []
    for (const operation of await reader.listOperations(visible, toPage(page))) {
      items.push(await format(operation))
    }
    const total = needsTotal(page) ? { total: await reader.countOperations(visible) } : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async getOperation({ actor, params, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const operation = await findPermitted(reader, actor, 'ROLE_DEVICE_CONTROL_READ', params.id)
    if (!operation.ok) return operation
    const body = await formatter(reader, false, baseUrl)(operation.value)
    return { ok: true, value: { kind: 'document', body } }
  },

  async getOperationTrace({ actor, params, baseUrl }, { store }) {
    const reader = store.reader(actor.tenantId)
    const operation = await findPermitted(reader, actor, 'ROLE_DEVICE_CONTROL_READ', params.id)
    if (!operation.ok) return operation
    const body = formatOperationTrace(operation.value, baseUrl)
    return { ok: true, value: { kind: 'document', body } }
  },

  async updateOperation({ actor, params, body, baseUrl, wantsBody }, { store, clock }) {
    return store.run(actor.tenantId, clock.now(), async (unit) => {
      const { repository } = unit
      const permission = 'ROLE_DEVICE_CONTROL_ADMIN'
      const operation = await findPermitted(repository, actor, permission, params.id)
      if (!operation.ok) return operation
      const change = parseChange(body)
      if (!change.ok) return change
      const updated = toRestResult(await updateOperation(unit, operation.value.id, change.value))
      if (!updated.ok) return updated
      const stored = wantsBody
        ? await formatter(repository, false, baseUrl)(updated.value)
        : undefined
      return { ok: true, value: { kind: 'document', body: stored } }
    })
  },
}

/** A body that changes nothing else has to give a status (rest-api §14.1). */
function parseChange(body: RestRequest<'updateOperation'>['body']): RestResult<OperationChange> {
  const text = typeof body.status === 'string' ? body.status : undefined
  const status = text === undefined ? undefined : parseOperationStatus(text)
  if (text !== undefined && status === undefined) {
    return refuseAsInvalid(
      `Member 'status' must be PENDING, EXECUTING, SUCCESSFUL or FAILED, not '${text}'.`,
    )
  }
  const change = {
    ...(status === undefined ? {} : { status }),
    ...textMember('failureReason', body.failureReason),
  }
  const fragments = pickFragments(body, operationMembers, 'keep')
  const changesNothing = Object.keys({ ...change, ...fragments }).length === 0
  return changesNothing
    ? refuse('mandatoryMissing', { fields: 'status' })
    : { ok: true, value: { ...change, fragments } }
}

function refuseDevice(id: string): ReturnType<typeof refuseAsInvalid> {
  return refuseAsInvalid(`Device '${id}' does not exist in the inventory.`)
}

/** Formats operations with the names of their devices, each device looked up once. */
function formatter(
  repository: FindsManagedObjects & FindsExternalIds,
  withExternalIds: boolean,
  baseUrl: string,
): (operation: Operation) => Promise<JsonObject> {
  const devices = new Sources(repository)
  return async (operation) => {
    const { deviceId } = operation
    const deviceName = (await devices.find(deviceId))?.name
    const known = withExternalIds
      ? { deviceExternalIds: await repository.listExternalIds(deviceId) }
      : {}
    return formatOperation(operation, { deviceName, ...known }, baseUrl)
  }
}

async function findPermitted(
  repository: FindsOperations & FindsManagedObjects,
  actor: Actor,
  permission: Permission,
  idText: string,
): Promise<RestResult<Operation>> {
  const id = parseOperationId(idText)
  const operation = id === undefined ? undefined : await repository.findOperation(id)
  if (operation === undefined) return refuse('operationNotFound', { id: idText })
  return (await new Sources(repository).mayAct(actor, permission, operation.deviceId))
    ? { ok: true, value: operation }
    : refuse('accessDenied')
}

type ListQuery = QueryValues<RouteNamed<'listOperations'>['query']>

/** `undefined` for a device or agent that cannot exist: nothing matches. */
function parseFilter(query: ListQuery): OperationFilter | undefined {
  const { status, fragmentType, dateFrom, dateTo, revert } = query
  const deviceId = query.deviceId === undefined ? undefined : parseManagedObjectId(query.deviceId)
  const agentId = query.agentId === undefined ? undefined : parseManagedObjectId(query.agentId)
  if (query.deviceId !== undefined && deviceId === undefined) return undefined
  if (query.agentId !== undefined && agentId === undefined) return undefined
  const statuses = status?.map(parseOperationStatus).filter((each) => each !== undefined)
  return {
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(fragmentType === undefined ? {} : { fragmentType }),
    ...rangeMember('creationTime', dateFrom, dateTo),
    ...(revert === undefined ? {} : { revert }),
  }
}
