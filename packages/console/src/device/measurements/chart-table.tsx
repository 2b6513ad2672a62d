import { useState } from 'react'
import { DeviceText } from '../../parts/device-text.tsx'
import { Pager } from '../../parts/pager.tsx'
import styles from './chart-table.module.css'
import { listMoments } from './csv.ts'
import type { Series } from './fragment-charts.ts'
import { formatInstant } from './instant-words.ts'

export interface ChartTableProps {
  readonly label: string
  readonly series: readonly Series[]
}

const pageSize = 50

/** The numbers of the lines as they were sent, the newest first. */
export function ChartTable({ label, series }: ChartTableProps) {
  const [page, setPage] = useState(1)
  const moments = listMoments(series).toReversed()
  const pages = Math.max(1, Math.ceil(moments.length / pageSize))
  const present = Math.min(page, pages)
  const shown = moments.slice((present - 1) * pageSize, present * pageSize)
  return (
    <div className={styles.block}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={`Values of ${label}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ name, unit }) => (
                <th key={name} scope="col" className={styles.number}>
                  <DeviceText>{unit === undefined ? name : `${name} (${unit})`}</DeviceText>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ at, values }) => (
              <tr key={at}>
                <th scope="row">
                  <time dateTime={new Date(at).toISOString()}>{formatInstant(at)}</time>
                </th>
                {series.map(({ name }, index) => (
                  <td key={name} className={styles.number}>
                    {values[index]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        page={present}
        pageSize={pageSize}
        items={shown.length}
        total={moments.length}
        onPage={setPage}
      />
    </div>
  )
}
