/** What the address of the page says: text searched for, and page (console §2.2). */
export interface DevicesSearch {
  readonly text?: string
  readonly page?: number
}

export function parseDevicesSearch(search: Readonly<Record<string, unknown>>): DevicesSearch {
  const { text } = search
  const page = Number(search['page'])
  return {
    // The router reads what looks like a number as one.
    ...(typeof text === 'string' || typeof text === 'number' ? { text: String(text) } : {}),
    ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}),
  }
}
