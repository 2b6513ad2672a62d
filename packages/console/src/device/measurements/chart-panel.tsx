import { useMemo, useState } from 'react'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { Button } from '../../parts/button.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import type { ChartColors } from './chart-colors.ts'
import { chartColorCount, dashOf } from './chart-colors.ts'
import styles from './chart-panel.module.css'
import { ChartTable } from './chart-table.tsx'
import { csvFileName, formatCsv } from './csv.ts'
import { downloadText } from './download-text.ts'
import type { Chart, Series } from './fragment-charts.ts'
import { LineChart } from './line-chart.tsx'
import { formatQuantity } from './number-words.ts'
import type { TimeBounds } from './time-range.ts'

export interface ChartPanelProps {
  readonly deviceName: string
  readonly chart: Chart
  readonly bounds: TimeBounds
  readonly colors: ChartColors
  /** Names of the series that are not as they begin: the first eight shown, the others not. */
  readonly flipped: ReadonlySet<string>
  readonly onFlip: (series: string) => void
  readonly isTable: boolean
  readonly onTable: (isTable: boolean) => void
  readonly onTogglePause: () => void
}

/** One fragment: its lines, or the same numbers as a table (console §5.2, §7.5). */
export function ChartPanel({
  deviceName,
  chart,
  bounds,
  colors,
  flipped,
  onFlip,
  isTable,
  onTable,
  onTogglePause,
}: ChartPanelProps) {
  const { fragment, series } = chart
  const shown = useMemo(
    () =>
      series
        .map((each, index) => ({ series: each, color: index % chartColorCount, index }))
        .filter(({ series: { name }, index }) => isShown(index, flipped.has(name))),
    [series, flipped],
  )
  const units = [...new Set(series.map(({ unit }) => unit))]
  const title = units.length === 1 && units[0] !== undefined ? ` (${units[0]})` : ''
  return (
    <section className={styles.panel} aria-label={`${fragment}${title}`} data-testid="chart-panel">
      <header className={styles.head}>
        <h2>
          <DeviceText>{chart.key === fragment ? fragment : `${fragment}${title}`}</DeviceText>
        </h2>
        <div className={styles.actions}>
          <ToggleButton
            className={styles.toggle ?? ''}
            isSelected={isTable}
            onChange={onTable}
            data-testid="chart-as-table"
          >
            Table
          </ToggleButton>
          <Button
            look="quiet"
            isSmall
            icon="download"
            onPress={() =>
              downloadText({
                name: csvFileName(deviceName, fragment),
                type: 'text/csv',
                text: formatCsv(shown.map(({ series: each }) => each)),
              })
            }
            data-testid="chart-csv"
          >
            CSV
          </Button>
        </div>
      </header>
      <Legend
        series={series}
        colors={colors}
        isOn={(name, index) => isShown(index, flipped.has(name))}
        onFlip={onFlip}
      />
      {shown.length === 0 ? (
        <p className={styles.nothing}>No series is chosen.</p>
      ) : isTable ? (
        <ChartTable label={fragment} series={shown.map(({ series: each }) => each)} />
      ) : (
        <LineChart
          label={fragment}
          lines={shown}
          units={units}
          bounds={bounds}
          colors={colors}
          onTogglePause={onTogglePause}
        />
      )}
    </section>
  )
}

/** Beyond eight, lines wait in the legend until somebody wants them (console §7.5). */
function isShown(index: number, isFlipped: boolean): boolean {
  return index < chartColorCount !== isFlipped
}

/** Further series are in the table of the newest values only. */
const legendMax = 48

function Legend({
  series,
  colors,
  isOn,
  onFlip,
}: {
  readonly series: readonly Series[]
  readonly colors: ChartColors
  readonly isOn: (name: string, index: number) => boolean
  readonly onFlip: (name: string) => void
}) {
  const [isWhole, setIsWhole] = useState(false)
  const first = isWhole ? series.slice(0, legendMax) : series.slice(0, chartColorCount)
  return (
    <div className={styles.legend} role="group" aria-label="Series">
      {first.map(({ name, unit, points }, index) => (
        <ToggleButton
          key={name}
          className={styles.series ?? ''}
          isSelected={isOn(name, index)}
          onChange={() => onFlip(name)}
          data-testid="series-toggle"
        >
          <Swatch color={index % chartColorCount} colors={colors} />
          <DeviceText linesMax={1}>{name}</DeviceText>
          <span className={styles.last}>
            <DeviceText linesMax={1}>{formatQuantity(points.at(-1)?.value ?? 0, unit)}</DeviceText>
          </span>
        </ToggleButton>
      ))}
      {!isWhole && series.length > first.length && (
        <Button look="quiet" isSmall onPress={() => setIsWhole(true)}>
          {series.length - first.length} more series
        </Button>
      )}
    </div>
  )
}

function Swatch({ color, colors }: { readonly color: number; readonly colors: ChartColors }) {
  return (
    <svg className={styles.swatch} viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
      <path
        d="M0 4h24"
        stroke={colors.series[color]}
        strokeWidth="2.5"
        strokeDasharray={dashOf(color, colors.isForced).join(' ')}
      />
    </svg>
  )
}
