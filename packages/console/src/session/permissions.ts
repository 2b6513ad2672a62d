import { useObservable } from '../platform/observable.ts'
import { usePlatform } from '../platform/platform.ts'
import type { Identity, Permission } from './session-keeper.ts'

/** Who is signed in; only below the sign-in page. */
export function useIdentity(): Identity {
  const session = useObservable(usePlatform().session.state)
  if (session.kind === 'signedOut') throw new Error('Nobody is signed in.')
  return session.identity
}

/** `may('ROLE_…')`: whether the user has any of the permissions. */
export function usePermissions(): { readonly may: (...anyOf: readonly Permission[]) => boolean } {
  const { permissions } = useIdentity()
  return { may: (...anyOf) => anyOf.some((permission) => permissions.has(permission)) }
}

/** Why a control is disabled, and who can help. */
export function describeMissingPermission(anyOf: readonly Permission[]): string {
  const [first = '', ...others] = anyOf
  const roles = others.length === 0 ? first : `${first} or ${others.join(' or ')}`
  return `This needs the role ${roles}, which you do not have. An administrator of the tenant can give it to you.`
}
