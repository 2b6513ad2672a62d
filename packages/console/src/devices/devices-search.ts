import { parsePage } from '../parts/parse-page.ts'

/** What the address of the page says (console §2.2). */
export interface DevicesSearch {
  /** Searched for; type and page do not count then. */
  readonly q?: string
  readonly type?: string
  readonly page?: number
}

export function parseDevicesSearch(search: Readonly<Record<string, unknown>>): DevicesSearch {
  const q = parseText(search['q'])
  const type = parseText(search['type'])
  return {
    ...(q === undefined ? {} : { q }),
    ...(type === undefined ? {} : { type }),
    ...parsePage(search),
  }
}

/** The router reads what looks like a number as one. */
function parseText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' ? undefined : text
}
