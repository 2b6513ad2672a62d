import { RestRefusal } from '@pileus/rest-contract'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog, FailureNotice } from '../parts/confirm-dialog.tsx'
import { CopyAs } from '../parts/copy-as.tsx'
import { quoteForShell } from '../parts/copy-formats.ts'
import { Dialog, DialogActions, DialogBody } from '../parts/dialog.tsx'
import { Facts } from '../parts/facts.tsx'
import { Notice } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { Time } from '../parts/time.tsx'
import { showToast } from '../parts/toasts.tsx'
import type { Decision, Refusal } from './acceptance.ts'
import { decide, explainRefusal, summarizeClaimants } from './acceptance.ts'
import { Claimants } from './claimants.tsx'
import type { Registration } from './registration-data.ts'
import { useRegistration, useRegistrationActions } from './registration-data.ts'
import { words } from './registration-words.ts'
import { RemoveDialog } from './remove-dialog.tsx'

export interface AcceptDialogProps {
  /** As the list showed it when the dialog was opened; the dialog follows what happens to it. */
  readonly registration: Registration
  readonly onClose: () => void
}

/** Shows who asks, and lets the operator decide (console §4.4, registration §5.1). */
export function AcceptDialog({ registration: shown, onClose }: AcceptDialogProps) {
  const [step, setStep] = useState<'decide' | 'force' | 'reject'>('decide')
  const details = useRegistration(shown.id)
  const { accept } = useRegistrationActions()
  const { id } = shown
  if (details.data === 'gone') return <EndedDialog id={id} onClose={onClose} />
  const registration = details.data ?? shown

  if (step === 'reject') return <RemoveDialog registration={registration} onClose={onClose} />
  if (step === 'force') {
    const { address = '' } = summarizeClaimants(registration)
    return (
      <ConfirmDialog
        title={words.acceptAnywayTitle(id)}
        confirmLabel={words.acceptAnyway}
        isDestructive
        level={3}
        mustType={id}
        isWide={registration.isContested}
        onConfirm={async () => {
          await accept.mutateAsync({ id, force: true })
          showToast(words.acceptedToast(id))
        }}
        onClose={onClose}
      >
        <Notice tone="critical">
          {registration.isContested
            ? words.acceptAnywayContested(address)
            : words.acceptAnywayOther(address)}
        </Notice>
        {registration.isContested && <Claimants claimants={registration.claimants} />}
      </ConfirmDialog>
    )
  }
  return (
    <DecisionDialog
      registration={registration}
      onAccept={(token) =>
        accept.mutateAsync({ id, force: false, ...(token === '' ? {} : { token }) })
      }
      onReread={async () => {
        const { data } = await details.refetch()
        return data === 'gone' ? undefined : data
      }}
      onForce={() => setStep('force')}
      onReject={() => setStep('reject')}
      onClose={onClose}
    />
  )
}

interface DecisionDialogProps extends AcceptDialogProps {
  readonly onAccept: (token: string) => Promise<unknown>
  /** The request as it is now; `undefined` once it is over. */
  readonly onReread: () => Promise<Registration | undefined>
  readonly onForce: () => void
  readonly onReject: () => void
}

function DecisionDialog({
  registration,
  onAccept,
  onReread,
  onForce,
  onReject,
  onClose,
}: DecisionDialogProps) {
  const [token, setToken] = useState('')
  const [refusal, setRefusal] = useState<Refusal>()
  const [failure, setFailure] = useState<unknown>()
  const [isPending, setIsPending] = useState(false)
  const { id, claimants, isContested } = registration
  const decision = decide(registration)
  const { address, firstSeen, polls } = summarizeClaimants(registration)
  const asksToken =
    (decision.kind === 'acceptable' || decision.kind === 'contested') && decision.token !== 'none'
  const isAcceptable =
    (decision.kind === 'acceptable' && (decision.token !== 'needed' || token !== '')) ||
    (decision.kind === 'contested' && token !== '')
  const canForce = decision.kind === 'contested' || refusal?.kind === 'other'

  async function submit(): Promise<void> {
    setIsPending(true)
    setFailure(undefined)
    setRefusal(undefined)
    try {
      await onAccept(token)
      showToast(words.acceptedToast(id))
      onClose()
    } catch (error) {
      if (error instanceof RestRefusal && (error.status === 422 || error.status === 404)) {
        setRefusal(explainRefusal(registration, await onReread()))
      }
      setFailure(error)
      setIsPending(false)
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (isAcceptable && !isPending) void submit()
  }

  return (
    <Dialog
      title={titleOf(decision, id)}
      isOpen
      onClose={onClose}
      isWide={isContested}
      testId="accept-dialog"
    >
      <form onSubmit={onSubmit}>
        <DialogBody>
          <DecisionWords decision={decision} isPending={isPending} />
          <Facts
            facts={[
              { name: 'Device id', value: <code>{id}</code> },
              { name: 'Address', value: <code>{address ?? 'not seen yet'}</code> },
              ...(firstSeen === undefined
                ? []
                : [{ name: 'First seen', value: <Time value={firstSeen} isFull /> }]),
              { name: 'Polls', value: polls },
              { name: 'Token', value: registration.tokenPresented ? 'sent' : 'none sent' },
            ]}
          />
          {isContested && decision.kind !== 'accepted' && (
            <>
              <Notice tone="minor" title={words.contestedTitle}>
                {words.contestedText(address ?? '')}
              </Notice>
              <Claimants claimants={claimants} />
            </>
          )}
          {asksToken && (
            <TextField
              label="Security token"
              hint={isContested ? words.contestedToken : words.tokenHint}
              isCode
              autoFocus
              autoComplete="off"
              spellCheck="false"
              value={token}
              onChange={setToken}
              problem={
                refusal?.kind === 'wrongToken' ? words.wrongToken(refusal.attemptsLeft) : undefined
              }
              data-testid="security-token"
            />
          )}
          {failure !== undefined &&
            refusal?.kind !== 'wrongToken' &&
            decision.kind !== 'blocked' && <FailureNotice failure={failure} />}
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose} data-testid="accept-cancel">
            {decision.kind === 'acceptable' || decision.kind === 'contested' ? 'Cancel' : 'Close'}
          </Button>
          {decision.kind === 'acceptable' && (
            <CopyAs
              request={{
                method: 'PUT',
                path: `/devicecontrol/newDeviceRequests/${encodeURIComponent(id)}`,
                body: {
                  status: 'ACCEPTED',
                  ...(decision.token === 'needed' ? { securityToken: '<token>' } : {}),
                },
              }}
              command={`npx pileus registration accept ${quoteForShell(id)}`}
              id={id}
            />
          )}
          <DecisionButtons
            registration={registration}
            decision={decision}
            isAcceptable={isAcceptable}
            isPending={isPending}
            canForce={canForce}
            onForce={onForce}
            onReject={onReject}
            onClose={onClose}
          />
        </DialogActions>
      </form>
    </Dialog>
  )
}

