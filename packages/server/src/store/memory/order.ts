import type { Instant, Page, TimeRange } from '@pileus/domain'

interface Dated {
  readonly id: string
  readonly time: Instant
}

/** By id as a number. */
export function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return Number(left.id) - Number(right.id)
}

/** By time, then by id. */
export function byTime(left: Dated, right: Dated): number {
  return left.time - right.time || byId(left, right)
}

export function byPosition(
  left: { readonly position: number },
  right: { readonly position: number },
): number {
  return left.position - right.position
}

export function pageOf<T>(items: readonly T[], page: Page): readonly T[] {
  return items.slice(page.offset, page.offset + page.limit)
}

/** Whether `instant` lies in the range, both ends included. */
export function isWithin(instant: Instant, range: TimeRange | undefined): boolean {
  return isFrom(instant, range) && (range?.to === undefined || instant <= range.to)
}

/** Whether `instant` lies in the range without its upper end (rest-api §1.8). */
export function isWithinExclusive(instant: Instant, range: TimeRange | undefined): boolean {
  return isFrom(instant, range) && (range?.to === undefined || instant < range.to)
}

function isFrom(instant: Instant, range: TimeRange | undefined): boolean {
  return range?.from === undefined || instant >= range.from
}

/** Gives each time a position after all that were given before. */
export type NextPosition = () => number

export function positions(): NextPosition {
  let last = 0
  return () => ++last
}
