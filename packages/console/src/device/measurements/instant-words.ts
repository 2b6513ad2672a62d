import { precisionOf } from './ticks.ts'

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const day = { month: 'short', day: 'numeric' } as const

const formats = {
  second: new Intl.DateTimeFormat(undefined, { ...clock, second: '2-digit' }),
  minute: new Intl.DateTimeFormat(undefined, clock),
  day: new Intl.DateTimeFormat(undefined, day),
}

/** The labels of a time axis: clock times, and the date where a day begins. */
export function formatInstants(ticks: readonly number[]): readonly string[] {
  const precision = precisionOf(ticks)
  return ticks.map((at) => {
    const date = new Date(at)
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0
    return formats[isMidnight ? 'day' : precision].format(date)
  })
}

const moment = new Intl.DateTimeFormat(undefined, { ...day, ...clock, second: '2-digit' })

/** `Feb 11, 07:31:08`: the instant under a cursor. */
export function formatInstant(at: number): string {
  return moment.format(at)
}
