import type { DeviceCredentials } from './credentials.ts'
import type { Device } from './device.ts'
import { DeviceError } from './device-error.ts'
import { type DeviceLimits, type DeviceOptions, defaultLimits } from './device-options.ts'
import { PacketIds } from './packet-ids.ts'
import { requestCredentials } from './request-credentials.ts'
import { RunningDevice } from './running-device.ts'
import { allChildren } from './start-messages.ts'
import { refuseBadChildId } from './topics.ts'

/**
 * The start-up of a device, steps 0 to 3 (registration §1): it asks for credentials if it has none,
 * connects, makes itself and its children known, tells what it supports, and hears what is to do.
 * From then on it stays connected by itself.
 *
 * Done when the server has acknowledged all that. While the server cannot be reached it goes on
 * trying; throws `DeviceError` when that makes no sense, and the reason of the signal.
 */
export async function startDevice(options: DeviceOptions): Promise<Device> {
  const limits = { ...defaultLimits, ...options.limits }
  options.signal?.throwIfAborted()
  for (const child of allChildren(options.children)) refuseBadChildId(options.id, child.id)
  const credentials =
    (await options.credentials.load()) ?? (await askForCredentials(options, limits))
  const device = new RunningDevice(options, limits, credentials)
  await device.started
  options.onProgress?.({ kind: 'started' })
  return device
}

async function askForCredentials(
  options: DeviceOptions,
  limits: DeviceLimits,
): Promise<DeviceCredentials> {
  const { id, url, bootstrap, trustedCertificates, onProgress = () => {} } = options
  if (bootstrap === undefined) {
    throw new DeviceError('noCredentials', `${id} has no credentials and cannot ask for them`)
  }
  const credentials = await requestCredentials({
    id,
    url,
    bootstrap,
    ...(trustedCertificates !== undefined && { trustedCertificates }),
    limits,
    packetIds: new PacketIds(Math.random()),
    random: Math.random,
    onProgress,
    signal: options.signal ?? new AbortController().signal,
  })
  await options.credentials.save(credentials)
  const { tenant, user } = credentials
  onProgress({ kind: 'credentialsReceived', tenant, user })
  return credentials
}
