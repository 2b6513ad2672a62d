import { RestRefusal } from '@pileus/rest-contract'
import { describeFailure } from '../platform/failure-words.ts'

/** Why signing in failed; never which of the fields was wrong (console §2.3). */
export function describeSignInFailure(error: unknown): string {
  if (error instanceof RestRefusal && error.status === 401) {
    return 'Tenant, user and password do not belong together.'
  }
  const { title, cause } = describeFailure(error)
  return `${title} ${cause}`
}
