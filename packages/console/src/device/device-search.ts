/**
 * What the address of the page says beside device and tab. Each tab parses what is its own with
 * `useTabSearch`; all else is ignored and gone with the next change.
 */
export type DeviceSearch = Readonly<Record<string, unknown>>

export function parseDeviceSearch(search: Readonly<Record<string, unknown>>): DeviceSearch {
  return search
}
