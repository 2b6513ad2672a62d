import { CopyButton } from '../parts/copy-button.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { useIdentity } from '../session/permissions.ts'
import { firstMessageCommand, runDeviceCommand } from './devices-words.ts'
import styles from './no-devices.module.css'

/** In place of the list while nothing has ever sent a message: three ways to begin. */
export function NoDevices() {
  const { tenantId, userName } = useIdentity()
  return (
    <section className={styles.start} data-testid="empty-state" aria-labelledby="no-devices">
      <div>
        <h2 id="no-devices">No devices yet</h2>
        <p className={styles.words}>
          A device appears here with its first message. Three ways to send one:
        </p>
      </div>
      <ol className={styles.ways}>
        <li className={styles.way}>
          <h3>A device of yours</h3>
          <p>
            Tell the platform its id, connect it, and accept it. It receives credentials of its own.
          </p>
          <LinkButton to="/registration" icon="plus">
            Register a device
          </LinkButton>
        </li>
        <li className={styles.way}>
          <h3>A device in a terminal</h3>
          <p>It registers, sends measurements and answers operations, and shows what it does.</p>
          <Command text={runDeviceCommand} />
        </li>
        <li className={styles.way}>
          <h3>One message with Mosquitto</h3>
          <p>With your own password in the variable, without registration. It is 25 °C.</p>
          <Command text={firstMessageCommand({ host: location.hostname, tenantId, userName })} />
        </li>
      </ol>
    </section>
  )
}

function Command({ text }: { readonly text: string }) {
  return (
    <div className={styles.command}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <pre tabIndex={0}>{text}</pre>
      <CopyButton isSmall label="Copy" text={() => text} />
    </div>
  )
}
