import { Icon } from '../visual/icon.tsx'
import styles from './contested-chip.module.css'

/** Two addresses ask for one id. */
export function ContestedChip() {
  return (
    <span className={styles.chip} data-testid="contested">
      <Icon name="warning" />
      Contested
    </span>
  )
}
