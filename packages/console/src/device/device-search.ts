/** What the address of the page says beside device and tab; nothing yet. */
export type DeviceSearch = Readonly<Record<never, never>>

export function parseDeviceSearch(_search: Readonly<Record<string, unknown>>): DeviceSearch {
  return {}
}
