import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { describeFailure } from '../platform/failure-words.ts'
import { usePlatform } from '../platform/platform.ts'
import { describeSignInFailure } from '../session/sign-in-words.ts'
import { Button } from './button.tsx'
import { Dialog, DialogActions, DialogBody } from './dialog.tsx'
import { Notice } from './notice.tsx'
import { TextField } from './text-field.tsx'

export interface ConfirmDialogProps {
  readonly title: string
  /** What will happen, with the name of what it happens to. */
  readonly children: ReactNode
  /** The verb, and what it is done to. */
  readonly confirmLabel: string
  /** The safe way out, where `Cancel` could be taken for the action. */
  readonly cancelLabel?: string
  readonly isDestructive?: boolean
  readonly isWide?: boolean
  /**
   * 1: a question. 2: the user types `mustType` as well. 3: and gives the password again
   * (console §3.7).
   */
  readonly level: 1 | 2 | 3
  /** The name or count to type, from level 2 on. */
  readonly mustType?: string
  /** Rejects with what the platform says; the dialog shows it and stays. */
  readonly onConfirm: () => Promise<unknown>
  /** In place of the usual words for what the platform says. */
  readonly explainFailure?: (failure: unknown) => ReactNode
  /** After it was done; else the dialog closes. */
  readonly onConfirmed?: () => void
  readonly onClose: () => void
  /** The same as a request or command, to copy. */
  readonly copyAs?: ReactNode
}

/** Mounted while it is open. */
export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  cancelLabel = 'Cancel',
  isDestructive = false,
  isWide = false,
  level,
  mustType = '',
  onConfirm,
  explainFailure = (reason) => <FailureNotice failure={reason} />,
  onConfirmed,
  onClose,
  copyAs,
}: ConfirmDialogProps) {
  const { session } = usePlatform()
  const [typed, setTyped] = useState('')
  const [password, setPassword] = useState('')
  const [passwordProblem, setPasswordProblem] = useState<string>()
  const [failure, setFailure] = useState<unknown>()
  const [isPending, setIsPending] = useState(false)
  const isTyped = level === 1 || typed === mustType
  const isReady = isTyped && (level < 3 || password !== '')

  async function confirm(): Promise<void> {
    setIsPending(true)
    setFailure(undefined)
    setPasswordProblem(undefined)
    try {
      if (level === 3) await session.confirmPassword(password)
    } catch (error) {
      setPasswordProblem(describeSignInFailure(error))
      setIsPending(false)
      return
    }
    try {
      await onConfirm()
      if (onConfirmed === undefined) onClose()
      else onConfirmed()
    } catch (error) {
      setFailure(error)
      setIsPending(false)
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (isReady && !isPending) void confirm()
  }

  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      isWide={isWide}
      role="alertdialog"
      testId="confirm-dialog"
    >
      <form onSubmit={onSubmit}>
        <DialogBody>
          {children}
          {level >= 2 && (
            <TextField
              label={`Type ${mustType} to confirm`}
              isCode
              value={typed}
              onChange={setTyped}
              autoComplete="off"
              spellCheck="false"
              data-testid="confirm-name"
            />
          )}
          {level === 3 && (
            <TextField
              label="Your password"
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={setPassword}
              problem={passwordProblem}
              data-testid="confirm-password"
            />
          )}
          {failure !== undefined && explainFailure(failure)}
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose} data-testid="confirm-cancel">
            {cancelLabel}
          </Button>
          {copyAs}
          <Button
            type="submit"
            look={isDestructive ? 'danger' : 'primary'}
            isDisabled={!isReady}
            isPending={isPending}
            data-testid="confirm-submit"
          >
            {confirmLabel}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** What went wrong with something that the user has just tried. */
export function FailureNotice({ failure }: { readonly failure: unknown }) {
  const { title, cause, code } = describeFailure(failure)
  return (
    <Notice tone="critical" title={title} role="alert">
      {cause}
      {code !== undefined && ` (${code})`}
    </Notice>
  )
}
