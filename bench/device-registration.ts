import { inParallel } from './in-parallel.ts'
import type { Login } from './load-generator/requests.ts'
import { openRestClient, type PlatformAccess } from './platform-access.ts'
import { memberOf, type RestClient } from './rest-client.ts'

/** Device ids of a fleet. */
export function fleetIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `bench-${index}`)
}

/** Registers devices, so many at a time, as an operator and the devices themselves do it. */
export async function registerDevices(
  access: PlatformAccess,
  ids: readonly string[],
  parallel: number,
  onRegistered: (login: Login, durationMs: number) => void,
): Promise<void> {
  using operator = openRestClient(access, access.admin)
  using devices = openRestClient(access, access.bootstrap)
  await inParallel(parallel, ids, async (id) => {
    const startedAt = performance.now()
    const login = await registerDevice(operator, devices, id)
    onRegistered(login, performance.now() - startedAt)
  })
}

/** Request, first poll, acceptance, and the poll that brings the credentials (registration §4). */
async function registerDevice(
  operator: RestClient,
  device: RestClient,
  id: string,
): Promise<Login> {
  const requests = '/devicecontrol/newDeviceRequests'
  const credentials = '/devicecontrol/deviceCredentials'
  await operator.expect(201, 'POST', requests, { id })
  await device.expect(404, 'POST', credentials, { id })
  await operator.expect(200, 'PUT', `${requests}/${id}`, { status: 'ACCEPTED' })
  const answer = await device.expect(201, 'POST', credentials, { id })
  const [tenantId, userName, password] = ['tenantId', 'username', 'password'].map((name) =>
    memberOf(answer, name),
  )
  if (typeof password !== 'string') throw new Error(`no password was handed out to ${id}`)
  return { clientId: id, userName: `${String(tenantId)}/${String(userName)}`, password }
}
