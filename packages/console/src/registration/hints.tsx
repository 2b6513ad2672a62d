import { CopyButton } from '../parts/copy-button.tsx'
import { formatTrialCommands } from './follow-device.ts'
import styles from './hints.module.css'
import { words } from './registration-words.ts'

/** What to look at when a device is silent, and commands that play the device. */
export function Hints({ hints, id }: { readonly hints: readonly string[]; readonly id: string }) {
  return (
    <section className={styles.hints} data-testid="hints">
      <p>{words.followHints}</p>
      <ul className={styles.list}>
        {hints.map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
      </ul>
      {formatTrialCommands(id, location).map(({ label, command }) => (
        <div key={label} className={styles.command}>
          <span className={styles.label}>{label}</span>
          <code className={styles.code}>{command}</code>
          <CopyButton isIconOnly isSmall label={`Copy: ${label}`} text={() => command} />
        </div>
      ))}
    </section>
  )
}
