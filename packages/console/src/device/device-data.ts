import type {
  ManagedObjectBrief,
  ManagedObjectRepresentation,
  RestClient,
} from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'
import { usePermissions } from '../session/permissions.ts'

/** The device itself, with its parents and the number of its children. */
export function useDevice(id: string) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['device', id],
    queryFn: ({ signal }) =>
      rest.get('/inventory/managedObjects/{id}', {
        path: { id },
        query: { withParents: true, withChildren: false, withChildrenCount: true },
        signal,
      }),
    ...usePolling('device'),
  })
}

export function isGone(failure: unknown): boolean {
  return failure instanceof RestRefusal && failure.status === 404
}

/** External ids do not change while somebody looks. */
export const externalIdsStaleMs = 10 * 60_000

export function externalIdsQuery(rest: RestClient, id: string) {
  return queryOptions({
    queryKey: ['externalIds', id],
    queryFn: ({ signal }) =>
      rest.get('/identity/globalIds/{id}/externalIds', { path: { id }, signal }),
    staleTime: externalIdsStaleMs,
  })
}

export function useExternalIds(id: string) {
  return useQuery(externalIdsQuery(usePlatform().rest, id))
}

/** So many levels of parents are shown. */
const ancestorsMax = 6

/** Device parents of device parents, the farthest first; of several the first one assigned. */
export function useAncestors(device: ManagedObjectRepresentation) {
  const { rest } = usePlatform()
  const parent = device.deviceParents.references[0]?.managedObject
  return useQuery({
    queryKey: ['ancestors', parent?.id],
    queryFn: async ({ signal }) => {
      const ancestors: ManagedObjectBrief[] = []
      let next = parent
      // Parents may form a circle.
      while (
        next !== undefined &&
        ancestors.length < ancestorsMax &&
        !ancestors.some(({ id }) => id === next?.id)
      ) {
        ancestors.unshift(next)
        const above = await rest.get('/inventory/managedObjects/{id}', {
          path: { id: next.id },
          query: { withParents: true, withChildren: false },
          signal,
        })
        next = above.deviceParents.references[0]?.managedObject
      }
      return ancestors
    },
    enabled: parent !== undefined,
    staleTime: 60_000,
  })
}

/** A device rarely has more unresolved alarms than that: each type of alarm is one. */
export const openAlarmsMax = 100

/** Unresolved alarms of the device, newest first; undefined while unknown or not allowed. */
export function useOpenAlarms(id: string) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['alarms', 'unresolved', id],
    queryFn: async ({ signal }) => {
      const { alarms } = await rest.get('/alarm/alarms', {
        query: { source: id, resolved: false, pageSize: openAlarmsMax },
        signal,
      })
      return alarms
    },
    enabled: usePermissions().may('ROLE_ALARM_READ'),
    ...usePolling('alarms'),
  })
}

/** Enough to have met every series of most devices. */
const latestMax = 50

/** The newest measurements of the device, whenever they were. */
export function useLatestMeasurements(id: string) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['measurements', id, 'latest'],
    queryFn: async ({ signal }) => {
      const { measurements } = await rest.get('/measurement/measurements', {
        query: { source: id, revert: true, pageSize: latestMax },
        signal,
      })
      return measurements
    },
    enabled: usePermissions().may('ROLE_MEASUREMENT_READ'),
    ...usePolling('device'),
  })
}

/** When the newest measurement, event or alarm of the device was; undefined where there is none. */
export function useLastMessage(id: string) {
  const { rest } = usePlatform()
  const { may } = usePermissions()
  const mayRead = may('ROLE_EVENT_READ') && may('ROLE_ALARM_READ')
  const measurements = useLatestMeasurements(id)
  const others = useQuery({
    queryKey: ['lastMessage', id],
    queryFn: async ({ signal }) => {
      const query = { source: id, pageSize: 1 }
      const [{ events }, { alarms }] = await Promise.all([
        rest.get('/event/events', { query, signal }),
        rest.get('/alarm/alarms', { query, signal }),
      ])
      return [...events, ...alarms].map(({ time }) => time)
    },
    enabled: mayRead,
    ...usePolling('device'),
  })
  if (measurements.data === undefined || others.data === undefined)
    return { kind: 'unknown' } as const
  const newest = [...measurements.data.slice(0, 1).map(({ time }) => time), ...others.data].reduce<
    string | undefined
  >(laterOf, undefined)
  return { kind: 'known', time: newest } as const
}

function laterOf(first: string | undefined, second: string): string {
  return first === undefined || Date.parse(second) > Date.parse(first) ? second : first
}
