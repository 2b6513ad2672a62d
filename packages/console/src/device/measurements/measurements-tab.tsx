import { RestRefusal } from '@pileus/rest-contract'
import { useMemo, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { ErrorState, ForbiddenState, LoadingSkeleton, StaleNotice } from '../../parts/states.tsx'
import { useObservable } from '../../platform/observable.ts'
import { usePlatform } from '../../platform/platform.ts'
import { describeMissingPermission } from '../../session/permissions.ts'
import { useLatestMeasurements } from '../device-data.ts'
import { deviceName } from '../device-name.ts'
import type { DeviceTabProps } from '../device-tabs.tsx'
import { useTabSearch } from '../use-tab-search.ts'
import { useChartColors } from './chart-colors.ts'
import { ChartPanel } from './chart-panel.tsx'
import { collectCharts } from './fragment-charts.ts'
import { formatInstant } from './instant-words.ts'
import { LatestTable } from './latest-table.tsx'
import { findLatestValues } from './latest-values.ts'
import type { MeasurementsSearch } from './measurements-search.ts'
import {
  formatMeasurementsSearch,
  parseMeasurementsSearch,
  toggleEntry,
} from './measurements-search.ts'
import styles from './measurements-tab.module.css'
import { NothingMeasured } from './nothing-measured.tsx'
import { RangePicker } from './range-picker.tsx'
import { parseReading } from './reading.ts'
import { readingsMax } from './reading-window.ts'
import type { RangeRead } from './use-readings.ts'
import { useReadings } from './use-readings.ts'

/** What the device has measured, as lines and as numbers, up to now (console §5.2). */
export function MeasurementsTab({ device }: DeviceTabProps) {
  const { id } = device
  const address = useTabSearch(asItIs)
  const search = useMemo(() => parseMeasurementsSearch(address.search), [address.search])
  const { range, isPaused } = search
  const isConsolePaused = useObservable(usePlatform().isPaused)
  const readings = useReadings({ id, range, isPaused })
  const change = (next: Partial<MeasurementsSearch>, isStep = false): void =>
    address.change(formatMeasurementsSearch({ ...search, ...next }), isStep)
  const togglePause = (): void => change({ isPaused: !isPaused })
  const isForbidden = readings.error instanceof RestRefusal && readings.error.status === 403
  if (isForbidden && readings.data === undefined) {
    return <ForbiddenState explanation={describeMissingPermission(['ROLE_MEASUREMENT_READ'])} />
  }
  return (
    <div className={styles.tab}>
      <div className={styles.toolbar}>
        <RangePicker range={range} onChange={(next) => change({ range: next }, true)} />
        {range.kind === 'last' && (
          <Button
            isSmall
            icon={isPaused ? 'play' : 'pause'}
            onPress={togglePause}
            unavailable={
              isConsolePaused ? 'The whole console is paused, see the bar above.' : undefined
            }
            data-testid="measurements-pause"
          >
            {isPaused ? 'Continue' : 'Pause'}
          </Button>
        )}
      </div>
      {readings.data === undefined ? (
        readings.error === null ? (
          <div className={styles.loading}>
            <LoadingSkeleton rows={6} label="Reading the measurements" />
          </div>
        ) : (
          <ErrorState failure={readings.error} onRetry={() => void readings.refetch()} />
        )
      ) : (
        <>
          {readings.error !== null && (
            <StaleNotice
              failure={readings.error}
              asOf={readings.dataUpdatedAt}
              onRetry={() => void readings.refetch()}
            />
          )}
          <Charts
            device={device}
            read={readings.data}
            isOld={readings.isPlaceholderData}
            search={search}
            onChange={change}
            onTogglePause={togglePause}
          />
        </>
      )}
    </div>
  )
}

/** Parsed above, since what is at its default has no place in the address. */
function asItIs(search: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return search
}

interface ChartsProps extends DeviceTabProps {
  readonly read: RangeRead
  /** It is what another range had. */
  readonly isOld: boolean
  readonly search: MeasurementsSearch
  readonly onChange: (next: Partial<MeasurementsSearch>, isStep?: boolean) => void
  readonly onTogglePause: () => void
}

/** A device that measures more shows the others on demand. */
const chartsFirst = 12

function Charts({ device, read, isOld, search, onChange, onTogglePause }: ChartsProps) {
  const [isWhole, setIsWhole] = useState(false)
  const colors = useChartColors()
  const latest = useLatestMeasurements(device.id)
  const { readings, bounds, isTruncated } = read
  const charts = useMemo(() => collectCharts(readings), [readings])
  const values = useMemo(
    () => findLatestValues([...(latest.data ?? []).map(parseReading), ...readings]),
    [latest.data, readings],
  )
  const shown = isWhole ? charts : charts.slice(0, chartsFirst)
  // A clock that is ahead must not put the newest points beside the chart.
  const last = readings.at(-1)?.at ?? bounds.to
  const to = search.range.kind === 'last' ? Math.max(bounds.to, last) : bounds.to
  const drawn = useMemo(() => ({ from: bounds.from, to }), [bounds.from, to])
  return (
    <>
      {isTruncated && (
        <Notice tone="info" title="Not all of it." testId="truncated">
          The range has more than {readingsMax.toLocaleString()} measurements. These are the newest
          ones, since {formatInstant(readings[0]?.at ?? bounds.from)}; a shorter range shows all.
        </Notice>
      )}
      <div className={styles.columns} aria-busy={isOld}>
        <div className={isOld ? styles.chartsOld : styles.charts}>
          {charts.length === 0 && (
            <NothingMeasured
              deviceId={device.id}
              range={search.range}
              newestAt={latest.data?.[0]?.time}
              onShow={(range) => onChange({ range }, true)}
            />
          )}
          {shown.map((chart) => (
            <ChartPanel
              key={chart.key}
              deviceName={deviceName(device)}
              chart={chart}
              bounds={drawn}
              colors={colors}
              flipped={
                new Set(
                  search.flipped
                    .filter((entry) => entry.startsWith(`${chart.key} `))
                    .map((entry) => entry.slice(chart.key.length + 1)),
                )
              }
              onFlip={(series) =>
                onChange({ flipped: toggleEntry(search.flipped, `${chart.key} ${series}`) })
              }
              isTable={search.tables.includes(chart.key)}
              onTable={() => onChange({ tables: toggleEntry(search.tables, chart.key) })}
              onTogglePause={onTogglePause}
            />
          ))}
          {shown.length < charts.length && (
            <Button onPress={() => setIsWhole(true)} data-testid="more-charts">
              Show {charts.length - shown.length} more charts
            </Button>
          )}
        </div>
        {values.length > 0 && (
          <aside className={styles.aside} aria-label="Latest values">
            <LatestTable values={values} />
          </aside>
        )}
      </div>
    </>
  )
}
