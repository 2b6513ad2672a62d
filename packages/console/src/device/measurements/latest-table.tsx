import { DeviceText } from '../../parts/device-text.tsx'
import { Time } from '../../parts/time.tsx'
import styles from './latest-table.module.css'
import type { LatestValue } from './latest-values.ts'
import { formatQuantity } from './number-words.ts'

const rowsMax = 100

/** The newest value of each series with its age (console §5.2). */
export function LatestTable({ values }: { readonly values: readonly LatestValue[] }) {
  const byFragment = Map.groupBy(values.slice(0, rowsMax), ({ fragment }) => fragment)
  return (
    <section className={styles.latest} aria-labelledby="latest-values" data-testid="latest-values">
      <h2 id="latest-values">Latest values</h2>
      <table className={styles.table}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Series</th>
            <th scope="col">Value</th>
            <th scope="col">Age</th>
          </tr>
        </thead>
        {[...byFragment].map(([fragment, ofFragment]) => (
          <tbody key={fragment}>
            <tr>
              <th scope="rowgroup" colSpan={3} className={styles.fragment}>
                <DeviceText linesMax={1}>{fragment}</DeviceText>
              </th>
            </tr>
            {ofFragment.map(({ series, value, unit, at }) => (
              <tr key={series}>
                <th scope="row" className={styles.series}>
                  <DeviceText linesMax={1}>{series}</DeviceText>
                </th>
                <td className={styles.value}>
                  <DeviceText>{formatQuantity(value, unit)}</DeviceText>
                </td>
                <td className={styles.age}>
                  <Time value={new Date(at).toISOString()} />
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      {values.length > rowsMax && (
        <p className={styles.more}>And {values.length - rowsMax} more series.</p>
      )}
    </section>
  )
}
