import type { QueryPair, QueryParameter } from './query-parameters.ts'
import { formatQueryString } from './query-parameters.ts'

export const pageSizeDefault = 5
export const pageSizeMax = 2000

/** The parameters of every paged list (rest-api §1.7). */
export const pagingParameters = [
  { name: 'pageSize', kind: 'integer', summary: 'Items of a page: 5 unless given, at most 2000.' },
  { name: 'currentPage', kind: 'integer', summary: 'Number of the page, from 1.' },
  { name: 'withTotalPages', kind: 'boolean', summary: 'Count the pages of the whole list.' },
  { name: 'withTotalElements', kind: 'boolean', summary: 'Count the items of the whole list.' },
] as const satisfies readonly QueryParameter[]

/** The page that a request asks for, within the bounds. */
export interface PageRequest {
  readonly pageSize: number
  /** From 1. */
  readonly currentPage: number
  readonly withTotalPages: boolean
  readonly withTotalElements: boolean
}

/**
 * Clamps `pageSize` to 2000 and `currentPage` to 1. Gives `undefined` for a `pageSize` below 1,
 * which is refused.
 */
export function parsePageRequest(query: {
  readonly pageSize?: number
  readonly currentPage?: number
  readonly withTotalPages?: boolean
  readonly withTotalElements?: boolean
}): PageRequest | undefined {
  const pageSize = query.pageSize ?? pageSizeDefault
  if (pageSize < 1) return undefined
  return {
    pageSize: Math.min(pageSize, pageSizeMax),
    currentPage: Math.max(query.currentPage ?? 1, 1),
    withTotalPages: query.withTotalPages ?? false,
    withTotalElements: query.withTotalElements ?? false,
  }
}

export function needsTotal(page: PageRequest): boolean {
  return page.withTotalPages || page.withTotalElements
}

export interface PageLinks {
  readonly self: string
  readonly next?: string
  readonly prev?: string
}

/**
 * Links of one page of a list at `url`, an absolute URL without query string.
 *
 * They keep the parameters of the request in their order, with `pageSize` and `currentPage` last,
 * adjacent and in this order. `next` is there when the page is full or more is known to follow.
 *
 * @see rest-api §1.7
 */
export function formatPageLinks(list: {
  readonly url: string
  readonly query: readonly QueryPair[]
  readonly page: PageRequest
  readonly itemCount: number
  /** Items of the whole list, where counted. */
  readonly total?: number
}): PageLinks {
  const { page } = list
  const kept = list.query.filter(([name]) => name !== 'pageSize' && name !== 'currentPage')
  const link = (currentPage: number): string => {
    const pairs: QueryPair[] = [
      ...kept,
      ['pageSize', String(page.pageSize)],
      ['currentPage', String(currentPage)],
    ]
    return `${list.url}?${formatQueryString(pairs)}`
  }
  const hasMore = list.total !== undefined && list.total > page.currentPage * page.pageSize
  return {
    self: link(page.currentPage),
    ...(list.itemCount >= page.pageSize || hasMore ? { next: link(page.currentPage + 1) } : {}),
    ...(page.currentPage > 1 ? { prev: link(page.currentPage - 1) } : {}),
  }
}

export interface PageStatistics {
  readonly currentPage: number
  readonly pageSize: number
  readonly totalPages?: number
  readonly totalElements?: number
}

/** Member `statistics` of a list; `total` is needed when the request asks to count. */
export function formatStatistics(page: PageRequest, total: number | undefined): PageStatistics {
  return {
    currentPage: page.currentPage,
    pageSize: page.pageSize,
    ...(page.withTotalPages && total !== undefined
      ? { totalPages: Math.ceil(total / page.pageSize) }
      : {}),
    ...(page.withTotalElements && total !== undefined ? { totalElements: total } : {}),
  }
}
