import type { ReactNode } from 'react'
import { useState } from 'react'
import styles from './changing.module.css'

/** Content that lights up once when `value` becomes another one while it is shown (console §3.5). */
export function Changing({
  value,
  children,
}: {
  readonly value: string
  readonly children: ReactNode
}) {
  const [first] = useState(value)
  const [hasChanged, setHasChanged] = useState(false)
  if (value !== first && !hasChanged) setHasChanged(true)
  return (
    <span key={value} className={hasChanged ? styles.changed : undefined}>
      {children}
    </span>
  )
}
