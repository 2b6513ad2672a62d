import type {
  ConsoleRegistrationDetailsRepresentation,
  ConsoleRegistrationRepresentation,
} from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { usePlatform } from '../platform/platform.ts'
import { usePolling } from '../platform/polling.ts'

export type Registration = ConsoleRegistrationRepresentation
export type RegistrationDetails = ConsoleRegistrationDetailsRepresentation

export const registrationsPageSize = 25
/** More than anybody looks at one by one; the platform gives no more at once either. */
export const registrationsMax = 2_000

/** One page of the open requests, those to decide on first. */
export function useRegistrations(page: number) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['registrations', 'page', page],
    queryFn: ({ signal }) =>
      rest.get('/service/console/registrations', {
        query: { pageSize: registrationsPageSize, currentPage: page, withTotalElements: true },
        signal,
      }),
    ...usePolling('registrations'),
  })
}

/** Every open request, read once and again on demand. */
export function useAllRegistrations() {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['registrations', 'all'],
    queryFn: async ({ signal }) => {
      const query = { pageSize: registrationsMax }
      const page = await rest.get('/service/console/registrations', { query, signal })
      return page.registrations
    },
  })
}

/** One request with its diary; `gone` once it has ended. */
export function useRegistration(id: string, { slowness = 1 }: { readonly slowness?: number } = {}) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['registrations', 'one', id],
    queryFn: ({ signal }) =>
      valueOrGone(rest.get('/service/console/registrations/{id}', { path: { id }, signal })),
    ...usePolling('registrationDetails', slowness),
  })
}

/** Id of the managed object that the device has become; `gone` while there is none. */
export function useDeviceOf(id: string, { isAwaited }: { readonly isAwaited: boolean }) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['registrations', 'device', id],
    queryFn: async ({ signal }) => {
      const path = { type: 'c8y_Serial', externalId: id }
      const found = await valueOrGone(
        rest.get('/identity/externalIds/{type}/{externalId*}', { path, signal }),
      )
      return found === 'gone' ? found : found.managedObject.id
    },
    enabled: isAwaited,
    ...usePolling('registrationDetails'),
  })
}

export function useRegistrationLimit() {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['registrations', 'limit'],
    queryFn: ({ signal }) => rest.get('/devicecontrol/newDeviceRequests/limit', { signal }),
    ...usePolling('registrationLimit'),
  })
}

export interface NewDevice {
  readonly id: string
  readonly name?: string
  readonly type?: string
  readonly groupId?: string
}

/** What an operator does with requests. All reject as the REST client does. */
export function useRegistrationActions() {
  const { rest } = usePlatform()
  const queries = useQueryClient()
  // Not waited for: what was done is done, and the lists follow.
  const onSettled = () => void queries.invalidateQueries({ queryKey: ['registrations'] })
  const add = useMutation({
    mutationFn: (device: NewDevice) =>
      rest.post('/devicecontrol/newDeviceRequests', { body: device }),
    onSettled,
  })
  const accept = useMutation({
    mutationFn: ({ id, token, force }: Acceptance) =>
      rest.put('/devicecontrol/newDeviceRequests/{id}', {
        path: { id },
        body: {
          status: 'ACCEPTED',
          ...(token === undefined ? {} : { securityToken: token }),
          ...(force ? { force } : {}),
        },
      }),
    onSettled,
  })
  const acceptAll = useMutation({
    mutationFn: () => rest.post('/devicecontrol/newDeviceRequests/acceptAll'),
    onSettled,
  })
  const remove = useMutation({
    // Whoever deletes what somebody else has deleted has what they wanted.
    mutationFn: (id: string) =>
      valueOrGone(rest.delete('/devicecontrol/newDeviceRequests/{id}', { path: { id } })),
    onSettled,
  })
  /** A blocked request begins anew with what the operator had given. */
  const recreate = useMutation({
    mutationFn: async ({ id, name, type, groupId }: Registration) => {
      await valueOrGone(rest.delete('/devicecontrol/newDeviceRequests/{id}', { path: { id } }))
      return rest.post('/devicecontrol/newDeviceRequests', {
        body: {
          id,
          ...(name === undefined ? {} : { name }),
          ...(type === undefined ? {} : { type }),
          ...(groupId === undefined ? {} : { groupId }),
        },
      })
    },
    onSettled,
  })
  return { add, accept, acceptAll, remove, recreate }
}

export interface Acceptance {
  readonly id: string
  readonly token?: string
  /** Although it is contested, or the id belongs to another device. */
  readonly force: boolean
}

/** The value, or `gone` where the platform does not know it (any more). */
export async function valueOrGone<T>(answer: Promise<T>): Promise<T | 'gone'> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof RestRefusal && error.status === 404) return 'gone'
    throw error
  }
}
