import type { CurrentUserRepresentation, Fetches } from '@pileus/rest-contract'
import { buildRestClient } from '@pileus/rest-contract'
import type { Observable } from '../platform/observable.ts'
import { buildObservable } from '../platform/observable.ts'
import { formatBasicAuthorization } from './basic-authorization.ts'

export type Permission = CurrentUserRepresentation['effectiveRoles'][number]['id']

export interface Credentials {
  /** Empty for the default tenant of the platform. */
  readonly tenantId: string
  readonly userName: string
  readonly password: string
}

/** Who is signed in. */
export interface Identity {
  readonly tenantId: string
  readonly userName: string
  readonly displayName: string
  readonly permissions: ReadonlySet<Permission>
}

export type Session =
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'signedIn'; readonly identity: Identity }
  /** The platform no longer takes the credentials; the page waits for new ones. */
  | { readonly kind: 'expired'; readonly identity: Identity }

/** Requests that waited for new credentials end with it when the user signs out instead. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut'
}

/**
 * Keeps the credentials in memory, and nowhere else: a reload of the page asks for them again.
 *
 * `signIn` and `renew` reject as the REST client does; with a `RestRefusal` of status 401 the
 * credentials are wrong.
 */
export interface SessionKeeper {
  readonly state: Observable<Session>
  /** The given fetch with the credentials; a refused request is repeated once they are renewed. */
  readonly fetch: Fetches
  readonly signIn: (credentials: Credentials) => Promise<void>
  /** The user who is signed in gives the password again. */
  readonly renew: (password: string) => Promise<void>
  /** The same, without changing anything: for what must not happen by accident. */
  readonly confirmPassword: (password: string) => Promise<void>
  /** The platform refused what the permissions seemed to allow: they have changed. */
  readonly rereadPermissions: () => Promise<void>
  readonly signOut: () => void
}

export function buildSessionKeeper(fetch: Fetches): SessionKeeper {
  const state = buildObservable<Session>({ kind: 'signedOut' })
  let authorization: string | undefined

  const authorized: Fetches = async (url, init) => {
    for (;;) {
      const used = authorization
      if (used === undefined) throw new SignedOut()
      const answer = await fetch(url, {
        ...init,
        headers: { ...init.headers, Authorization: used },
      })
      if (answer.status !== 401) return answer
      if (used === authorization) expire()
      await untilRenewed(init.signal)
    }
  }

  function expire(): void {
    const present = state.get()
    if (present.kind === 'signedIn') state.set({ kind: 'expired', identity: present.identity })
  }

  function untilRenewed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        const { kind } = state.get()
        if (kind === 'expired' && signal?.aborted !== true) return
        unsubscribe()
        signal?.removeEventListener('abort', settle)
        if (signal?.aborted === true) reject(signal.reason)
        else if (kind === 'signedIn') resolve()
        else reject(new SignedOut())
      }
      const unsubscribe = state.subscribe(settle)
      signal?.addEventListener('abort', settle)
      settle()
    })
  }

  async function signIn(credentials: Credentials): Promise<void> {
    const header = formatBasicAuthorization(credentials)
    const identity = await readIdentity(fetch, header)
    authorization = header
    state.set({ kind: 'signedIn', identity })
  }

  function credentialsWith(password: string): Credentials {
    const present = state.get()
    if (present.kind === 'signedOut') throw new SignedOut()
    const { tenantId, userName } = present.identity
    return { tenantId, userName, password }
  }

  return {
    state,
    fetch: authorized,
    signIn,
    renew: async (password) => signIn(credentialsWith(password)),
    confirmPassword: async (password) => {
      await readIdentity(fetch, formatBasicAuthorization(credentialsWith(password)))
    },
    rereadPermissions: async () => {
      const used = authorization
      if (used === undefined) return
      const identity = await readIdentity(fetch, used)
      if (used === authorization) state.set({ kind: 'signedIn', identity })
    },
    signOut: () => {
      authorization = undefined
      state.set({ kind: 'signedOut' })
    },
  }
}

async function readIdentity(fetch: Fetches, authorization: string): Promise<Identity> {
  const headers = () => ({ Authorization: authorization })
  const rest = buildRestClient({ baseUrl: '', fetch, headers })
  const [user, tenant] = await Promise.all([
    rest.get('/user/currentUser'),
    rest.get('/tenant/currentTenant'),
  ])
  return {
    tenantId: tenant.name,
    userName: user.userName,
    displayName: user.displayName === '' ? user.userName : user.displayName,
    permissions: new Set(user.effectiveRoles.map(({ id }) => id)),
  }
}
