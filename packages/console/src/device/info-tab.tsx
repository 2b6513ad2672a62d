import type { DeviceTabProps } from './device-tabs.tsx'

/** What the device is and how it does (console §5.1). */
export function InfoTab({ device }: DeviceTabProps) {
  return <p>{device.type}</p>
}
