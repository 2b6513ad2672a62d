import type { Fetches, RestClient } from '@pileus/rest-contract'
import { buildRestClient, RestRefusal } from '@pileus/rest-contract'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { createContext, use } from 'react'
import type { SessionKeeper } from '../session/session-keeper.ts'
import { buildSessionKeeper } from '../session/session-keeper.ts'
import type { ConnectionWatch } from './connection-watch.ts'
import { buildConnectionWatch } from './connection-watch.ts'
import { isTransient } from './failure-words.ts'
import type { Changeable } from './observable.ts'
import { buildObservable } from './observable.ts'

/** What the pages know of the platform. */
export interface Platform {
  /** With the credentials of the session. */
  readonly rest: RestClient
  readonly session: SessionKeeper
  readonly connection: ConnectionWatch
  /** Whether the user has paused live updates. */
  readonly isPaused: Changeable<boolean>
  readonly queryClient: QueryClient
}

const retriesMax = 2

/** Wires it once, at start. */
export function buildPlatform(fetch: Fetches): Platform {
  const connection = buildConnectionWatch({
    fetch,
    onReconnect: () => void queryClient.invalidateQueries(),
  })
  const session = buildSessionKeeper(connection.fetch)
  const rest = buildRestClient({ baseUrl: '', fetch: session.fetch, headers: () => ({}) })
  const isPaused = buildObservable(false)
  const onError = (error: unknown): void => {
    if (!(error instanceof RestRefusal) || error.status !== 403) return
    session.rereadPermissions().catch(() => {
      // The refusal is shown where it happened; the permissions are read again at the next one.
    })
  }
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // The watch knows better than the browser whether there is a connection.
        networkMode: 'always',
        refetchOnReconnect: false,
        retry: (failures, error) => failures < retriesMax && isTransient(error),
        retryDelay: (failures) => 1_000 * 4 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
  isPaused.subscribe(() => {
    if (!isPaused.get()) void queryClient.invalidateQueries()
  })
  session.state.subscribe(() => {
    // What one user has seen is not there for the next one.
    if (session.state.get().kind === 'signedOut') queryClient.clear()
  })
  return { rest, session, connection, isPaused, queryClient }
}

export const PlatformContext = createContext<Platform | undefined>(undefined)

export function usePlatform(): Platform {
  const platform = use(PlatformContext)
  if (platform === undefined) throw new Error('There is no platform around this component.')
  return platform
}
