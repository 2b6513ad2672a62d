import { DeviceText } from './device-text.tsx'
import { listFragmentRows } from './fragment-rows.ts'
import styles from './fragment-table.module.css'

export interface FragmentTableProps {
  readonly label: string
  readonly fragments: Readonly<Record<string, unknown>>
}

/** Each value of the fragments with its path; nothing where there are none. */
export function FragmentTable({ label, fragments }: FragmentTableProps) {
  const { rows, others } = listFragmentRows(fragments)
  if (rows.length === 0) return null
  return (
    <table className={styles.table} aria-label={label}>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Path</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, value }) => (
          <tr key={path}>
            <th scope="row" className={styles.path}>
              <DeviceText isCode>{path}</DeviceText>
            </th>
            <td className={styles.value}>
              <DeviceText>{value}</DeviceText>
            </td>
          </tr>
        ))}
        {others > 0 && (
          <tr>
            <td className={styles.others} colSpan={2}>
              And {others.toLocaleString()} more values in the JSON.
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}
