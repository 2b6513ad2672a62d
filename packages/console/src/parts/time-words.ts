const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A moment within a day is said relatively, any other as date and time (console §3.8). */
export function formatMoment(at: number, now: number): string {
  const ageMs = now - at
  return Math.abs(ageMs) < dayMs ? formatRelative(ageMs) : formatAbsolute(at)
}

const short = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

const shortWithYear = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
})

/** The same in a narrow column: beyond a day without seconds, beyond the year without the hour. */
export function formatShortMoment(at: number, now: number): string {
  const ageMs = now - at
  if (Math.abs(ageMs) < dayMs) return formatRelative(ageMs)
  const isOfThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return (isOfThisYear ? short : shortWithYear).format(at)
}

function formatRelative(ageMs: number): string {
  // Clocks differ by a little; nobody wants to read that something happens in two seconds.
  if (ageMs < -5 * secondMs) return `in ${formatDuration(-ageMs)}`
  if (ageMs < 5 * secondMs) return 'just now'
  return `${formatDuration(ageMs)} ago`
}

/** `12 s`, `3 min`, `2 h`, `4 d`: the largest unit alone. */
export function formatDuration(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / secondMs))} s`
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h`
  return `${Math.floor(ms / dayMs)} d`
}

const absolute = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

/** Date, time and zone, in the user's zone and language. */
export function formatAbsolute(at: number): string {
  return absolute.format(at)
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** `07:31:08` in the user's zone. */
export function formatClockTime(at: number): string {
  return clock.format(at)
}
