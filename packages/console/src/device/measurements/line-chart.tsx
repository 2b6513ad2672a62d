import type { KeyboardEvent, PointerEvent } from 'react'
import { useId, useMemo, useState } from 'react'
import { DeviceText } from '../../parts/device-text.tsx'
import { classes } from '../../visual/classes.ts'
import type { ChartColors } from './chart-colors.ts'
import { listMoments } from './csv.ts'
import { findNearest, moveCursor } from './cursor.ts'
import { describeCursor } from './cursor-words.ts'
import type { Series } from './fragment-charts.ts'
import styles from './line-chart.module.css'
import type { PlotGeometry, PlotSeries } from './plot.tsx'
import { Plot } from './plot.tsx'
import { alignSeries } from './plot-data.ts'
import { Readout } from './readout.tsx'
import { spreadLabels } from './spread-labels.ts'
import { SummaryWords } from './summary-words.tsx'
import type { TimeBounds } from './time-range.ts'

export interface Line {
  readonly series: Series
  readonly color: number
}

export interface LineChartProps {
  readonly label: string
  readonly lines: readonly Line[]
  /** At most two; the first one is on the left. */
  readonly units: readonly (string | undefined)[]
  readonly bounds: TimeBounds
  readonly colors: ChartColors
  readonly onTogglePause: () => void
}

/** By instant, since places move while new points come. */
interface CursorState {
  readonly at: number
  readonly anchorAt?: number
  readonly isPinned: boolean
}

/** Above four, names at the lines would cover each other (console §7.5). */
const directLabelsMax = 4
const labelHeight = 16
const labelRoom = { min: 24, max: 104, character: 7.5 }
/** Below that the names stay in the legend alone. */
const labelledWidthMin = 520

