/**
 * Where labels of `height` stand so that none covers another: as near as can be to what each one
 * belongs to, in the same order, within 0 and `max`. Too many for the room overlap at its end.
 */
export function spreadLabels(
  wanted: readonly number[],
  { height, max }: { readonly height: number; readonly max: number },
): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  const places = [...wanted]
  let lowest = 0
  for (const index of order) {
    const place = Math.max(places[index] ?? 0, lowest)
    places[index] = place
    lowest = place + height
  }
  let highest = max - height
  for (const index of order.toReversed()) {
    const place = Math.max(Math.min(places[index] ?? 0, highest), 0)
    places[index] = place
    highest = place - height
  }
  return places
}
