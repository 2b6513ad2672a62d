import type { ReactNode } from 'react'
import { useId } from 'react'
import styles from './card.module.css'

export interface CardProps {
  readonly title: string
  /** Beside the title: a link to the whole, or a button. */
  readonly action?: ReactNode
  readonly children: ReactNode
  readonly testId: string
}

/** One subject of the Info tab. */
export function Card({ title, action, children, testId }: CardProps) {
  const titleId = useId()
  return (
    <section className={styles.card} aria-labelledby={titleId} data-testid={testId}>
      <header className={styles.head}>
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        {action}
      </header>
      {children}
    </section>
  )
}
