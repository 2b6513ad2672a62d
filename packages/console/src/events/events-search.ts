import { formatLocalTime, parseInstant, parseLocalTime } from '../parts/local-time.ts'
import { parsePage } from '../parts/parse-page.ts'

/** How far back, from now on; or between two moments. */
export const eventPeriods = ['ANY', 'HOUR', 'DAY', 'WEEK', 'BETWEEN'] as const
export type EventPeriod = (typeof eventPeriods)[number]

const hourMs = 60 * 60_000

const backMs = { HOUR: hourMs, DAY: 24 * hourMs, WEEK: 7 * 24 * hourMs } as const

/** What the address says of the tab; defaults are left out (console §2.2). */
export interface EventsSearch {
  readonly type?: string
  readonly period?: Exclude<EventPeriod, 'ANY'>
  /** ISO 8601, of the period `BETWEEN`; absent: open on that side. */
  readonly from?: string
  readonly to?: string
  readonly page?: number
  /** Id of the event that is open. */
  readonly open?: string
}

export function parseEventsSearch(search: Readonly<Record<string, unknown>>): EventsSearch {
  const type = asText(search['type'])
  const period = eventPeriods.find((each) => each === search['period'])
  const open = asText(search['open'])
  return {
    ...(type === undefined ? {} : { type }),
    ...(period === undefined || period === 'ANY' ? {} : { period }),
    ...(period === 'BETWEEN' ? parseBounds(search) : {}),
    ...parsePage(search),
    ...(open === undefined ? {} : { open }),
  }
}

function parseBounds(search: Readonly<Record<string, unknown>>): Pick<EventsSearch, 'from' | 'to'> {
  const from = toMoment(parseInstant(search['from']))
  const to = toMoment(parseInstant(search['to']))
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** The router reads what looks like a number as one. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function toMoment(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}

/** The filters of `GET /event/events` for it; `now` in milliseconds since 1970. */
export function eventFilters(
  { type, period, from, to }: EventsSearch,
  now: number,
): { readonly type?: string; readonly dateFrom?: Date; readonly dateTo?: Date } {
  const byType = type === undefined ? {} : { type }
  if (period === undefined) return byType
  if (period !== 'BETWEEN') return { ...byType, dateFrom: new Date(now - backMs[period]) }
  return {
    ...byType,
    ...(from === undefined ? {} : { dateFrom: new Date(from) }),
    ...(to === undefined ? {} : { dateTo: new Date(to) }),
  }
}

/** What a field shows for a moment (ISO 8601): to the minute, in the user's zone. */
export function formatLocalMinute(moment: string | undefined): string {
  return moment === undefined ? '' : formatLocalTime(Date.parse(moment)).slice(0, 16)
}

/** The way back; undefined while the field is empty or half filled in. */
export function parseLocalMinute(text: string): string | undefined {
  return toMoment(parseLocalTime(text))
}
