import type { DeviceFound, JsonObject } from '@pileus/domain'
import { listRegistrationsByUrgency, readTokenPolicy, searchDevices } from '@pileus/domain'
import { devicesFoundMax, needsTotal } from '@pileus/rest-contract'
import { formatConsoleRegistration, formatPolls } from './console-registration-representation.ts'
import { managedObjectUrl } from './links.ts'
import { toPage } from './lists.ts'
import { findOpenRequest } from './registration-handlers.ts'
import type { Handlers } from './rest-request.ts'
import { refuse } from './rest-result.ts'

type ConsoleRoute = 'listConsoleRegistrations' | 'getConsoleRegistration' | 'searchConsole'

/** What the pages of the console ask for beside the REST API (console §6). */
export const consoleHandlers: Handlers<ConsoleRoute> = {
  async listConsoleRegistrations({ actor: { tenantId }, page, baseUrl }, { store }) {
    const { instanceReader } = store
    const policy = await readTokenPolicy(store.reader(tenantId))
    const found = await listRegistrationsByUrgency(instanceReader, tenantId, toPage(page))
    const items = found.map((request) => formatConsoleRegistration(request, policy, baseUrl))
    const total = needsTotal(page)
      ? { total: await instanceReader.countRegistrationRequests({ tenantId }) }
      : {}
    return { ok: true, value: { kind: 'page', items, ...total } }
  },

  async getConsoleRegistration({ actor: { tenantId }, params, baseUrl, receivedAt }, { store }) {
    const found = await findOpenRequest(store.instanceReader, tenantId, params.id, receivedAt)
    if (found === undefined) return refuse('newDeviceRequestNotFound', { id: params.id })
    const policy = await readTokenPolicy(store.reader(tenantId))
    const body = {
      ...formatConsoleRegistration(found, policy, baseUrl),
      polls: formatPolls(found.polls),
    }
    return { ok: true, value: { kind: 'document', body } }
  },

  async searchConsole({ actor, query, baseUrl }, { store }) {
    const text = query.q?.trim() ?? ''
    if (text === '') return refuse('mandatoryMissing', { fields: 'q' })
    const limit = Math.min(query.pageSize ?? devicesFoundMax, devicesFoundMax)
    const { devices, hasMore } = await searchDevices(store.reader(actor.tenantId), actor, {
      text,
      limit,
    })
    const body = { devices: devices.map((found) => formatDeviceFound(found, baseUrl)), hasMore }
    return { ok: true, value: { kind: 'document', body } }
  },
}

function formatDeviceFound(
  { device: { id, name, type }, match, externalId }: DeviceFound,
  baseUrl: string,
): JsonObject {
  return {
    id,
    self: managedObjectUrl(baseUrl, id),
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { type }),
    match,
    ...(externalId === undefined
      ? {}
      : { externalId: { type: externalId.type, externalId: externalId.value } }),
  }
}
