import assert from 'node:assert/strict'
import type { DeviceLogin } from './mqtt-device.ts'
import { RestClient } from './rest-client.ts'
import type { Platform } from './start-platform.ts'

/** The login of a device that asks for credentials. */
export function bootstrapLogin(platform: Platform, clientId: string): DeviceLogin {
  const { bootstrapPassword: password } = platform
  return { clientId, username: 'management/devicebootstrap', password }
}

/** REST as a device that has no credentials yet. */
export function bootstrapRest(platform: Platform): RestClient {
  const { httpUrl, bootstrapPassword } = platform
  return new RestClient(httpUrl, 'management/devicebootstrap', bootstrapPassword)
}

/** Registers, asks, accepts and asks again, all over REST: the quickest way to a device's login. */
export async function registerDevice(platform: Platform, id: string): Promise<DeviceLogin> {
  const device = bootstrapRest(platform)
  const { rest } = platform
  await rest.create('/devicecontrol/newDeviceRequests', { id })
  const early = await device.request('POST', '/devicecontrol/deviceCredentials', { id })
  assert.equal(early.status, 404)
  await rest.update(`/devicecontrol/newDeviceRequests/${id}`, { status: 'ACCEPTED' })
  const { tenantId, username, password } = await device.create('/devicecontrol/deviceCredentials', {
    id,
  })
  return { clientId: id, username: `${tenantId}/${username}`, password }
}

export function mqttUrl(platform: Platform): string {
  return `mqtt://127.0.0.1:${platform.mqttPort}`
}

/** The id that the platform has given to the object with this `c8y_Serial`. */
export async function findObjectId(platform: Platform, externalId: string): Promise<string> {
  const found = await platform.rest.get(`/identity/externalIds/c8y_Serial/${externalId}`)
  return found.managedObject.id
}
