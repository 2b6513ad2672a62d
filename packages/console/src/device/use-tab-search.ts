import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { DeviceSearch } from './device-search.ts'

const route = getRouteApi('/devices/$id/{-$tab}')

export interface TabSearch<Search> {
  readonly search: Search
  /**
   * Puts it into the address, in place of what was there. Whatever is at its default is left out by
   * the caller, so that addresses stay short. `isStep`: the way back leads to the present one.
   */
  readonly change: (next: Search, isStep?: boolean) => void
}

/** What the present tab shows, from the query of the address (console §2.2). */
export function useTabSearch<Search extends object>(
  parse: (search: DeviceSearch) => Search,
): TabSearch<Search> {
  const raw = route.useSearch()
  const navigate = useNavigate()
  const search = useMemo(() => parse(raw), [parse, raw])
  return {
    search,
    change: (next, isStep = false) =>
      void navigate({
        to: '.',
        search: Object.fromEntries(
          Object.entries(next).map(([name, value]) => [name, asWritten(value)]),
        ),
        replace: !isStep,
        // The list stays where it is.
        resetScroll: false,
      }),
  }
}

/** The router puts texts that look like numbers into quotes; ids are shorter without. */
function asWritten(value: unknown): unknown {
  return typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : value
}
