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
  const ofTenant = 'WHERE tenant_id = ?'
  const ofTenantInStatus = `${ofTenant} AND status = ?`
  const list = (where: string, order: string) =>
    connection.query<RequestRow>(`${select} ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
  const count = (where: string) =>
    connection.query<[count: number]>(`SELECT count(*) FROM registration_requests ${where}`)
  const since = connection.query<RequestRow>(
    `${select} WHERE status = ? AND status_since < ? ORDER BY status_since, position LIMIT ?`,
  )
  return {
    findRegistrationRequest(id) {
      const row = byIdentifier.get(id)
      return row && requestOf(row)
    },
    listRegistrationRequests({ tenantId, status, offset, limit, revert }) {
      const order = revert === true ? 'position DESC' : 'position'
      const rows =
        status === undefined
          ? list(ofTenant, order).all(tenantId, limit, offset)
          : list(ofTenantInStatus, order).all(tenantId, status, limit, offset)
      return rows.map(requestOf)
    },
    countRegistrationRequests({ tenantId, status }) {
      const row =
        status === undefined
          ? count(ofTenant).get(tenantId)
          : count(ofTenantInStatus).get(tenantId, status)
      return row?.[0] ?? 0
    },
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

/** Requests that were stored before there was a diary of polls have none. */
type StoredRequest = Omit<RegistrationRequest, 'polls'> & Partial<RegistrationRequest>

function requestOf([document]: RequestRow): RegistrationRequest {
  return { polls: [], ...parseStored<StoredRequest>(document) }
}
