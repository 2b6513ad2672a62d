import type { Actor, Eventually, JsonValue, ProcessingMode } from '@pileus/domain'
import type { SmartRest1Call } from '@pileus/smartrest'

/** Calls routes of the REST interface for a device; whoever serves that interface has it. */
export interface CallsRoutes {
  /**
   * Does what the request asks for with the rights of the actor, and no more than a client could.
   * Refusals are answers; rejects when the storage fails.
   */
  callRoute(
    actor: Actor,
    call: SmartRest1Call & { readonly mode: ProcessingMode },
  ): Eventually<RouteReply>
}

export interface RouteReply {
  readonly status: number
  readonly body: JsonValue | undefined
  /** Why it was refused, for people. */
  readonly message: string | undefined
}
