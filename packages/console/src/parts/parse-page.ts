/** The page of a list from the query of an address; the first one is not written there. */
export function parsePage({ page }: Readonly<Record<string, unknown>>): { readonly page?: number } {
  const number = Number(page)
  return Number.isSafeInteger(number) && number > 1 ? { page: number } : {}
}
