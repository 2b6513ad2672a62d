import type { Login } from './load-generator/requests.ts'
import type { Platform } from './platform.ts'
import { memberOf } from './rest-client.ts'

/** Registrations that are under way at the same time. */
const parallel = 16

/** Device ids of a fleet. */
export function fleetIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `bench-${index}`)
}

/** Registers devices as an operator and the devices themselves do, and gives their credentials. */
export async function registerFleet(
  platform: Platform,
  ids: readonly string[],
  onRegistered: (login: Login, durationMs: number) => void,
): Promise<void> {
  const waiting = ids.values()
  async function registerOneAfterTheOther(): Promise<void> {
    for (const id of waiting) {
      const startedAt = performance.now()
      onRegistered(await registerDevice(platform, id), performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: parallel }, registerOneAfterTheOther))
}

/** The whole exchange: request, first poll, acceptance, poll that brings the credentials. */
async function registerDevice({ admin, bootstrap }: Platform, id: string): Promise<Login> {
  const requests = '/devicecontrol/newDeviceRequests'
  const credentials = '/devicecontrol/deviceCredentials'
  await admin.expect(201, 'POST', requests, { id })
  await bootstrap.expect(404, 'POST', credentials, { id })
  await admin.expect(200, 'PUT', `${requests}/${id}`, { status: 'ACCEPTED' })
  const answer = await bootstrap.expect(201, 'POST', credentials, { id })
  const [tenantId, userName, password] = ['tenantId', 'username', 'password'].map((name) =>
    memberOf(answer, name),
  )
  if (typeof password !== 'string') throw new Error(`no password was handed out to ${id}`)
  return { clientId: id, userName: `${String(tenantId)}/${String(userName)}`, password }
}
