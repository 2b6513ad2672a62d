import { benchCollection, measurementTemplates } from './bench-collection.ts'

/** What each device publishes, over and over. */
export interface Workload {
  readonly topic: string
  readonly rowsPerMessage: number
  /** The payload of the message of this number. */
  readonly payload: (index: number) => string
  readonly summary: string
}

const rowsPerMessage = 10

export const workloads = {
  temperature: {
    topic: 's/us',
    rowsPerMessage: 1,
    payload: (index) => `211,${celsius(index)}`,
    summary: 'one row 211 (temperature) per message',
  },
  rows: {
    topic: 's/us',
    rowsPerMessage,
    payload: (index) =>
      Array.from(
        { length: rowsPerMessage },
        (_, row) => `200,bench_Meter,L${row},${celsius(index + row)},W`,
      ).join('\n'),
    summary: `${rowsPerMessage} rows 200 (fragment, series, value, unit) per message`,
  },
  custom: {
    topic: `s/uc/${benchCollection.xId}`,
    rowsPerMessage,
    payload: (index) =>
      Array.from(
        { length: rowsPerMessage },
        (_, row) => `m${(index + row) % measurementTemplates},,${celsius(index + row)}`,
      ).join('\n'),
    summary: `${rowsPerMessage} rows of a template collection per message, which store the same as those of rows`,
  },
} as const satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

export function isWorkloadName(name: string): name is WorkloadName {
  return Object.hasOwn(workloads, name)
}

/** `20.0` to `29.9`, so that neighbours differ. */
function celsius(index: number): string {
  return (20 + (index % 100) / 10).toFixed(1)
}
