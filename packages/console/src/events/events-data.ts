import { useQuery } from '@tanstack/react-query'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import type { EventsSearch } from './events-search.ts'
import { eventFilters } from './events-search.ts'

export const eventsPageSize = 25

/** One page of the events of a device, newest first. How many there are would cost too much. */
export function useEvents(deviceId: string, { open: _, page = 1, ...filters }: EventsSearch) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['events', deviceId, filters, page],
    queryFn: async ({ signal }) => {
      const { events } = await rest.get('/event/events', {
        query: {
          source: deviceId,
          ...eventFilters(filters, Date.now()),
          pageSize: eventsPageSize,
          currentPage: page,
        },
        signal,
      })
      return { events, scope: JSON.stringify([filters, page]) }
    },
    // The list of before stays until that of another filter or page is there.
    placeholderData: (previous) => previous,
    ...usePolling('events'),
  })
}

/** One event, where the list does not have it. */
export function useEvent(id: string | undefined) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['event', id],
    queryFn: ({ signal }) => rest.get('/event/events/{id}', { path: { id: id ?? '' }, signal }),
    enabled: id !== undefined,
  })
}
