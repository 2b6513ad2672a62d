import type { JsonObject, RegistrationRequest } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import { segment } from './links.ts'

export function newDeviceRequestUrl(baseUrl: string, id: string): string {
  return `${baseUrl}/devicecontrol/newDeviceRequests/${segment(id)}`
}

/** A registration request as operators read it; tokens are never shown (registration §2.1). */
export function formatNewDeviceRequest(request: RegistrationRequest, baseUrl: string): JsonObject {
  const { deviceIdentifier: id, groupId, type, name } = request
  return {
    id,
    self: newDeviceRequestUrl(baseUrl, id),
    status: request.status,
    tenantId: request.tenantId,
    owner: request.owner,
    creationTime: formatDate(request.creationTime),
    ...(groupId === undefined ? {} : { groupId }),
    ...(type === undefined ? {} : { type }),
    ...(name === undefined ? {} : { name }),
    customProperties: request.customProperties,
  }
}
