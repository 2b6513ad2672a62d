import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Popover } from 'react-aria-components/Popover'
import { Button } from '../parts/button.tsx'
import { useNow } from '../parts/time.tsx'
import { formatClockTime } from '../parts/time-words.ts'
import { describeFailure } from '../platform/failure-words.ts'
import { useObservable } from '../platform/observable.ts'
import { usePlatform } from '../platform/platform.ts'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './live-indicator.module.css'
import { describeLive } from './live-words.ts'

/** Whether the page follows what happens, in words; pressed, the details and the pause. */
export function LiveIndicator() {
  const { connection, isPaused, queryClient } = usePlatform()
  const state = useObservable(connection.state)
  const isHeld = useObservable(isPaused)
  const pollingMs = usePollingInterval(queryClient)
  const { icon, text, tone } = describeLive({
    connection: state,
    isPaused: isHeld,
    pollingMs,
    now: useNow(),
  })
  const lastFailure = queryClient
    .getQueryCache()
    .findAll({ type: 'active' })
    .find((query) => query.state.error !== null)?.state.error
  return (
    <DialogTrigger>
      <AriaButton
        className={classes(styles.indicator, styles[tone])}
        aria-label={`Live updates: ${text}`}
        data-testid="live-indicator"
      >
        <Icon name={icon} />
        <span className={styles.text}>{text}</span>
      </AriaButton>
      <Popover className={styles.popover ?? ''} offset={6} placement="bottom end">
        <Dialog className={styles.details ?? ''}>
          <Heading slot="title" level={2} className={styles.title ?? ''}>
            Live updates
          </Heading>
          <dl className={styles.facts}>
            <dt>State</dt>
            <dd>{text}</dd>
            <dt>Last answer</dt>
            <dd>
              {state.kind === 'unreachable'
                ? `none since ${formatClockTime(state.since)}`
                : formatLastAnswer(state.lastAnswerAt)}
            </dd>
            <dt>Last error</dt>
            <dd>{lastFailure == null ? 'none' : describeFailure(lastFailure).title}</dd>
          </dl>
          {state.kind === 'unreachable' ? (
            <Button icon="refresh" onPress={connection.retryNow} data-testid="reconnect">
              Try now
            </Button>
          ) : (
            <Button
              icon={isHeld ? 'play' : 'pause'}
              onPress={() => isPaused.set(!isHeld)}
              data-testid="pause-live"
            >
              {isHeld ? 'Resume updates' : 'Pause updates'}
            </Button>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function formatLastAnswer(at: number | undefined): string {
  return at === undefined ? 'none yet' : formatClockTime(at)
}

/** The shortest interval of what is visible and read again; `undefined` if nothing is. */
function usePollingInterval(queryClient: QueryClient): number | undefined {
  const cache = queryClient.getQueryCache()
  return useSyncExternalStore(
    (onChange) => cache.subscribe(onChange),
    () => {
      const intervals = cache
        .findAll({ type: 'active' })
        .map(({ meta }) => meta?.['polledEveryMs'])
        .filter((interval) => typeof interval === 'number')
      return intervals.length === 0 ? undefined : Math.min(...intervals)
    },
  )
}
