import type { ReactNode } from 'react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { CopyAs } from '../parts/copy-as.tsx'
import { Dialog, DialogActions, DialogBody } from '../parts/dialog.tsx'
import { ErrorState, LoadingSkeleton } from '../parts/states.tsx'
import styles from './accept-all-dialog.module.css'
import { planAcceptAll } from './acceptance.ts'
import { useAllRegistrations, useRegistrationActions } from './registration-data.ts'
import { words } from './registration-words.ts'

interface ReportRow {
  readonly id: string
  /** Why it was not accepted; absent where it was. */
  readonly reason?: string
}

/** From here on more than one click is asked for (console §3.7). */
const manyDevices = 10

/** Says what it takes and what it leaves, does it, and reports per device (console §4.4). */
export function AcceptAllDialog({ onClose }: { readonly onClose: () => void }) {
  const all = useAllRegistrations()
  const { acceptAll } = useRegistrationActions()
  const [report, setReport] = useState<readonly ReportRow[]>()
  if (report !== undefined) return <ReportDialog rows={report} onClose={onClose} />
  if (all.data === undefined) {
    return (
      <Dialog title={words.acceptAll} isOpen onClose={onClose}>
        <DialogBody>
          {all.error === null ? (
            <LoadingSkeleton rows={3} label="Reading the requests" />
          ) : (
            <ErrorState failure={all.error} onRetry={() => void all.refetch()} />
          )}
        </DialogBody>
      </Dialog>
    )
  }
  const { accepted, skipped } = planAcceptAll(all.data)
  const count = accepted.length
  if (count === 0) return <ReportDialog rows={skipped} onClose={onClose} />
  return (
    <ConfirmDialog
      title={`Accept ${formatCount(count)}`}
      confirmLabel={`Accept ${formatCount(count)}`}
      level={count > manyDevices ? 2 : 1}
      mustType={String(count)}
      onConfirm={async () => {
        const results = await acceptAll.mutateAsync()
        const done = results.map(({ id, successful, error }) => ({
          id,
          ...(successful ? {} : { reason: error ?? 'The platform refused.' }),
        }))
        const named = new Set(done.map(({ id }) => id))
        setReport([...done, ...skipped.filter(({ id }) => !named.has(id))])
      }}
      onConfirmed={() => {
        // The report takes the place of the question.
      }}
      onClose={onClose}
      copyAs={
        <CopyAs request={{ method: 'POST', path: '/devicecontrol/newDeviceRequests/acceptAll' }} />
      }
    >
      <p>Each of these devices gets its credentials with its next request.</p>
      <Rows rows={accepted.map(({ id }) => ({ id }))} mark="" />
      {skipped.length > 0 && (
        <>
          <p>Left out, to be looked at one by one:</p>
          <Rows rows={skipped} mark="" />
        </>
      )}
    </ConfirmDialog>
  )
}

function ReportDialog({
  rows,
  onClose,
}: {
  readonly rows: readonly ReportRow[]
  readonly onClose: () => void
}) {
  const accepted = rows.filter(({ reason }) => reason === undefined).length
  return (
    <Dialog title={words.acceptAll} isOpen onClose={onClose} testId="accept-all-report">
      <DialogBody>
        <p role="status">
          {accepted === 0
            ? 'No device could be accepted without looking at it.'
            : `${formatCount(accepted)} accepted${rows.length > accepted ? `, ${rows.length - accepted} left` : ''}.`}
        </p>
        <Rows rows={rows} mark="accepted" />
      </DialogBody>
      <DialogActions>
        <Button autoFocus onPress={onClose} data-testid="report-close">
          Close
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function Rows({
  rows,
  mark,
}: {
  readonly rows: readonly ReportRow[]
  /** Stands beside those without a reason. */
  readonly mark: string
}): ReactNode {
  return (
    // Scrolled by keyboard as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ul className={styles.rows} tabIndex={rows.length > manyDevices ? 0 : undefined}>
      {rows.map(({ id, reason }) => (
        <li key={id} className={styles.row}>
          <code>{id}</code>
          <span className={reason === undefined ? styles.done : styles.left}>{reason ?? mark}</span>
        </li>
      ))}
    </ul>
  )
}

function formatCount(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`
}
