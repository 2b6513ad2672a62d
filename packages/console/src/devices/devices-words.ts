import type { DeviceFoundRepresentation } from '@pileus/rest-contract'

/** Why a device was found, shown beside its name. */
export const matchWords = {
  externalId: 'external id',
  id: 'id',
  namePrefix: 'name',
  name: 'name',
  typePrefix: 'type',
} as const satisfies Record<DeviceFoundRepresentation['match'], string>

/** `3 devices`, `1 device`, `50 devices, and there are more`. */
export function describeFound(count: number, hasMore: boolean): string {
  const devices = `${count.toLocaleString()} ${count === 1 ? 'device' : 'devices'}`
  return hasMore ? `The best ${devices}; there are more. Type more to narrow it down.` : devices
}

/** A command for the first message of a device, sent by the user who reads it. */
export function firstMessageCommand({
  host,
  tenantId,
  userName,
}: {
  readonly host: string
  readonly tenantId: string
  readonly userName: string
}): string {
  return `mosquitto_pub -h ${host} -p 1883 -i my-device -u ${tenantId}/${userName} -P "$PASSWORD" -q 1 -t s/us -m 211,25`
}

export const runDeviceCommand = 'npx pileus device run --id my-device'
