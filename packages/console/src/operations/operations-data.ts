import type { OperationRepresentation } from '@pileus/rest-contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useClock } from '../parts/time.tsx'
import { usePlatform } from '../platform/platform.ts'
import { pollingIntervalsMs, usePolling } from '../platform/polling.ts'
import type { Operation } from './operation.ts'
import { cancellation, isFinal } from './operation.ts'
import type { OperationBody, Reach } from './operation-kinds.ts'
import { reachOf } from './operation-kinds.ts'
import type { OperationsSearch } from './operations-search.ts'
import type { Trace } from './trace-words.ts'
import { isSettled } from './trace-words.ts'

export const operationsPageSize = 25

/** One page of the operations of a device, newest first. */
export function useOperations(deviceId: string, { status = [], page = 1 }: OperationsSearch) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['operations', deviceId, status, page],
    queryFn: async ({ signal }) => {
      const { operations, statistics } = await rest.get('/devicecontrol/operations', {
        query: {
          deviceId,
          status,
          revert: true,
          pageSize: operationsPageSize,
          currentPage: page,
          withTotalElements: true,
        },
        signal,
      })
      return { operations, total: statistics.totalElements, scope: [...status, page].join() }
    },
    // The list of before stays until that of another filter or page is there.
    placeholderData: (previous) => previous,
    ...usePolling('operations'),
  })
}

/** Some of those that wait are enough to know whether the device can be reached. */
const pendingMax = 20

/** What is known of the way to the device, for those who are about to send something. */
export function useReach(deviceId: string): Reach {
  const { rest } = usePlatform()
  const pending = useQuery({
    queryKey: ['operations', deviceId, 'pending'],
    queryFn: async ({ signal }) => {
      const { operations } = await rest.get('/devicecontrol/operations', {
        query: { deviceId, status: ['PENDING'], pageSize: pendingMax },
        signal,
      })
      return operations
    },
    ...usePolling('operations'),
  })
  return useClock((now) => reachOf(pending.data ?? [], now))
}

/** An operation that an address names and the present page does not have. */
export function useOperation(id: string | undefined) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['operation', id],
    queryFn: ({ signal }) =>
      rest.get('/devicecontrol/operations/{id}', { path: { id: id ?? '' }, signal }),
    enabled: id !== undefined,
    ...usePolling('operations'),
  })
}

/** Kept for the operations of some pages; the way of one that has ended never changes. */
const traceKeptMs = 60 * 60_000

/**
 * The way of an operation. That of an open entry is followed; that of any other is read once for
 * each status, for its durations, and not at all while it only waits.
 */
export function useTrace({ id, status }: Operation, isOpen: boolean) {
  const { rest } = usePlatform()
  const { refetchInterval } = usePolling('operations')
  return useQuery({
    queryKey: ['operationTrace', id, status],
    queryFn: ({ signal }): Promise<Trace> =>
      rest.get('/service/console/operations/{id}/trace', { path: { id }, signal }),
    enabled: isOpen || status !== 'PENDING',
    placeholderData: (previous) => (previous?.id === id ? previous : undefined),
    staleTime: (query) =>
      query.state.data !== undefined && isSettled(query.state.data, query.state.dataUpdatedAt)
        ? Number.POSITIVE_INFINITY
        : pollingIntervalsMs.operations,
    gcTime: traceKeptMs,
    refetchOnWindowFocus: false,
    refetchInterval: (query) => {
      const { data, dataUpdatedAt } = query.state
      if (refetchInterval === false || (!isOpen && !isFinal(status))) return false
      return data !== undefined && isSettled(data, dataUpdatedAt) ? false : refetchInterval(query)
    },
  })
}

/** Asks the device for something; the lists of operations are read again. */
export function useCreateOperation() {
  const { rest } = usePlatform()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: OperationBody): Promise<OperationRepresentation> =>
      rest.post('/devicecontrol/operations', { body }),
    onSuccess: ({ deviceId }) => {
      void queryClient.invalidateQueries({ queryKey: ['operations', deviceId] })
    },
  })
}

export function useCancelOperation() {
  const { rest } = usePlatform()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id }: Operation): Promise<OperationRepresentation> =>
      rest.put('/devicecontrol/operations/{id}', { path: { id }, body: cancellation }),
    // Also after a refusal: somebody else was faster, and what they did is to be seen.
    onSettled: (_, __, { id, deviceId }) =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['operations', deviceId] }),
        queryClient.invalidateQueries({ queryKey: ['operation', id] }),
      ]),
  })
}
