import type { ReactNode } from 'react'
import { DeviceText } from './device-text.tsx'
import styles from './facts.module.css'

/** Names, each once, and values of one thing. */
export function Facts({
  facts,
}: {
  readonly facts: readonly { readonly name: string; readonly value: ReactNode }[]
}) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ name, value }) => (
        <div key={name} className={styles.fact}>
          <dt>
            <DeviceText>{name}</DeviceText>
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
