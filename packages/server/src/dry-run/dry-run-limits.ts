/** What one dry run may take; more is refused as a whole. */
export const dryRunLimits = {
  rowsMax: 500,
  /** Objects, data and references read for it. */
  itemsReadMax: 20_000,
  msMax: 2_000,
  /** Others have their turn after so long. */
  msAtOnce: 5,
  /** JSON of all effects together. */
  charactersMax: 4 * 1024 * 1024,
} as const
