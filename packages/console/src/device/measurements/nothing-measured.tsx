import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'
import { useCurl } from '../../parts/use-curl.ts'
import styles from './nothing-measured.module.css'
import type { TimeRange } from './time-range.ts'

export interface NothingMeasuredProps {
  readonly deviceId: string
  readonly range: TimeRange
  /** When the newest measurement was (ISO 8601); absent where there is none. */
  readonly newestAt: string | undefined
  readonly onShow: (range: TimeRange) => void
}

/** A row of the static templates that any device can send (static-templates, 200). */
const sampleRow = '200,acme_Flow,F,12.4,l/s'
const aroundMs = 30 * 60_000

/** There are no measurements in the range: where they are, or how to send the first one. */
export function NothingMeasured({ deviceId, range, newestAt, onShow }: NothingMeasuredProps) {
  const curl = useCurl()
  if (newestAt !== undefined) {
    const at = Date.parse(newestAt)
    return (
      <div className={styles.card}>
        <EmptyState
          icon="chart"
          title="Nothing was measured in this time"
          action={
            <Button
              onPress={() => onShow({ kind: 'between', from: at - aroundMs, to: at + aroundMs })}
              data-testid="show-newest"
            >
              Show the newest
            </Button>
          }
        >
          {range.kind === 'last' ? 'The newest measurement is of ' : 'The newest one at all is of '}
          <Time value={newestAt} />.
        </EmptyState>
      </div>
    )
  }
  const request = {
    method: 'POST',
    path: '/measurement/measurements',
    body: {
      source: { id: deviceId },
      type: 'acme_Flow',
      time: new Date().toISOString(),
      acme_Flow: { F: { value: 12.4, unit: 'l/s' } },
    },
  } as const
  return (
    <div className={styles.card}>
      <EmptyState
        icon="chart"
        title="No measurements yet"
        action={
          <div className={styles.sample}>
            <code className={styles.row}>{sampleRow}</code>
            <CopyButton isSmall label="Copy row" text={() => sampleRow} />
            <CopyButton isSmall label="Copy as curl" text={() => curl(request)} />
          </div>
        }
      >
        Each number that the device sends becomes a line here. This row, published on{' '}
        <code>s/us</code> by the device, would be the first one:
      </EmptyState>
    </div>
  )
}
