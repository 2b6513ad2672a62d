export interface SteadyItems<Item> {
  readonly items: readonly Item[]
  /** How many of the latest items are not among them. */
  readonly waiting: number
}

/**
 * The items that were shown, in their order and with what is new about them: for a list that must
 * not move under the pointer (console §3.5). What is no longer among the latest stays as it was.
 */
export function holdItems<Item>(
  shown: readonly Item[],
  latest: readonly Item[],
  idOf: (item: Item) => string,
): SteadyItems<Item> {
  const latestById = new Map(latest.map((item) => [idOf(item), item]))
  const items = shown.map((item) => latestById.get(idOf(item)) ?? item)
  for (const item of shown) latestById.delete(idOf(item))
  return { items, waiting: latestById.size }
}
