export interface HeldEntry<Item> {
  /** As last read. */
  readonly item: Item
  /** It is no longer in the list: it has changed so that the filter leaves it out, or is deleted. */
  readonly isGone: boolean
}

export interface HeldList<Item> {
  readonly entries: readonly HeldEntry<Item>[]
  /** How many of the list as it is now are not shown yet. */
  readonly waiting: number
}

/**
 * What to show of a list while the user is busy with it (console §3.5): the items
 * shown before in their places, with the content of now; what is new waits.
 *
 * `isFull`: the page has as many items as it may have, so that the last ones shown may have moved
 * to the next page.
 */
export function holdBack<Item>({
  shown,
  latest,
  idOf,
  isFull,
}: {
  readonly shown: readonly Item[]
  readonly latest: readonly Item[]
  readonly idOf: (item: Item) => string
  readonly isFull: boolean
}): HeldList<Item> {
  const places = new Map(latest.map((item, place) => [idOf(item), { item, place }]))
  const shownIds = new Set(shown.map(idOf))
  const lastKept = shown.findLastIndex((item) => places.has(idOf(item)))
  const entries = shown.map((item, index) => {
    const now = places.get(idOf(item))
    if (now !== undefined) return { item: now.item, isGone: false }
    return { item, isGone: !isFull || index < lastKept }
  })
  // On a full page, what comes after the last item that is still there has moved up from the next.
  const last = isFull ? shown[lastKept] : undefined
  const end = last === undefined ? latest.length : (places.get(idOf(last))?.place ?? 0)
  const waiting = latest.slice(0, end).filter((item) => !shownIds.has(idOf(item))).length
  return { entries, waiting }
}