function titleOf({ kind }: Decision, id: string): string {
  if (kind === 'accepted') return words.acceptedTitle(id)
  return kind === 'blocked' ? words.blockedTitle(id) : words.acceptTitle(id)
}

/** What the state of the request means for the operator. */
function DecisionWords({
  decision,
  isPending,
}: {
  readonly decision: Decision
  readonly isPending: boolean
}) {
  switch (decision.kind) {
    case 'acceptable':
    case 'contested':
      return (
        <p>
          {words.acceptEffect}{' '}
          {decision.kind === 'acceptable' && decision.token === 'none' && words.tokenNotNeeded}
        </p>
      )
    case 'tokenMissing':
      return <Notice tone="minor">{words.tokenMissing}</Notice>
    case 'waiting':
      return <Notice tone="info">{words.waiting}</Notice>
    case 'blocked':
      return (
        <Notice tone="critical" role="alert" testId="blocked">
          {words.blocked}
        </Notice>
      )
    case 'accepted':
      // Our own acceptance is read back before its answer arrives.
      return isPending ? null : (
        <Notice tone="success" role="status" testId="already-accepted">
          {words.alreadyAccepted}
        </Notice>
      )
  }
}

function DecisionButtons({
  registration,
  decision,
  isAcceptable,
  isPending,
  canForce,
  onForce,
  onReject,
  onClose,
}: {
  readonly registration: Registration
  readonly decision: Decision
  readonly isAcceptable: boolean
  readonly isPending: boolean
  readonly canForce: boolean
  readonly onForce: () => void
  readonly onReject: () => void
  readonly onClose: () => void
}) {
  if (decision.kind === 'accepted' || decision.kind === 'waiting') return null
  if (decision.kind === 'blocked') {
    return <RecreateButton registration={registration} onDone={onClose} />
  }
  return (
    <>
      <Button onPress={onReject} data-testid="reject">
        Reject
      </Button>
      {canForce && (
        <Button look="danger" onPress={onForce} data-testid="accept-anyway">
          {words.acceptAnyway}
        </Button>
      )}
      {(decision.kind === 'acceptable' || decision.kind === 'contested') &&
        !(decision.kind === 'contested' && decision.token === 'none') && (
          <Button
            type="submit"
            look="primary"
            isDisabled={!isAcceptable}
            isPending={isPending}
            data-testid="accept-submit"
          >
            Accept
          </Button>
        )}
    </>
  )
}

function RecreateButton({
  registration,
  onDone,
}: {
  readonly registration: Registration
  readonly onDone: () => void
}) {
  const { recreate } = useRegistrationActions()
  return (
    <>
      {recreate.error !== null && <FailureNotice failure={recreate.error} />}
      <Button
        look="danger"
        isPending={recreate.isPending}
        onPress={() =>
          recreate.mutate(registration, {
            onSuccess: () => {
              showToast(words.recreatedToast(registration.id))
              onDone()
            },
          })
        }
        data-testid="recreate"
      >
        Delete and register again
      </Button>
    </>
  )
}

/** The request ended while the dialog was open: somebody was faster. */
function EndedDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  return (
    <Dialog title={words.acceptTitle(id)} isOpen onClose={onClose} testId="accept-dialog">
      <DialogBody>
        <Notice tone="info" role="status" testId="request-over">
          {words.requestOver}
        </Notice>
      </DialogBody>
      <DialogActions>
        <Button autoFocus onPress={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  )
}
