import type { Page } from '@pileus/domain'
import type { PageRequest } from '@pileus/rest-contract'

/** The part of a list that a request asks for, as the store counts. */
export function toPage({ pageSize, currentPage }: PageRequest): Page {
  return { offset: (currentPage - 1) * pageSize, limit: pageSize }
}
