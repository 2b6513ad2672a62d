/** Where the cursor of a chart stands: places among the moments of the chart. */
export interface ChartCursor {
  readonly place: number
  /** Where the selection began; absent while nothing is selected. */
  readonly anchor?: number
  /** Stays although the pointer has left. */
  readonly isPinned: boolean
}

export interface CursorKey {
  readonly key: string
  readonly shiftKey: boolean
}

const stride = 10

/**
 * What a key does to the cursor: arrows go from point to point, Page Up and Down by ten, Home and
 * End to the ends; with Shift they select; Enter pins; Escape takes all away. `undefined` where the
 * key is for somebody else (console §5.2).
 */
export function moveCursor(
  cursor: ChartCursor | undefined,
  { key, shiftKey }: CursorKey,
  last: number,
): { readonly cursor: ChartCursor | undefined } | undefined {
  if (last < 0) return undefined
  if (key === 'Escape') return cursor === undefined ? undefined : { cursor: undefined }
  if (key === 'Enter') {
    if (cursor === undefined) return undefined
    return { cursor: { ...cursor, isPinned: !cursor.isPinned } }
  }
  const present = cursor === undefined ? last : Math.min(cursor.place, last)
  const place = placeAfter(key, present, last)
  if (place === undefined) return undefined
  // The first key shows the cursor where it is: at the newest point.
  const next = cursor === undefined && key.startsWith('Arrow') ? present : place
  const anchor = shiftKey ? { anchor: cursor?.anchor ?? present } : {}
  return { cursor: { place: next, ...anchor, isPinned: cursor?.isPinned ?? false } }
}

function placeAfter(key: string, present: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(present - 1, 0)
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(present + 1, last)
    case 'PageDown':
      return Math.max(present - stride, 0)
    case 'PageUp':
      return Math.min(present + stride, last)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

/** The place whose time is the nearest one to `at`; times are in order. -1 if there are none. */
export function findNearest(times: readonly number[], at: number): number {
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  const before = times[low - 1]
  const after = times[low]
  if (before !== undefined && after !== undefined && at - before <= after - at) return low - 1
  return after === undefined ? -1 : low
}
