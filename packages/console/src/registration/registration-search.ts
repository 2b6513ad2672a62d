/** What the address of the page says (console §2.2). */
export interface RegistrationSearch {
  readonly tab?: 'single'
  readonly page?: number
}

export function parseRegistrationSearch(
  search: Readonly<Record<string, unknown>>,
): RegistrationSearch {
  const page = Number(search['page'])
  return {
    ...(search['tab'] === 'single' ? { tab: 'single' } : {}),
    ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}),
  }
}
