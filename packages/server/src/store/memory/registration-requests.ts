import type {
  FindsRegistrationRequests,
  RegistrationRequest,
  RegistrationStatus,
  SavesRegistrationRequests,
  TenantId,
} from '@pileus/domain'
import { copyOfJson } from './json-copy.ts'
import { byPosition, type NextPosition } from './order.ts'
import type { InstanceTables, InstanceView } from './tables.ts'

export function findsRegistrationRequests(view: InstanceView): FindsRegistrationRequests {
  return {
    findRegistrationRequest: (id) => view.registrationRequests.get(id)?.request,

    listRegistrationRequests({ tenantId, status, offset, limit, revert }) {
      const requests = requestsOfTenant(view, tenantId, status)
      return (revert === true ? requests.reverse() : requests).slice(offset, offset + limit)
    },

    countRegistrationRequests: ({ tenantId, status }) =>
      requestsOfTenant(view, tenantId, status).length,

    listRegistrationRequestsSince: ({ status, before, limit }) =>
      requestsOf(view)
        .filter((request) => request.status === status && request.statusSince < before)
        .sort((left, right) => left.statusSince - right.statusSince)
        .slice(0, limit),
  }
}

export function savesRegistrationRequests(
  tables: InstanceTables,
  nextPosition: NextPosition,
): SavesRegistrationRequests {
  const { registrationRequests } = tables
  return {
    saveRegistrationRequest(request) {
      const id = request.deviceIdentifier
      const position = registrationRequests.get(id)?.position ?? nextPosition()
      const customProperties = copyOfJson(request.customProperties)
      registrationRequests.set(id, { position, request: { ...request, customProperties } })
    },
    deleteRegistrationRequest: (id) => registrationRequests.delete(id),
  }
}

function requestsOfTenant(
  view: InstanceView,
  tenantId: TenantId,
  status: RegistrationStatus | undefined,
): RegistrationRequest[] {
  return requestsOf(view)
    .filter((request) => request.tenantId === tenantId)
    .filter((request) => status === undefined || request.status === status)
}

function requestsOf(view: InstanceView): RegistrationRequest[] {
  return [...view.registrationRequests.values()].sort(byPosition).map((stored) => stored.request)
}
