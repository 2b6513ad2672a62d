import type { ReactNode } from 'react'
import { useId } from 'react'
import { describeFailure, formatFailureDetails } from '../platform/failure-words.ts'
import { classes } from '../visual/classes.ts'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Notice } from './notice.tsx'
import styles from './states.module.css'
import { formatClockTime } from './time-words.ts'

/*
 * The states that every view defines (console §3.4).
 */

export interface EmptyStateProps {
  readonly icon: IconName
  readonly title: string
  /** What would be here, and why it is not. */
  readonly children: ReactNode
  readonly action?: ReactNode
  /** 1 where it is the page; 2 unless given. */
  readonly level?: 1 | 2
}

export function EmptyState({ icon, title, children, action, level = 2 }: EmptyStateProps) {
  const Heading = `h${level}` as const
  return (
    <div className={styles.empty} data-testid="empty-state">
      <span className={styles.emptyIcon}>
        <Icon name={icon} size={20} />
      </span>
      <Heading className={styles.title}>{title}</Heading>
      <p className={styles.words}>{children}</p>
      {action}
    </div>
  )
}

/** In place of a page that the list does not have, or has no longer. */
export function PageBeyondEnd({ onFirst }: { readonly onFirst: () => void }) {
  return (
    <EmptyState
      icon="search"
      title="Nothing on this page"
      action={
        <Button onPress={onFirst} data-testid="first-page">
          To the first page
        </Button>
      }
    >
      The list has become shorter than that, or was never so long.
    </EmptyState>
  )
}

/** Rows in the geometry of what will be there; visible only after 150 ms. */
export function LoadingSkeleton({
  rows,
  label,
}: {
  readonly rows: number
  readonly label: string
}) {
  return (
    <div className={styles.skeleton} role="status" aria-busy="true" data-testid="loading">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className={classes(styles.bone, index === 0 && styles.boneHead)} />
      ))}
    </div>
  )
}

export interface ErrorStateProps {
  readonly failure: unknown
  readonly onRetry: () => void
}

/** In place of content that never came. */
export function ErrorState({ failure, onRetry }: ErrorStateProps) {
  const words = describeFailure(failure)
  const titleId = useId()
  return (
    <div className={styles.empty} role="alert" aria-labelledby={titleId} data-testid="error-state">
      <span className={classes(styles.emptyIcon, styles.failed)}>
        <Icon name="octagon" size={20} />
      </span>
      <h2 id={titleId} className={styles.title}>
        {words.title}
      </h2>
      <p className={styles.words}>{words.cause}</p>
      {words.code !== undefined && <code className={styles.code}>{words.code}</code>}
      <div className={styles.actions}>
        <Button icon="refresh" onPress={onRetry} data-testid="retry">
          Retry
        </Button>
        <CopyButton
          label="Copy details"
          text={() => formatFailureDetails(words, { url: location.href, at: new Date() })}
        />
      </div>
    </div>
  )
}

export interface StaleNoticeProps extends ErrorStateProps {
  /** When the shown data came, in milliseconds since 1970. */
  readonly asOf: number
}

/** Above content that is kept although it could not be read again. */
export function StaleNotice({ failure, onRetry, asOf }: StaleNoticeProps) {
  const { title, code } = describeFailure(failure)
  return (
    <Notice
      tone="minor"
      title={`As of ${formatClockTime(asOf)}.`}
      testId="stale"
      action={
        <Button isSmall icon="refresh" onPress={onRetry}>
          Retry
        </Button>
      }
    >
      {title}
      {code !== undefined && ` (${code})`}
    </Notice>
  )
}

/** In place of a page that the user may not read (console §2.7). */
export function ForbiddenState({ explanation }: { readonly explanation: string }) {
  return (
    <EmptyState icon="lock" title="You may not see this page">
      {explanation}
    </EmptyState>
  )
}
