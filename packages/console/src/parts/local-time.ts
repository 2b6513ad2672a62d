const minuteMs = 60_000

/**
 * The instant in ms that an address tells in ISO 8601; undefined for anything else, also for years
 * that no field of date and time takes.
 */
export function parseInstant(value: unknown): number | undefined {
  const at = typeof value === 'string' && /^\d{4}-/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

/** What a field of date and time shows and gives: `2031-02-11T07:02:00`, in the user's zone. */
export function formatLocalTime(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * minuteMs)
  return local.toISOString().slice(0, 19)
}

/** The way back; undefined while the field is empty or half filled in. */
export function parseLocalTime(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? parseInstant(text) : undefined
}
