import styles from './json-view.module.css'
import { revealControls } from './reveal-controls.ts'

/** A document as it is. Long ones scroll in themselves, also with the keyboard. */
export function JsonView({ label, value }: { readonly label: string; readonly value: unknown }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled with the arrow keys
    <pre className={styles.json} tabIndex={0} role="region" aria-label={label} dir="ltr">
      {revealControls(JSON.stringify(value, undefined, 2))}
    </pre>
  )
}
