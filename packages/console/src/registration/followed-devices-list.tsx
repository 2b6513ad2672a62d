import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { announce } from '../parts/announcer.ts'
import { Button } from '../parts/button.tsx'
import { Elapsed, useNow } from '../parts/time.tsx'
import { classes } from '../visual/classes.ts'
import { Icon } from '../visual/icon.tsx'
import { AcceptDialog } from './accept-dialog.tsx'
import type { FollowState } from './follow-device.ts'
import { findHints, followDevice, steps } from './follow-device.ts'
import type { FollowedDevice } from './followed-devices.ts'
import { useFollowedDevices } from './followed-devices.ts'
import styles from './followed-devices-list.module.css'
import { Hints } from './hints.tsx'
import { useDeviceOf, useRegistration } from './registration-data.ts'
import { words } from './registration-words.ts'

/** So many devices are asked about every two seconds; more of them wait longer each. */
const devicesPerRound = 8

export interface FollowedDevicesProps {
  readonly devices: readonly FollowedDevice[]
  /** Why the user may not accept. */
  readonly missing: string | undefined
}

export function FollowedDevices({ devices, missing }: FollowedDevicesProps) {
  const slowness = Math.ceil(devices.length / devicesPerRound)
  return (
    <section className={styles.section}>
      <h2>{words.followTitle}</h2>
      <ul className={styles.list}>
        {devices.map((device) => (
          <FollowedDeviceItem
            key={`${device.id} ${device.addedAt}`}
            device={device}
            slowness={slowness}
            missing={missing}
          />
        ))}
      </ul>
    </section>
  )
}

function FollowedDeviceItem({
  device: { id, addedAt },
  slowness,
  missing,
}: {
  readonly device: FollowedDevice
  readonly slowness: number
  readonly missing: string | undefined
}) {
  const [isAccepting, setIsAccepting] = useState(false)
  const { forget } = useFollowedDevices()
  const request = useRegistration(id, { slowness }).data
  const { state, since } = useFollowState(id, addedAt, request)
  const now = useNow()
  const hints = findHints(state, now - since, { id, host: location.hostname })
  return (
    <li className={styles.item} tabIndex={-1} data-testid="followed-device">
      <div className={styles.head}>
        <code className={styles.id}>{id}</code>
        <span className={styles.elapsed}>
          {state.kind === 'done' ? (
            <>
              sends data after <Elapsed since={addedAt} until={since} />
            </>
          ) : (
            <Elapsed since={addedAt} />
          )}
        </span>
        {state.kind === 'underWay' &&
          typeof request === 'object' &&
          request.status === 'PENDING_ACCEPTANCE' && (
            <Button
              look="primary"
              isSmall
              unavailable={missing}
              aria-label={`Accept ${id}`}
              onPress={() => setIsAccepting(true)}
              data-testid="accept-followed"
            >
              Accept
            </Button>
          )}
        {state.kind === 'done' && (
          <Link to="/devices/$id/{-$tab}" params={{ id: state.managedObjectId }}>
            Open device
          </Link>
        )}
        <Button
          look="quiet"
          isSmall
          isIconOnly
          icon="close"
          aria-label={`Stop following ${id}`}
          onPress={() => forget(id)}
        />
      </div>
      <Stepper state={state} />
      {state.kind === 'blocked' && <p className={styles.problem}>{words.followBlocked}</p>}
      {state.kind === 'over' && <p className={styles.note}>{words.followOver}</p>}
      {hints.length > 0 && <Hints hints={hints} id={id} />}
      {isAccepting && typeof request === 'object' && (
        <AcceptDialog registration={request} onClose={() => setIsAccepting(false)} />
      )}
    </li>
  )
}

/** Where the device is, and since when as this page has seen it. */
function useFollowState(
  id: string,
  addedAt: number,
  request: ReturnType<typeof useRegistration>['data'],
): { readonly state: FollowState; readonly since: number } {
  const [wasAccepted, setWasAccepted] = useState(false)
  const [mark, setMark] = useState({ place: 'underWay 0', at: addedAt })
  const managedObjectId = useDeviceOf(id, { isAwaited: request === 'gone' }).data
  const now = useNow()
  const isAccepted = typeof request === 'object' && request.status === 'ACCEPTED'
  if (isAccepted && !wasAccepted) setWasAccepted(true)
  const state = followDevice({
    request,
    wasAccepted: wasAccepted || isAccepted,
    managedObjectId: managedObjectId === 'gone' ? undefined : managedObjectId,
  })
  const place = state.kind === 'underWay' ? `underWay ${state.current}` : state.kind
  if (place !== mark.place) setMark({ place, at: now })
  useEffect(() => {
    if (state.kind === 'done') announce(`${id} sends data.`)
  }, [state.kind, id])
  return { state, since: mark.at }
}

function Stepper({ state }: { readonly state: FollowState }) {
  const current = currentStep(state)
  return (
    <ol className={styles.steps}>
      {steps.map((name, index) => {
        const isDone = index < current
        const isCurrent = index === current && state.kind === 'underWay'
        return (
          <li
            key={name}
            className={classes(styles.step, isDone && styles.done, isCurrent && styles.current)}
            aria-current={isCurrent ? 'step' : undefined}
          >
            <span className={styles.mark}>{isDone ? <Icon name="check" /> : index + 1}</span>
            <span>
              {name}
              <span className="visually-hidden">{isDone ? ' (done)' : ''}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}

function currentStep(state: FollowState): number {
  switch (state.kind) {
    case 'underWay':
      return state.current
    case 'done':
      return steps.length
    case 'blocked':
      return 2
    case 'over':
      return 0
  }
}
