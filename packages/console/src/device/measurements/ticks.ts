/** Round values between `min` and `max`, at most `count` of them. */
export function numberTicks(min: number, max: number, count: number): readonly number[] {
  const span = max - min
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(min) ? [min] : []
  const rough = span / Math.max(count - 1, 1)
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * magnitude >= rough * (1 - 1e-9)) ?? 10
  return multiplesOf(factor * magnitude, min, max)
}

function multiplesOf(step: number, min: number, max: number): readonly number[] {
  const ticks: number[] = []
  const first = Math.ceil(min / step - 1e-9)
  for (let index = first; index * step <= max + step * 1e-9; index++) {
    // Without the dust of binary fractions: 0.3, not 0.30000000000000004.
    ticks.push(Number((index * step).toPrecision(12)))
    // At the end of what numbers can tell apart, a step no longer changes them.
    if (ticks.length > ticksMax) return ticks.slice(0, 1)
  }
  return ticks
}

const ticksMax = 100

/** The ticks as texts with the same number of decimals, as few as tell them apart. */
export function formatTicks(ticks: readonly number[]): readonly string[] {
  const largest = Math.max(...ticks.map(Math.abs))
  for (let decimals = 0; largest < 1e9 && decimals <= decimalsMax; decimals++) {
    if (ticks.every((tick) => Number(tick.toFixed(decimals)) === tick)) {
      const format = new Intl.NumberFormat(undefined, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      })
      return ticks.map((tick) => format.format(tick))
    }
  }
  return ticks.map((tick) => scientific.format(tick))
}

const decimalsMax = 5
const scientific = new Intl.NumberFormat(undefined, {
  notation: 'scientific',
  maximumFractionDigits: 3,
})

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minuteMs),
  ...[1, 2, 3, 6, 12].map((n) => n * hourMs),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * dayMs),
]

/**
 * Round instants between `from` and `to` in ms, at most `count` of them. `offsetMs` is what the
 * clock on the wall is ahead of UTC, so that days begin at midnight.
 */
export function timeTicks({
  from,
  to,
  count,
  offsetMs,
}: {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly offsetMs: number
}): readonly number[] {
  const rough = (to - from) / Math.max(count, 1)
  const step = timeSteps.find((each) => each >= rough) ?? (timeSteps.at(-1) as number) * 10
  return multiplesOf(step, from + offsetMs, to + offsetMs).map((at) => at - offsetMs)
}

/** How finely the labels of these instants must tell the time. */
export function precisionOf(ticks: readonly number[]): 'second' | 'minute' | 'day' {
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0)
  if (step >= dayMs) return 'day'
  return step >= minuteMs ? 'minute' : 'second'
}
