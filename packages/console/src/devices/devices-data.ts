import type { DeviceFoundRepresentation, ManagedObjectRepresentation } from '@pileus/rest-contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AlarmCounts } from '../device/alarm-counts.ts'
import { countAlarmsBySource } from '../device/alarm-counts.ts'
import { externalIdsQuery, externalIdsStaleMs } from '../device/device-data.ts'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import { usePermissions } from '../session/permissions.ts'
import type { DevicesSearch } from './devices-search.ts'

export interface DeviceRow {
  readonly device: ManagedObjectRepresentation
  /** Why it was found, if something was searched for. */
  readonly match?: DeviceFoundRepresentation['match']
  /** What it was found by, if that was an external id. */
  readonly foundBy?: string
}

export interface DeviceRows {
  readonly rows: readonly DeviceRow[]
  /** Absent while something is searched for. */
  readonly total?: number | undefined
  readonly hasMore: boolean
}

export const devicesPageSize = 25

const view = { withChildren: false, withChildrenCount: true } as const

/** One page of all devices, or the best of those that `q` means (console §4.2, §6.6). */
export function useDeviceRows({ q, type, page = 1 }: DevicesSearch) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['devices', q === undefined ? { type, page } : { q }],
    queryFn: ({ signal }) => (q === undefined ? readPage(signal) : search(q, signal)),
    placeholderData: keepPreviousData,
    ...usePolling('devices'),
  })

  async function readPage(signal: AbortSignal): Promise<DeviceRows> {
    const { managedObjects, statistics } = await rest.get('/inventory/managedObjects', {
      query: {
        fragmentType: 'c8y_IsDevice',
        ...(type === undefined ? {} : { type }),
        pageSize: devicesPageSize,
        currentPage: page,
        withTotalElements: true,
        ...view,
      },
      signal,
    })
    return {
      rows: managedObjects.map((device) => ({ device })),
      total: statistics.totalElements,
      hasMore: false,
    }
  }

  async function search(text: string, signal: AbortSignal): Promise<DeviceRows> {
    const { devices, hasMore } = await rest.get('/service/console/search', {
      query: { q: text },
      signal,
    })
    if (devices.length === 0) return { rows: [], hasMore }
    const ids = devices.map(({ id }) => id)
    const { managedObjects } = await rest.get('/inventory/managedObjects', {
      query: { ids, pageSize: ids.length, ...view },
      signal,
    })
    const byId = new Map(managedObjects.map((device) => [device.id, device]))
    const rows = devices.flatMap(({ id, match, externalId }): readonly DeviceRow[] => {
      // One that was deleted between the two requests is none.
      const device = byId.get(id)
      if (device === undefined) return []
      const isFoundByIt = match === 'externalId' && externalId !== undefined
      const foundBy = isFoundByIt ? { foundBy: `${externalId.type} ${externalId.externalId}` } : {}
      return [{ device, match, ...foundBy }]
    })
    return { rows, hasMore }
  }
}

/** More than that are not read for the sake of some numbers in a column. */
const alarmsMax = 500

/**
 * Unresolved alarms of every device, or undefined where the numbers would not be right: the user
 * may not read them, or there are too many to read again and again.
 */
export function useAlarmCounts(): ReadonlyMap<string, AlarmCounts> | undefined {
  const { rest } = usePlatform()
  const alarms = useQuery({
    queryKey: ['alarms', 'unresolved', 'byDevice'],
    queryFn: async ({ signal }) => {
      const page = await rest.get('/alarm/alarms', {
        query: { resolved: false, pageSize: alarmsMax },
        signal,
      })
      return page.alarms.length < alarmsMax ? page.alarms : 'tooMany'
    },
    enabled: usePermissions().may('ROLE_ALARM_READ'),
    ...usePolling('alarms'),
  })
  return alarms.data === undefined || alarms.data === 'tooMany'
    ? undefined
    : countAlarmsBySource(alarms.data)
}

/**
 * The `c8y_Serial` of each device, once they are known. All at once: a table that is drawn again
 * for each of them would be drawn for seconds.
 */
export function useSerials(ids: readonly string[]): ReadonlyMap<string, string> {
  const { rest } = usePlatform()
  const serials = useQuery({
    queryKey: ['serials', ids],
    queryFn: async ({ client }) => {
      const answers = await Promise.allSettled(
        ids.map((id) => client.fetchQuery(externalIdsQuery(rest, id))),
      )
      return answers.flatMap((answer, index): readonly (readonly [string, string])[] => {
        const id = ids[index]
        if (id === undefined || answer.status === 'rejected') return []
        const serial = answer.value.externalIds.find(({ type }) => type === 'c8y_Serial')
        return serial === undefined ? [] : [[id, serial.externalId]]
      })
    },
    placeholderData: keepPreviousData,
    staleTime: externalIdsStaleMs,
  })
  return useMemo(() => new Map(serials.data), [serials.data])
}
