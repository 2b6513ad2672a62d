import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { classes } from '../visual/classes.ts'
import { Button } from './button.tsx'
import styles from './dialog.module.css'
import { rescueFocus } from './keep-focus.ts'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  /** Escape, a press outside, and the cross. Absent while the dialog must be answered. */
  readonly onClose?: () => void
  readonly isWide?: boolean
  /** `alertdialog` for what interrupts. */
  readonly role?: 'dialog' | 'alertdialog'
  readonly children: ReactNode
  readonly testId?: string
}

/** Traps the focus, names itself, gives the focus back (console §3.7). */
export function Dialog({
  title,
  isOpen,
  onClose,
  isWide = false,
  role = 'dialog',
  children,
  testId,
}: DialogProps) {
  useEffect(() => (isOpen ? keepFocusOnPage : undefined), [isOpen])
  return (
    <ModalOverlay
      className={styles.backdrop ?? ''}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose?.()
      }}
      isDismissable={onClose !== undefined && role === 'dialog'}
      isKeyboardDismissDisabled={onClose === undefined}
    >
      <Modal className={classes(styles.modal, isWide && styles.wide)}>
        <AriaDialog role={role} className={styles.dialog ?? ''} data-testid={testId}>
          <header className={styles.header}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
          </header>
          {children}
          {/* Last in the tab order, first in the eye: the fields and the safe button come before. */}
          {onClose !== undefined && (
            <div className={styles.close}>
              <Button look="quiet" icon="close" isIconOnly aria-label="Close" onPress={onClose} />
            </div>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/**
 * The focus returns to where it came from, unless that went with what the dialog did, as the button
 * *Accept* of a device that is accepted now.
 */
function keepFocusOnPage(): void {
  setTimeout(rescueFocus, focusSettlesMs)
}

/** The library gives the focus back in the next frame. */
const focusSettlesMs = 100

/** What a dialog says and asks. */
export function DialogBody({ children }: { readonly children: ReactNode }) {
  return <div className={styles.body}>{children}</div>
}

/** The buttons of a dialog, the safe one first. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <footer className={styles.actions}>{children}</footer>
}
