import { useSyncExternalStore } from 'react'
import { Focusable } from 'react-aria-components/Focusable'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import styles from './time.module.css'
import {
  formatAbsolute,
  formatClockTime,
  formatDuration,
  formatMoment,
  formatShortMoment,
} from './time-words.ts'

export interface TimeProps {
  /** ISO 8601. */
  readonly value: string
  /** Shows both forms at once, and takes no place in the tab order. */
  readonly isFull?: boolean
  /** For an entry that opens to tell more: narrow, and without a place in the tab order. */
  readonly isShort?: boolean
}

/** A moment: relative within a day, absolute on hover and focus (console §3.8). */
export function Time({ value, isFull = false, isShort = false }: TimeProps) {
  const at = Date.parse(value)
  const shown = useClock((now) => (isShort ? formatShortMoment : formatMoment)(at, now))
  const full = formatAbsolute(at)
  if (isShort) {
    return (
      <time dateTime={value} title={full}>
        {shown}
      </time>
    )
  }
  const time = (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the tooltip needs the focus
    <time dateTime={value} className={styles.time} tabIndex={0}>
      {shown}
    </time>
  )
  if (isFull || shown === full) {
    return (
      <time dateTime={value}>{shown === full ? shown : `${shown} (${formatClockTime(at)})`}</time>
    )
  }
  return (
    <TooltipTrigger delay={300}>
      <Focusable>{time}</Focusable>
      <Tooltip className={styles.tooltip ?? ''} offset={4}>
        {full}
      </Tooltip>
    </TooltipTrigger>
  )
}

/** How long ago a moment was, or how long it took, growing by the second. */
export function Elapsed({ since, until }: { readonly since: number; readonly until?: number }) {
  const words = useClock((now) => formatDuration((until ?? now) - since))
  return <span className={styles.elapsed}>{words}</span>
}

/** The time now in milliseconds since 1970, by the second, while the page is visible. */
export function useNow(): number {
  return useClock((now) => now)
}

/**
 * What `valueAt` gives for the time now. Lists have many times that are the same words for hours:
 * the component renders again when it is another value, not with each second.
 */
export function useClock<Value extends string | number>(valueAt: (now: number) => Value): Value {
  return useSyncExternalStore(subscribeToClock, () => valueAt(currentSecond))
}

let currentSecond = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  if (document.hidden) return
  currentSecond = Date.now()
  for (const listener of [...listeners]) listener()
}
