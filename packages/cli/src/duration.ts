const unitsMs = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

const form = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|min|h|d)$/

/** Timers of Node wait no longer: with more they do not wait at all. */
const msMax = 2 ** 31 - 1

/** `500ms`, `5s`, `2m` or `2min`, `1h`, `24d` in ms; undefined for anything else, and beyond. */
export function parseDuration(text: string): number | undefined {
  const [, number = '', unit = ''] = form.exec(text.trim()) ?? []
  const ms = Number(number) * (unitsMs[unit as keyof typeof unitsMs] ?? 0)
  return ms > 0 && ms <= msMax ? ms : undefined
}

/** For people, in at most two units: `0 s`, `59 s`, `3 min 5 s`, `2 h`, `4 d 1 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return inTwo(minutes, 'min', seconds % 60, 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return inTwo(hours, 'h', minutes % 60, 'min')
  return inTwo(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function inTwo(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
