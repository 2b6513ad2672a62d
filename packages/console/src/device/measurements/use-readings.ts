import type { RestClient } from '@pileus/rest-contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { usePlatform } from '../../platform/platform.ts'
import { usePolling } from '../../platform/polling.ts'
import type { Reading } from './reading.ts'
import { parseReading } from './reading.ts'
import type { ReadingWindow } from './reading-window.ts'
import { readingsMax, updateWindow } from './reading-window.ts'
import type { TimeBounds, TimeRange } from './time-range.ts'
import { boundsOf, endOf, formatTimeRange } from './time-range.ts'

export interface RangeRead extends ReadingWindow {
  readonly bounds: TimeBounds
  /** When the whole range was read, an instant in ms. */
  readonly wholeReadAt: number
}

const pageSize = 2_000

/** After that the whole range is read again, since devices also send what is older than the last. */
const wholeAgainMs = 60_000

export interface ReadingsOptions {
  readonly id: string
  readonly range: TimeRange
  readonly isPaused?: boolean
}

/**
 * The measurements of the range. A range up to now is continued: each time only what came since is
 * read, and what has left the range goes.
 */
export function useReadings({ id, range, isPaused = false }: ReadingsOptions) {
  const { rest } = usePlatform()
  const polling = usePolling('measurements')
  const queryKey = ['measurements', id, 'range', formatTimeRange(range)]
  const isLive = range.kind === 'last' && !isPaused
  return useQuery({
    queryKey,
    queryFn: async ({ signal, client }): Promise<RangeRead> => {
      const bounds = boundsOf(range, Date.now())
      const read = { rest, id, bounds, end: endOf(range, bounds), signal }
      const present = client.getQueryData<RangeRead>(queryKey)
      const continued = present && range.kind === 'last' ? await readOn(read, present) : undefined
      return continued ?? readWhole(read)
    },
    placeholderData: keepPreviousData,
    // Comparing thousands of readings member by member costs more than drawing them.
    structuralSharing: false,
    ...polling,
    ...(isLive ? {} : { refetchInterval: false as const, refetchOnWindowFocus: false }),
  })
}

interface RangeToRead {
  readonly rest: RestClient
  readonly id: string
  readonly bounds: TimeBounds
  readonly end: number
  readonly signal: AbortSignal
}

async function readWhole({ rest, id, bounds, end, signal }: RangeToRead): Promise<RangeRead> {
  const readings: Reading[] = []
  let isComplete = false
  for (let currentPage = 1; !isComplete && readings.length <= readingsMax; currentPage++) {
    // The newest first: those are kept where there are too many.
    const { measurements } = await rest.get('/measurement/measurements', {
      query: {
        source: id,
        dateFrom: new Date(bounds.from),
        dateTo: new Date(end),
        revert: true,
        pageSize,
        currentPage,
      },
      signal,
    })
    readings.push(...measurements.map(parseReading))
    isComplete = measurements.length < pageSize
  }
  const empty = { readings: [], isTruncated: false }
  return {
    ...updateWindow(empty, readings, bounds.from),
    bounds,
    wholeReadAt: Date.now(),
  }
}

/** `undefined` where the whole range has to be read again. */
async function readOn(
  { rest, id, bounds, end, signal }: RangeToRead,
  present: RangeRead,
): Promise<RangeRead | undefined> {
  if (Date.now() - present.wholeReadAt > wholeAgainMs) return undefined
  const { measurements } = await rest.get('/measurement/measurements', {
    query: {
      source: id,
      dateFrom: new Date(present.readings.at(-1)?.at ?? bounds.from),
      dateTo: new Date(end),
      pageSize,
    },
    signal,
  })
  if (measurements.length === pageSize) return undefined
  return {
    ...updateWindow(present, measurements.map(parseReading), bounds.from),
    bounds,
    wholeReadAt: present.wholeReadAt,
  }
}
