import type { ReactNode } from 'react'
import { classes } from '../visual/classes.ts'
import type { IconName } from '../visual/icon.tsx'
import { Icon } from '../visual/icon.tsx'
import styles from './notice.module.css'

const icons = {
  info: 'info',
  minor: 'warning',
  critical: 'octagon',
  success: 'check',
} as const satisfies Record<string, IconName>

export interface NoticeProps {
  readonly tone: keyof typeof icons
  readonly title?: string
  readonly children?: ReactNode
  readonly action?: ReactNode
  /** `alert` for what answers the user's last action. */
  readonly role?: 'alert' | 'status'
  readonly testId?: string
}

/** One thing to know about the page, in the page. */
export function Notice({ tone, title, children, action, role, testId }: NoticeProps) {
  return (
    <div className={classes(styles.notice, styles[tone])} role={role} data-testid={testId}>
      <span className={styles.icon}>
        <Icon name={icons[tone]} />
      </span>
      <div className={styles.words}>
        {title !== undefined && <strong>{title}</strong>} {children}
      </div>
      {action}
    </div>
  )
}
