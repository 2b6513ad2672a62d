import { useObservable, usePartOf } from './observable.ts'
import { usePlatform } from './platform.ts'

/**
 * How often what is visible is read again, in milliseconds. Nothing is read in a background tab,
 * while the user has paused live updates, or while the platform does not answer.
 */
export const pollingIntervalsMs = {
  registrations: 2_000,
  registrationDetails: 2_000,
  registrationLimit: 30_000,
  devices: 5_000,
  device: 5_000,
  measurements: 2_000,
  alarms: 5_000,
  alarmHistory: 30_000,
  events: 5_000,
  operations: 2_000,
} as const

export type Polled = keyof typeof pollingIntervalsMs

/** After a refusal that repeats, a list is read less often. */
const intervalAfterErrorMs = 15_000

/**
 * Options of `useQuery` for something that is read again and again: `...usePolling('devices')`.
 * Where one page reads many of a kind, `slowness` multiplies the interval of each.
 */
export function usePolling(polled: Polled, slowness = 1) {
  const { connection, isPaused } = usePlatform()
  const isHeld = useObservable(isPaused)
  // Not the whole state, which is another one with each answer.
  const isAway = usePartOf(connection.state, ({ kind }) => kind === 'unreachable')
  const intervalMs = pollingIntervalsMs[polled] * slowness
  return {
    refetchInterval:
      isHeld || isAway
        ? (false as const)
        : (query: { readonly state: { readonly status: string } }) =>
            query.state.status === 'error'
              ? Math.max(intervalMs, intervalAfterErrorMs)
              : intervalMs,
    refetchOnWindowFocus: !isHeld,
    meta: { polledEveryMs: intervalMs },
  }
}
