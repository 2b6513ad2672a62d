import { Button } from '../parts/button.tsx'
import { formatClockTime } from '../parts/time-words.ts'
import { useObservable } from '../platform/observable.ts'
import { usePlatform } from '../platform/platform.ts'
import { Icon } from '../visual/icon.tsx'
import styles from './connection-banner.module.css'

/** Stays until the platform answers again; the pages below keep what they have. */
export function ConnectionBanner() {
  const { connection } = usePlatform()
  const state = useObservable(connection.state)
  // The region is there before its content, so that the content is read out.
  return (
    <div role="status">
      {state.kind === 'unreachable' && (
        <div className={styles.banner} data-testid="offline-banner">
          <Icon name="warning" />
          <p className={styles.words}>
            <strong>
              {state.cause === 'browserOffline'
                ? 'This browser is offline.'
                : 'The platform does not answer.'}
            </strong>{' '}
            What you see is as of {formatClockTime(state.since)}. It is read again by itself as soon
            as the connection is back.
          </p>
          <Button isSmall icon="refresh" onPress={connection.retryNow}>
            Try now
          </Button>
        </div>
      )}
    </div>
  )
}
