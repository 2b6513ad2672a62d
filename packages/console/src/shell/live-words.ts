import type { Connection } from '../platform/connection-watch.ts'
import type { IconName } from '../visual/icon.tsx'

export interface LiveWords {
  readonly icon: IconName
  readonly text: string
  readonly tone: 'live' | 'held' | 'away'
}

/**
 * The state of live updates as shape and words (console §2.5). `pollingMs` is the shortest interval
 * at which something visible is read again; absent if nothing is.
 */
export function describeLive({
  connection,
  isPaused,
  pollingMs,
  now,
}: {
  readonly connection: Connection
  readonly isPaused: boolean
  readonly pollingMs: number | undefined
  readonly now: number
}): LiveWords {
  if (connection.kind === 'unreachable') {
    const waitMs = Math.max(0, (connection.nextAttemptAt ?? now) - now)
    const seconds = Math.ceil(waitMs / 1_000)
    return {
      icon: 'liveRing',
      text: seconds === 0 ? 'Reconnecting' : `Reconnecting ${seconds} s`,
      tone: 'away',
    }
  }
  if (isPaused) return { icon: 'pause', text: 'Paused', tone: 'held' }
  return pollingMs === undefined
    ? { icon: 'liveDot', text: 'Live', tone: 'live' }
    : { icon: 'liveHalfRing', text: `Polling every ${pollingMs / 1_000} s`, tone: 'live' }
}
