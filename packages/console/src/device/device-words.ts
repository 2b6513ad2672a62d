import { deviceName } from './device-name.ts'

const typeableMax = 60

/**
 * What the user types to confirm that the device is to go: its name, or its id where the name
 * cannot be typed as it is seen (console §3.7).
 */
export function confirmationText(device: { readonly id: string; readonly name?: unknown }): string {
  const name = deviceName(device)
  const isTypeable = /^[\p{L}\p{N}\p{P}\p{S}]+( [\p{L}\p{N}\p{P}\p{S}]+)*$/u.test(name)
  return isTypeable && name.length <= typeableMax ? name : device.id
}

/** Users of devices are called so; the rest is the device identifier (registration §4). */
const deviceUserPrefix = 'device_'

export function isDeviceUser(owner: string): boolean {
  return owner.startsWith(deviceUserPrefix)
}

/** `1 child device`, `3 child devices`. */
export function describeChildren(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'child device' : 'child devices'}`
}
