import { parsePage } from '../parts/parse-page.ts'

/** What the address of the page says (console §2.2). */
export interface RegistrationSearch {
  readonly tab?: 'single'
  readonly page?: number
  /** Fills the form, as the links of device agents do. */
  readonly externalId?: string
}

export function parseRegistrationSearch(
  search: Readonly<Record<string, unknown>>,
): RegistrationSearch {
  const { externalId } = search
  return {
    ...(search['tab'] === 'single' ? { tab: 'single' } : {}),
    ...(typeof externalId === 'string' || typeof externalId === 'number'
      ? { externalId: String(externalId) }
      : {}),
    ...parsePage(search),
  }
}
