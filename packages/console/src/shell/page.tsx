import type { ReactNode } from 'react'
import { useEffect } from 'react'
import styles from './page.module.css'

export interface PageProps {
  /** Also the title of the browser's tab. */
  readonly title: string
  /** One line: what the page is for, or what it shows. */
  readonly summary?: ReactNode
  /** The primary action, on the right. */
  readonly action?: ReactNode
  /** In place of title, summary and action; has the heading of the page in it. */
  readonly header?: ReactNode
  readonly children: ReactNode
}

/** Title, summary, primary action and content (console §3.1). */
export function Page({ title, summary, action, header, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Pileus`
  }, [title])
  return (
    <div className={styles.page}>
      {header ?? (
        <header className={styles.header}>
          <div className={styles.titles}>
            <h1>{title}</h1>
            {summary !== undefined && <p className={styles.summary}>{summary}</p>}
          </div>
          {action !== undefined && <div className={styles.action}>{action}</div>}
        </header>
      )}
      {children}
    </div>
  )
}
