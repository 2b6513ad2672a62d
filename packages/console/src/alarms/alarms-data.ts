import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import type { Alarm } from './alarm.ts'
import type { AlarmsSearch } from './alarms-search.ts'
import { alarmFilters } from './alarms-search.ts'

export const alarmsPageSize = 25

/** One page of the alarms of a device, newest first. */
export function useAlarms(deviceId: string, search: AlarmsSearch) {
  const { rest } = usePlatform()
  const { page = 1 } = search
  const filters = alarmFilters(search)
  return useQuery({
    queryKey: ['alarms', 'list', deviceId, filters, page],
    queryFn: async ({ signal }) => {
      const { alarms, statistics } = await rest.get('/alarm/alarms', {
        query: {
          source: deviceId,
          ...filters,
          pageSize: alarmsPageSize,
          currentPage: page,
          withTotalElements: true,
        },
        signal,
      })
      const scope = JSON.stringify([filters, page])
      return { alarms, total: statistics.totalElements, scope }
    },
    // The list of before stays until that of another filter or page is there.
    placeholderData: (previous) => previous,
    ...usePolling('alarms'),
  })
}

/** One alarm, where the list no longer or not yet has it. */
export function useAlarm(id: string | undefined) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['alarms', 'one', id],
    queryFn: ({ signal }) => rest.get('/alarm/alarms/{id}', { path: { id: id ?? '' }, signal }),
    enabled: id !== undefined,
    ...usePolling('alarms'),
  })
}

/** The history shows so many alarms at most, the latest ones. */
const historyMax = 500

/** Alarms that were changed since then, such as by being cleared. */
export function useAlarmHistory(deviceId: string, daysBack: number) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['alarms', 'history', deviceId, daysBack],
    queryFn: async ({ signal }) => {
      const from = new Date()
      from.setDate(from.getDate() - daysBack)
      const { alarms } = await rest.get('/alarm/alarms', {
        query: { source: deviceId, lastUpdatedFrom: from, pageSize: historyMax },
        signal,
      })
      return alarms
    },
    ...usePolling('alarmHistory'),
  })
}

export type NewAlarmStatus = 'ACTIVE' | 'ACKNOWLEDGED' | 'CLEARED'

/** Nothing is shown as done before the platform has said so. */
export function useChangeAlarm() {
  const { rest } = usePlatform()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ alarm, status }: { alarm: Alarm; status: NewAlarmStatus }): Promise<Alarm> =>
      rest.put('/alarm/alarms/{id}', { path: { id: alarm.id }, body: { status } }),
    // Also after a refusal: somebody else was faster, and what they did is to be seen.
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['alarms'] }),
  })
}
