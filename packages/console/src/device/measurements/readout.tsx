import { Button } from '../../parts/button.tsx'
import { DeviceText } from '../../parts/device-text.tsx'
import { classes } from '../../visual/classes.ts'
import type { ChartColors } from './chart-colors.ts'
import type { Moment } from './csv.ts'
import { selectionOf, summarizeSelection } from './cursor-words.ts'
import { formatInstant } from './instant-words.ts'
import type { Line } from './line-chart.tsx'
import { formatQuantity } from './number-words.ts'
import styles from './readout.module.css'

export interface ReadoutProps {
  readonly lines: readonly Line[]
  readonly colors: ChartColors
  readonly moments: readonly Moment[]
  readonly place: number
  readonly anchor: number | undefined
  /** Of the cursor in the frame, in CSS pixels, like the width of the frame. */
  readonly x: number
  readonly frameWidth: number
  readonly isPinned: boolean
  readonly onClose: () => void
}

/** What is at the cursor, beside it. The slider that moves the cursor says the same. */
export function Readout({
  lines,
  colors,
  moments,
  place,
  anchor,
  x,
  frameWidth,
  isPinned,
  onClose,
}: ReadoutProps) {
  const moment = moments[place]
  if (moment === undefined) return null
  const isSelection = anchor !== undefined && anchor !== place
  const [from, to] = selectionOf(moments, place, anchor ?? place)
  const isRight = x > frameWidth / 2
  return (
    <div
      className={classes(styles.readout, isPinned && styles.pinned)}
      style={isRight ? { right: frameWidth - x + 12 } : { left: x + 12 }}
      data-testid="chart-readout"
    >
      <div className={styles.head}>
        <strong>
          {isSelection ? `${formatInstant(from)} – ${formatInstant(to)}` : formatInstant(moment.at)}
        </strong>
        {isPinned && (
          <Button
            look="quiet"
            isSmall
            isIconOnly
            icon="close"
            aria-label="Remove the cursor"
            onPress={onClose}
          />
        )}
      </div>
      <dl className={styles.values}>
        {isSelection
          ? summarizeSelection(
              lines.map(({ series }) => series),
              from,
              to,
            ).map(({ name, unit, summary: { min, max, mean } }) => (
              <ReadoutRow
                key={name}
                name={name}
                color={colors.series[lines.find(({ series }) => series.name === name)?.color ?? 0]}
                value={`${formatQuantity(min, undefined)} – ${formatQuantity(max, unit)}, mean ${formatQuantity(mean, unit)}`}
              />
            ))
          : lines.map(({ series: { name, unit }, color }, index) => {
              const value = moment.values[index]
              if (value === undefined) return null
              return (
                <ReadoutRow
                  key={name}
                  name={name}
                  color={colors.series[color]}
                  value={formatQuantity(value, unit)}
                />
              )
            })}
      </dl>
    </div>
  )
}

function ReadoutRow({
  name,
  color,
  value,
}: {
  readonly name: string
  readonly color: string | undefined
  readonly value: string
}) {
  return (
    <div className={styles.row}>
      <dt>
        <span className={styles.mark} style={{ background: color }} />
        <DeviceText linesMax={1}>{name}</DeviceText>
      </dt>
      <dd>
        <DeviceText>{value}</DeviceText>
      </dd>
    </div>
  )
}
