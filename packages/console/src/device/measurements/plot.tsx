import { useEffect, useEffectEvent, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartColors } from './chart-colors.ts'
import { dashOf } from './chart-colors.ts'
import { formatInstants } from './instant-words.ts'
import styles from './plot.module.css'
import type { PlotData } from './plot-data.ts'
import { formatTicks, numberTicks, timeTicks } from './ticks.ts'
import type { TimeBounds } from './time-range.ts'

export interface PlotSeries {
  /** Which of the categorical colours. */
  readonly color: number
  /** 0 for the axis on the left, 1 for the one on the right. */
  readonly axis: 0 | 1
}

/** Where the drawing is in its frame, in CSS pixels, and what its edges mean. */
export interface PlotGeometry {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Lowest and highest value of each axis. */
  readonly axes: readonly { readonly min: number; readonly max: number }[]
}

export interface PlotProps {
  readonly data: PlotData
  readonly series: readonly PlotSeries[]
  readonly bounds: TimeBounds
  readonly colors: ChartColors
  /** What stays free on the right for the names of the lines, in CSS pixels. */
  readonly roomRight: number
  readonly onGeometry: (geometry: PlotGeometry) => void
}

const plotHeight = 240
const ticksMax = 7
const tickRoom = { x: 90, y: 32 }
const lineWidth = 1.5
const pointSize = 5

/**
 * Lines and axes on a canvas; nothing else. Cursor, names and tables are elements of the page, so
 * that they can be read, reached and styled.
 */
export function Plot({ data, series, bounds, colors, roomRight, onGeometry }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  // Read by the functions that the plot keeps for its whole life.
  const present = useRef({ data, bounds, colors, roomRight })
  present.current = { data, bounds, colors, roomRight }
  const onDraw = useEffectEvent((drawn: UPlot) => onGeometry(measure(drawn)))
  const shape = JSON.stringify(series)

  useEffect(() => {
    const frame = host.current
    if (frame === null) return
    const shown: readonly PlotSeries[] = JSON.parse(shape)
    const created = new UPlot(
      {
        ...optionsOf(shown, () => present.current),
        width: frame.clientWidth,
        height: plotHeight,
        hooks: { draw: [(drawn) => onDraw(drawn)] },
      },
      toAligned(present.current.data),
      frame,
    )
    plot.current = created
    const resize = new ResizeObserver(() => {
      if (frame.clientWidth > 0 && frame.clientWidth !== created.width) {
        created.setSize({ width: frame.clientWidth, height: plotHeight })
      }
    })
    resize.observe(frame)
    return () => {
      resize.disconnect()
      created.destroy()
      plot.current = undefined
    }
  }, [shape])

  // Drawn anew also with what the functions of the plot read, not only with other data.
  useEffect(() => plot.current?.setData(toAligned(data)), [data, bounds, colors, roomRight])

  return <div ref={host} className={styles.plot} aria-hidden="true" />
}

interface Present {
  readonly data: PlotData
  readonly bounds: TimeBounds
  readonly colors: ChartColors
  readonly roomRight: number
}

function optionsOf(series: readonly PlotSeries[], present: () => Present) {
  const axes = Math.max(0, ...series.map(({ axis }) => axis)) + 1
  return {
    ms: 1 as const,
    legend: { show: false },
    cursor: { show: false },
    padding: [10, () => present().roomRight, 0, null] satisfies UPlot.Padding,
    scales: {
      x: { range: (): UPlot.Range.MinMax => [present().bounds.from, present().bounds.to] },
      ...Object.fromEntries(
        Array.from({ length: axes }, (_, axis) => [scaleOf(axis), { range: paddedRange }]),
      ),
    },
    axes: [
      timeAxis(present),
      ...Array.from({ length: axes }, (_, axis) => valueAxis(axis, present)),
    ],
    series: [
      {},
      ...series.map(({ color, axis }, index) => ({
        scale: scaleOf(axis),
        stroke: () => present().colors.series[color] ?? '',
        dash: [...dashOf(color, present().colors.isForced)],
        width: lineWidth,
        points: {
          size: pointSize,
          stroke: () => present().colors.series[color] ?? '',
          fill: () => present().colors.series[color] ?? '',
          show: () => true,
          filter: () => [...(present().data.isolated[index] ?? [])],
        },
      })),
    ],
  }
}

function scaleOf(axis: number): string {
  return `y${axis}`
}

/** A twelfth of the range more on each side; a line that is flat runs in the middle. */
function paddedRange(_: UPlot, min: number | null, max: number | null): UPlot.Range.MinMax {
  if (min === null || max === null) return [0, 1]
  const room = max > min ? (max - min) / 12 : Math.max(Math.abs(max) * 0.1, 1)
  return [min - room, max + room]
}

function timeAxis(present: () => Present): UPlot.Axis {
  return {
    ...axisLook(present),
    size: 30,
    splits: (plot, _, from, to) => {
      const room = Math.floor(plot.bbox.width / devicePixelRatio / tickRoom.x)
      const count = Math.max(2, Math.min(ticksMax, room))
      const offsetMs = new Date(from).getTimezoneOffset() * -60_000
      return [...timeTicks({ from, to, count, offsetMs })]
    },
    values: (_, splits) => [...formatInstants(splits)],
  }
}

function valueAxis(axis: number, present: () => Present): UPlot.Axis {
  const look = axisLook(present)
  return {
    ...look,
    scale: scaleOf(axis),
    side: axis === 0 ? 3 : 1,
    // Two grids in one chart would be read as one.
    grid: { ...look.grid, show: axis === 0 },
    size: (_, values) => 18 + 7 * Math.max(2, ...(values ?? []).map((text) => text.length)),
    splits: (_, __, min, max) => {
      const count = Math.min(ticksMax, Math.floor(plotHeight / tickRoom.y))
      return [...numberTicks(min, max, count)]
    },
    values: (_, splits) => [...formatTicks(splits)],
  }
}

function axisLook(present: () => Present) {
  return {
    stroke: () => present().colors.text,
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: () => present().colors.grid, width: 1 },
    ticks: { stroke: () => present().colors.grid, width: 1, size: 4 },
    gap: 4,
  }
}

function toAligned({ times, columns }: PlotData): UPlot.AlignedData {
  return [[...times], ...columns.map((column) => [...column])]
}

function measure(plot: UPlot): PlotGeometry {
  const { offsetLeft, offsetTop, clientWidth, clientHeight } = plot.over
  const axes: { min: number; max: number }[] = []
  for (let axis = 0; plot.scales[scaleOf(axis)] !== undefined; axis++) {
    const { min, max } = plot.scales[scaleOf(axis)] ?? {}
    axes.push({ min: min ?? 0, max: max ?? 1 })
  }
  return { left: offsetLeft, top: offsetTop, width: clientWidth, height: clientHeight, axes }
}
