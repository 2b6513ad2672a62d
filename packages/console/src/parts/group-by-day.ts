export interface Day<Item> {
  /** Local midnight at which the day begins, in milliseconds since 1970. */
  readonly startsAt: number
  readonly items: readonly Item[]
}

/** Neighbours of the same local day together; the order stays. `timeOf`: ISO 8601. */
export function groupByDay<Item>(
  items: readonly Item[],
  timeOf: (item: Item) => string,
): readonly Day<Item>[] {
  const days: { readonly startsAt: number; readonly items: Item[] }[] = []
  for (const item of items) {
    const startsAt = new Date(timeOf(item)).setHours(0, 0, 0, 0)
    const last = days.at(-1)
    if (last?.startsAt === startsAt) last.items.push(item)
    else days.push({ startsAt, items: [item] })
  }
  return days
}

const date = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})

/** `Today`, `Yesterday`, or the date. */
export function formatDay(startsAt: number, now: number): string {
  const today = new Date(now).setHours(0, 0, 0, 0)
  // Not every day has 24 hours.
  const yesterday = new Date(today)
  yesterday.setDate(yesterday.getDate() - 1)
  if (startsAt === today) return 'Today'
  if (startsAt === yesterday.getTime()) return 'Yesterday'
  return date.format(startsAt)
}
