import type { Actor, Page, Permission } from '@pileus/domain'
import type { PageRequest } from '@pileus/rest-contract'

/** The part of a list that a request asks for, as the store counts. */
export function toPage({ pageSize, currentPage }: PageRequest): Page {
  return { offset: (currentPage - 1) * pageSize, limit: pageSize }
}

/** Without the global permission a list shows the caller's own objects only (security S-2.4). */
export function visibility(actor: Actor, permission: Permission): { readonly visibleTo?: string } {
  return actor.permissions.has(permission) ? {} : { visibleTo: actor.userName }
}
