import type { ManagedObjectRepresentation } from '@pileus/rest-contract'
import { RestRefusal } from '@pileus/rest-contract'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { usePlatform } from '../../platform/platform.ts'
import { usePolling } from '../../platform/polling.ts'

export const childrenPageSize = 25

/** One page of the child devices, in the order of their assignment. */
export function useChildDevices(parentId: string, page: number) {
  const { rest } = usePlatform()
  return useQuery({
    queryKey: ['childDevices', parentId, page],
    queryFn: async ({ signal }) => {
      const { references, statistics } = await rest.get(
        '/inventory/managedObjects/{id}/childDevices',
        {
          path: { id: parentId },
          query: {
            pageSize: childrenPageSize,
            currentPage: page,
            withTotalElements: true,
            withChildren: false,
            withChildrenCount: true,
          },
          signal,
        },
      )
      return {
        children: references.map(({ managedObject }) => managedObject),
        total: statistics.totalElements,
      }
    },
    placeholderData: keepPreviousData,
    ...usePolling('devices'),
  })
}

export interface NewChild {
  readonly name: string
  /** Empty for none. */
  readonly type: string
  /** What its messages call it. */
  readonly externalId: string
}

/** The external id belongs to another device already. */
export class ExternalIdTaken extends Error {
  override readonly name = 'ExternalIdTaken'
}

/**
 * Creates a device with its external id below the parent, as a row 101 does (static-templates, 101).
 * What was created is taken back when a later step is refused.
 */
export function useCreateChild(parentId: string) {
  const { rest } = usePlatform()
  const refresh = useRefreshChildren(parentId)
  return useMutation({
    mutationFn: async ({ name, type, externalId }: NewChild) => {
      const child = await rest.post('/inventory/managedObjects', {
        body: { name, ...(type === '' ? {} : { type }), c8y_IsDevice: {} },
      })
      try {
        await nameChild(child, externalId)
        await rest.post('/inventory/managedObjects/{id}/childDevices', {
          path: { id: parentId },
          body: { managedObject: { id: child.id } },
        })
      } catch (refusal) {
        await rest.delete('/inventory/managedObjects/{id}', { path: { id: child.id } })
        throw refusal
      }
      return child
    },
    onSuccess: refresh,
  })

  async function nameChild(child: ManagedObjectRepresentation, externalId: string): Promise<void> {
    try {
      await rest.post('/identity/globalIds/{id}/externalIds', {
        path: { id: child.id },
        body: { type: 'c8y_Serial', externalId },
      })
    } catch (refusal) {
      const isTaken = refusal instanceof RestRefusal && refusal.status === 409
      throw isTaken ? new ExternalIdTaken(externalId, { cause: refusal }) : refusal
    }
  }
}

/** Takes a child away from its parent; the device itself stays. */
export function useDetachChild(parentId: string) {
  const { rest } = usePlatform()
  const refresh = useRefreshChildren(parentId)
  return useMutation({
    mutationFn: (childId: string) =>
      rest.delete('/inventory/managedObjects/{id}/childDevices/{childId}', {
        path: { id: parentId, childId },
      }),
    onSuccess: refresh,
  })
}

function useRefreshChildren(parentId: string): () => Promise<unknown> {
  const queryClient = useQueryClient()
  return () =>
    Promise.all(
      [['childDevices', parentId], ['device', parentId], ['devices']].map((queryKey) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    )
}
