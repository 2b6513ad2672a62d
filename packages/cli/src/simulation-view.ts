import { formatDuration } from './duration.ts'
import type { Paint } from './paint.ts'
import { alignColumns, printable } from './printable-text.ts'
import type { SimulationSnapshot } from './simulation-stats.ts'

export interface SimulationSetting {
  readonly devices: number
  readonly mqttUrl: string
  /** Rows a second of all together. */
  readonly rate: number
  readonly lostRows: number
  readonly elapsedMs: number
  /** When it ends by itself. */
  readonly forMs?: number
}

/** What is shown in place while it runs. */
export function renderSimulation(
  snapshot: SimulationSnapshot,
  setting: SimulationSetting,
  paint: Paint,
): readonly string[] {
  const { devices, mqttUrl, rate, lostRows, elapsedMs, forMs } = setting
  const { connected, refused, operations, lastProblem } = snapshot
  const end = forMs === undefined ? 'Ctrl-C ends it' : `of ${formatDuration(forMs)}`
  const isComplete = connected === devices
  const rows = alignColumns([
    ['connected', paint(isComplete ? 'good' : 'warning', `${connected} of ${devices}`)],
    ['rows a second', `${rateOf(snapshot)} of ${rate}`],
    ['acknowledged', `${snapshot.acknowledgedRows} rows${lostOf(lostRows)}`],
    ['refused', refused === 0 ? '0 rows' : paint('bad', `${refused} rows`)],
    ['operations', `${operations} answered`],
    ['PUBACK after', latencyOf(snapshot)],
  ])
  return [
    `Simulation at ${mqttUrl}, ${formatDuration(elapsedMs)}, ${end}`,
    ...rows.map((row) => `  ${row}`),
    ...(lastProblem === undefined ? [] : [`  ${paint('quiet', printable(lastProblem))}`]),
  ]
}

/** The same in one line, for a log and for the end. */
export function summarizeSimulation(
  snapshot: SimulationSnapshot,
  { devices, lostRows, elapsedMs }: SimulationSetting,
): string {
  const { connected, lastProblem } = snapshot
  const isExplained = lastProblem !== undefined && connected < devices
  const counts = [
    formatDuration(elapsedMs),
    `${snapshot.connected} of ${devices} connected`,
    `${rateOf(snapshot)} rows/s`,
    `${snapshot.acknowledgedRows} rows acknowledged${lostOf(lostRows)}`,
    `${snapshot.refused} refused`,
    `${snapshot.operations} operations answered`,
    `PUBACK after ${latencyOf(snapshot)}`,
  ].join(', ')
  return isExplained ? `${counts} (${printable(lastProblem)})` : counts
}

function rateOf({ rowsPerSecond }: SimulationSnapshot): string {
  return rowsPerSecond.toFixed(rowsPerSecond < 100 ? 1 : 0)
}

function lostOf(lostRows: number): string {
  return lostRows === 0 ? '' : `, ${lostRows} given up`
}

function latencyOf({ latency }: SimulationSnapshot): string {
  if (latency === undefined) return '–'
  return `p50 ${latency.p50.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms`
}
