import type { Instant } from '@pileus/domain'

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+\- ]\d\d(?::?\d\d)?)?)?$/

const earliest = dayStart(0, 1, 1)
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Reads `YYYY-MM-DD` (start of the day in UTC) or `YYYY-MM-DDThh:mm[:ss[.fraction]]` with `Z`,
 * `±hh:mm`, `±hhmm`, `±hh` or no zone (UTC). A fraction of 1 to 9 digits is cut to milliseconds.
 * A space where the sign must stand is an undecoded `+`. Gives `undefined` for anything else.
 *
 * @see rest-api §1.8
 */
export function parseDate(text: string): Instant | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const number = (index: number): number => Number(parts[index] ?? 0)
  const [year, month, day] = [number(1), number(2), number(3)]
  const [hour, minute, second] = [number(4), number(5), number(6)]
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offsetMinutes = parseOffset(parts[8])
  if (offsetMinutes === undefined) return undefined
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const instant =
    dayStart(year, month, day) +
    ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 +
    milliseconds
  return instant >= earliest && instant <= latest ? instant : undefined
}

/** `YYYY-MM-DDThh:mm:ss.sssZ`. */
export function formatDate(instant: Instant): string {
  return new Date(instant).toISOString()
}

/** `Date.UTC` reads the years 0 to 99 as 1900 to 1999, so the year is set by itself. */
function dayStart(year: number, month: number, day: number): Instant {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

function daysOfMonth(year: number, month: number): number {
  return new Date(dayStart(year, month + 1, 1) - 1).getUTCDate()
}

/** Minutes east of Greenwich; `undefined` when out of range. */
function parseOffset(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