/** The lines with their cursor, which pointer and keys move alike. */
export function LineChart({ label, lines, units, bounds, colors, onTogglePause }: LineChartProps) {
  const summaryId = useId()
  const [geometry, setGeometry] = useState<PlotGeometry>()
  const [frameWidth, setFrameWidth] = useState(0)
  const [cursor, setCursor] = useState<CursorState>()
  const series = useMemo(() => lines.map((line) => line.series), [lines])
  const data = useMemo(() => alignSeries(series), [series])
  const moments = useMemo(() => listMoments(series), [series])
  const times = useMemo(() => moments.map(({ at }) => at), [moments])
  const axisOf = (unit: string | undefined): 0 | 1 => (units.indexOf(unit) === 1 ? 1 : 0)
  const plotSeries: readonly PlotSeries[] = lines.map(({ color, series: { unit } }) => ({
    color,
    axis: axisOf(unit),
  }))
  const hasLabels = lines.length <= directLabelsMax && frameWidth >= labelledWidthMin

  const longest = Math.max(0, ...series.map(({ name }) => name.length))
  const room = Math.min(labelRoom.min + longest * labelRoom.character, labelRoom.max)

  const xOf = (at: number): number =>
    geometry === undefined
      ? 0
      : geometry.left + ((at - bounds.from) / (bounds.to - bounds.from)) * geometry.width
  const yOf = (value: number, axis: 0 | 1): number => {
    const { min = 0, max = 1 } = geometry?.axes[axis] ?? {}
    if (geometry === undefined) return 0
    return geometry.top + (1 - (value - min) / (max - min)) * geometry.height
  }

  const place = cursor === undefined ? -1 : findNearest(times, cursor.at)
  const moment = moments[place]
  const anchorPlace =
    cursor?.anchorAt === undefined ? undefined : findNearest(times, cursor.anchorAt)

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === ' ') {
      event.preventDefault()
      onTogglePause()
      return
    }
    const moved = moveCursor(
      cursor === undefined
        ? undefined
        : {
            place,
            isPinned: cursor.isPinned,
            ...(anchorPlace === undefined ? {} : { anchor: anchorPlace }),
          },
      event,
      times.length - 1,
    )
    if (moved === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const next = moved.cursor
    const at = next === undefined ? undefined : times[next.place]
    if (next === undefined || at === undefined) {
      setCursor(undefined)
      return
    }
    const anchorAt = next.anchor === undefined ? undefined : times[next.anchor]
    setCursor({ at, isPinned: next.isPinned, ...(anchorAt === undefined ? {} : { anchorAt }) })
  }

  function instantAt({ currentTarget, clientX }: PointerEvent): number | undefined {
    const { left, width } = currentTarget.getBoundingClientRect()
    const share = (clientX - left) / width
    return times[findNearest(times, bounds.from + share * (bounds.to - bounds.from))]
  }

  function onPointerMove(event: PointerEvent): void {
    const at = instantAt(event)
    if (at === undefined || (cursor?.isPinned === true && event.buttons === 0)) return
    const isSelecting = event.buttons === 1 && cursor?.anchorAt !== undefined
    setCursor({
      at,
      isPinned: cursor?.isPinned ?? false,
      ...(isSelecting && cursor?.anchorAt !== undefined ? { anchorAt: cursor.anchorAt } : {}),
    })
  }

  function onPointerDown(event: PointerEvent): void {
    const at = instantAt(event)
    if (at === undefined || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setCursor({ at, anchorAt: at, isPinned: false })
  }

  /** A press without a way keeps the point, a press with one keeps the selection. */
  function onPointerUp(): void {
    if (cursor?.anchorAt === undefined) return
    const { anchorAt, at } = cursor
    setCursor(anchorAt === at ? { at, isPinned: true } : { at, anchorAt, isPinned: true })
  }

  return (
    <div className={styles.chart}>
      <div className={styles.units} aria-hidden="true">
        {units.map((unit, index) => (
          <span key={unit ?? ''} className={classes(styles.unit, index === 1 && styles.unitRight)}>
            <DeviceText linesMax={1}>{unit ?? ''}</DeviceText>
          </span>
        ))}
      </div>
      <div
        className={styles.frame}
        ref={(frame) => {
          if (frame !== null && frame.clientWidth !== frameWidth) setFrameWidth(frame.clientWidth)
        }}
      >
        <Plot
          data={data}
          series={plotSeries}
          bounds={bounds}
          colors={colors}
          roomRight={hasLabels ? room : 12}
          onGeometry={(next) => {
            setGeometry((last) => (JSON.stringify(last) === JSON.stringify(next) ? last : next))
          }}
        />
        {geometry !== undefined && hasLabels && (
          <LineNames
            lines={lines}
            colors={colors}
            geometry={geometry}
            width={room - 8}
            axisOf={axisOf}
            yOf={yOf}
          />
        )}
        {geometry !== undefined && cursor?.anchorAt !== undefined && (
          <svg className={styles.overlay} aria-hidden="true">
            <rect
              className={styles.selection}
              x={Math.min(xOf(cursor.anchorAt), xOf(cursor.at))}
              y={geometry.top}
              width={Math.abs(xOf(cursor.at) - xOf(cursor.anchorAt))}
              height={geometry.height}
            />
          </svg>
        )}
        {geometry !== undefined && moment !== undefined && (
          <svg className={styles.overlay} aria-hidden="true">
            <line
              className={styles.rule}
              x1={xOf(moment.at)}
              x2={xOf(moment.at)}
              y1={geometry.top}
              y2={geometry.top + geometry.height}
            />
            {moment.values.map((value, index) => {
              const line = lines[index]
              if (value === undefined || line === undefined) return null
              return (
                <circle
                  key={line.series.name}
                  className={styles.point}
                  cx={xOf(moment.at)}
                  cy={yOf(value, axisOf(line.series.unit))}
                  r="4"
                  stroke={colors.series[line.color]}
                />
              )
            })}
          </svg>
        )}
        <div
          className={styles.plane}
          style={
            geometry && {
              left: geometry.left,
              top: geometry.top,
              width: geometry.width,
              height: geometry.height,
            }
          }
          role="slider"
          tabIndex={0}
          aria-label={`Cursor of ${label}`}
          aria-describedby={summaryId}
          aria-valuemin={0}
          aria-valuemax={Math.max(times.length - 1, 0)}
          aria-valuenow={place === -1 ? Math.max(times.length - 1, 0) : place}
          aria-valuetext={describeCursor({ series, moments, place, anchor: anchorPlace })}
          onKeyDown={onKeyDown}
          onPointerMove={onPointerMove}
          onPointerDown={onPointerDown}
          onPointerUp={onPointerUp}
          onPointerLeave={() => {
            if (cursor?.isPinned === false) setCursor(undefined)
          }}
          data-testid="chart-cursor"
        />
        {geometry !== undefined && moment !== undefined && (
          <Readout
            lines={lines}
            colors={colors}
            moments={moments}
            place={place}
            anchor={anchorPlace}
            x={xOf(moment.at)}
            frameWidth={frameWidth}
            isPinned={cursor?.isPinned === true}
            onClose={() => setCursor(undefined)}
          />
        )}
      </div>
      <SummaryWords id={summaryId} series={series} />
    </div>
  )
}

function LineNames({
  lines,
  colors,
  geometry,
  width,
  axisOf,
  yOf,
}: {
  readonly lines: readonly Line[]
  readonly colors: ChartColors
  readonly geometry: PlotGeometry
  readonly width: number
  readonly axisOf: (unit: string | undefined) => 0 | 1
  readonly yOf: (value: number, axis: 0 | 1) => number
}) {
  const wanted = lines.map(
    ({ series: { points, unit } }) =>
      yOf(points.at(-1)?.value ?? 0, axisOf(unit)) - geometry.top - labelHeight / 2,
  )
  const places = spreadLabels(wanted, { height: labelHeight, max: geometry.height })
  return (
    <div className={styles.names} style={{ width }} aria-hidden="true">
      {lines.map(({ series: { name }, color }, index) => (
        <span
          key={name}
          className={styles.lineName}
          style={{ top: geometry.top + (places[index] ?? 0), color: colors.series[color] }}
        >
          <DeviceText linesMax={1}>{name}</DeviceText>
        </span>
      ))}
    </div>
  )
}
