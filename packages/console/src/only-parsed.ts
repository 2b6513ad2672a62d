type RawSearch = Readonly<Record<string, unknown>>

/**
 * What a page parses from the query, and nothing else of it: by itself the router adds to that what
 * the address says, also where the page has not understood it.
 */
export function onlyParsed<Search extends object>(parse: (search: RawSearch) => Search) {
  return (search: RawSearch): Search => ({
    ...Object.fromEntries(Object.keys(search).map((name) => [name, undefined])),
    ...parse(search),
  })
}
