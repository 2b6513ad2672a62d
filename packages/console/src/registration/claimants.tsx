import type { ConsoleRegistrationRepresentation } from '@pileus/rest-contract'
import { Time } from '../parts/time.tsx'
import styles from './claimants.module.css'

/** Who asks for an id; the last one would receive the credentials (security S-4.4). */
export function Claimants({ claimants }: Pick<ConsoleRegistrationRepresentation, 'claimants'>) {
  return (
    <table className={styles.table} data-testid="claimants">
      <caption className="visually-hidden">Addresses that ask for this id</caption>
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">First seen</th>
          <th scope="col">Last seen</th>
          <th scope="col" className={styles.count}>
            Polls
          </th>
        </tr>
      </thead>
      <tbody>
        {claimants.map(({ address, firstSeen, lastSeen, polls }, index) => (
          <tr key={address}>
            <th scope="row">
              <code>{address}</code>
              {index === claimants.length - 1 && (
                <span className={styles.next}>would get the credentials</span>
              )}
            </th>
            <td>
              <Time value={firstSeen} isFull />
            </td>
            <td>
              <Time value={lastSeen} isFull />
            </td>
            <td className={styles.count}>{polls}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
