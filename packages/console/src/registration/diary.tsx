import { Facts } from '../parts/facts.tsx'
import { ErrorState, LoadingSkeleton } from '../parts/states.tsx'
import { Time, useNow } from '../parts/time.tsx'
import { formatClockTime } from '../parts/time-words.ts'
import { Claimants } from './claimants.tsx'
import styles from './diary.module.css'
import { findHints, followDevice } from './follow-device.ts'
import { Hints } from './hints.tsx'
import type { Registration, RegistrationDetails } from './registration-data.ts'
import { useRegistration } from './registration-data.ts'
import { words } from './registration-words.ts'

/** What is known of one request, and each time the device asked. */
export function Diary({ registration }: { readonly registration: Registration }) {
  const details = useRegistration(registration.id)
  const now = useNow()
  if (details.data === undefined) {
    return details.error === null ? (
      <LoadingSkeleton rows={2} label="Reading the diary" />
    ) : (
      <ErrorState failure={details.error} onRetry={() => void details.refetch()} />
    )
  }
  if (details.data === 'gone') return <p className={styles.diary}>{words.requestOver}</p>
  const { expiresAt, isContested, id, statusSince, handedOutFirst } = details.data
  const state = followDevice({
    request: details.data,
    wasAccepted: false,
    managedObjectId: undefined,
  })
  const hints = findHints(state, now - Date.parse(statusSince), { id, host: location.hostname })
  return (
    <div className={styles.diary} data-testid="diary">
      <Facts
        facts={[
          { name: 'In this status', value: <Time value={statusSince} isFull /> },
          ...(expiresAt === undefined
            ? []
            : [{ name: 'Ends by itself', value: <Time value={expiresAt} isFull /> }]),
          ...(handedOutFirst === undefined
            ? []
            : [{ name: 'Credentials given', value: <Time value={handedOutFirst} isFull /> }]),
        ]}
      />
      {isContested && <Claimants claimants={details.data.claimants} />}
      <section>
        <h2 className={styles.title}>{words.diaryTitle}</h2>
        <Polls details={details.data} />
      </section>
      {hints.length > 0 && <Hints hints={hints} id={id} />}
    </div>
  )
}

function Polls({ details: { polls } }: { readonly details: RegistrationDetails }) {
  if (polls.length === 0) return <p className={styles.note}>{words.diaryEmpty}</p>
  return (
    <>
      <ol className={styles.polls}>
        {polls.map(({ time, address, tokenPresented }, index) => (
          // Two requests may arrive in the same millisecond.
          <li key={`${time} ${polls.length - index}`} className={styles.poll}>
            <time dateTime={time}>{formatClockTime(Date.parse(time))}</time>
            <code>{address}</code>
            <span className={styles.note}>{tokenPresented ? 'with a token' : 'no token'}</span>
          </li>
        ))}
      </ol>
      {polls.length >= pollsKept && <p className={styles.note}>{words.diaryLimit}</p>}
    </>
  )
}

const pollsKept = 50
