import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { DeviceText } from '../../parts/device-text.tsx'
import { Time } from '../../parts/time.tsx'
import { usePermissions } from '../../session/permissions.ts'
import { useLatestMeasurements } from '../device-data.ts'
import type { DeviceTabProps } from '../device-tabs.tsx'
import type { Point } from '../measurements/fragment-charts.ts'
import { collectCharts } from '../measurements/fragment-charts.ts'
import type { LatestValue } from '../measurements/latest-values.ts'
import { findLatestValues } from '../measurements/latest-values.ts'
import { formatQuantity } from '../measurements/number-words.ts'
import { parseReading } from '../measurements/reading.ts'
import { describeSummary, summarize } from '../measurements/summary.ts'
import type { TimeBounds } from '../measurements/time-range.ts'
import { lastHour } from '../measurements/time-range.ts'
import { useReadings } from '../measurements/use-readings.ts'
import { Card } from './card.tsx'
import styles from './key-data-points.module.css'
import { sparklinePath } from './sparkline.ts'

/** The others are one click away. */
const tilesMax = 8

/** The newest value of each series, with its last hour as a small line. */
export function KeyDataPoints({ device: { id } }: DeviceTabProps) {
  const mayRead = usePermissions().may('ROLE_MEASUREMENT_READ')
  const read = useReadings({ id, range: lastHour })
  const latest = useLatestMeasurements(id)
  const readings = read.data?.readings
  const values = useMemo(
    () => findLatestValues([...(latest.data ?? []).map(parseReading), ...(readings ?? [])]),
    [latest.data, readings],
  )
  const pointsOf = useMemo(() => {
    const series = collectCharts(readings ?? []).flatMap((chart) =>
      chart.series.map(({ name, points }) => [keyOf(chart.fragment, name), points] as const),
    )
    return new Map(series)
  }, [readings])
  if (!mayRead) return null
  if (values.length === 0) {
    return (
      <Card title="Key data points" testId="key-data-points">
        <p className={styles.none}>
          {latest.data === undefined || read.data === undefined
            ? 'Reading the measurements …'
            : 'The device has measured nothing yet.'}
        </p>
      </Card>
    )
  }
  return (
    <Card
      title="Key data points"
      testId="key-data-points"
      action={
        <Link to="/devices/$id/{-$tab}" params={{ id, tab: 'measurements' }}>
          {values.length > tilesMax
            ? `All ${values.length.toLocaleString()} measurements`
            : 'Measurements'}
        </Link>
      }
    >
      <ul className={styles.tiles}>
        {values.slice(0, tilesMax).map((value) => (
          <Tile
            key={keyOf(value.fragment, value.series)}
            value={value}
            points={pointsOf.get(keyOf(value.fragment, value.series)) ?? []}
            bounds={read.data?.bounds}
          />
        ))}
      </ul>
    </Card>
  )
}

const size = { width: 160, height: 36 }

function Tile({
  value: { fragment, series, value, unit, at },
  points,
  bounds,
}: {
  readonly value: LatestValue
  readonly points: readonly Point[]
  readonly bounds: TimeBounds | undefined
}) {
  const summary = summarize(points)
  return (
    <li className={styles.tile}>
      <div className={styles.names}>
        <DeviceText linesMax={1}>{series}</DeviceText>
        <span className={styles.fragment}>
          <DeviceText linesMax={1}>{fragment}</DeviceText>
        </span>
      </div>
      <p className={styles.value}>
        <DeviceText linesMax={1}>{formatQuantity(value, unit)}</DeviceText>
      </p>
      {bounds === undefined || summary === undefined ? (
        <p className={styles.noLine}>Nothing in the last hour</p>
      ) : (
        <svg
          className={styles.line}
          viewBox={`0 0 ${size.width} ${size.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Last hour of ${describeSummary(series, unit, summary)}`}
        >
          <path d={sparklinePath(points, bounds, size)} />
        </svg>
      )}
      <p className={styles.age}>
        <Time value={new Date(at).toISOString()} />
      </p>
    </li>
  )
}

function keyOf(fragment: string, series: string): string {
  return JSON.stringify([fragment, series])
}
