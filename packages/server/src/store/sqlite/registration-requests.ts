import type {
  FindsRegistrationRequests,
  RegistrationRequest,
  SavesRegistrationRequests,
} from '@pileus/domain'
import type { Connection } from './connection.ts'
import { parseStored } from './json-text.ts'

type RequestRow = readonly [document: string]

const select = 'SELECT document FROM registration_requests'

export function findsRegistrationRequests(connection: Connection): FindsRegistrationRequests {
  const byIdentifier = connection.query<RequestRow>(`${select} WHERE device_identifier = ?`)
  const ofTenant = connection.query<RequestRow>(
    `${select} WHERE tenant_id = ? ORDER BY position LIMIT ? OFFSET ?`,
  )
  const ofTenantInStatus = connection.query<RequestRow>(
    `${select} WHERE tenant_id = ? AND status = ? ORDER BY position LIMIT ? OFFSET ?`,
  )
  const count = connection.query<[count: number]>(
    'SELECT count(*) FROM registration_requests WHERE tenant_id = ?',
  )
  const since = connection.query<RequestRow>(
    `${select} WHERE status = ? AND status_since < ? ORDER BY status_since, position LIMIT ?`,
  )
  return {
    findRegistrationRequest(id) {
      const row = byIdentifier.get(id)
      return row && requestOf(row)
    },
    listRegistrationRequests({ tenantId, status, offset, limit }) {
      const rows =
        status === undefined
          ? ofTenant.all(tenantId, limit, offset)
          : ofTenantInStatus.all(tenantId, status, limit, offset)
      return rows.map(requestOf)
    },
    countRegistrationRequests: (tenantId) => count.get(tenantId)?.[0] ?? 0,
    listRegistrationRequestsSince: ({ status, before, limit }) =>
      since.all(status, before, limit).map(requestOf),
  }
}

export function savesRegistrationRequests(connection: Connection): SavesRegistrationRequests {
  const save = connection.command(
    `INSERT INTO registration_requests
       (device_identifier, tenant_id, status, status_since, document) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (device_identifier) DO UPDATE SET tenant_id = excluded.tenant_id,
       status = excluded.status, status_since = excluded.status_since,
       document = excluded.document`,
  )
  const remove = connection.command('DELETE FROM registration_requests WHERE device_identifier = ?')
  return {
    saveRegistrationRequest(request) {
      const { deviceIdentifier, tenantId, status, statusSince } = request
      save(deviceIdentifier, tenantId, status, statusSince, JSON.stringify(request))
    },
    deleteRegistrationRequest: (id) => remove(id) > 0,
  }
}

function requestOf([document]: RequestRow): RegistrationRequest {
  return parseStored<RegistrationRequest>(document)
}
