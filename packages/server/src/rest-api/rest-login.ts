import type { Eventually, User } from '@pileus/domain'

/** A name and a password that came with a request. */
export interface RestLoginAttempt {
  /** `<tenantId>/<userName>` or `<userName>`, as sent. */
  readonly userName: string
  readonly password: string
  readonly remoteAddress: string
  /** Host that the client asked for, with or without port. */
  readonly host: string
}

/** A token that came with a request. */
export interface RestTokenAttempt {
  readonly token: string
  readonly remoteAddress: string
  readonly host: string
}

/** What a login comes to; `answerAfterMs` is how long the answer is to be held back. */
export type RestLogin =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'wrong'; readonly answerAfterMs: number }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'expired' }
  | {
      readonly kind: 'throttled'
      readonly retryAfterSeconds: number
      readonly answerAfterMs: number
    }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }

/** Decides who somebody is: handed in, since secrets are no business of this part. */
export interface AuthenticatesRequests {
  byPassword(attempt: RestLoginAttempt): Eventually<RestLogin>
  byToken(attempt: RestTokenAttempt): Eventually<RestLogin>
}
