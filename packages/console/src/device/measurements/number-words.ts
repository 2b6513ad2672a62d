const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })
const small = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 })
const extreme = new Intl.NumberFormat(undefined, {
  notation: 'scientific',
  maximumFractionDigits: 3,
})

/** A measured value for people: 12.25, 0.00417, 1.2E9. The exact one is in table and CSV. */
export function formatValue(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return extreme.format(value)
  return (size < 1 ? small : plain).format(value)
}

/** With its unit, if it has one: `12.25 l/s`. */
export function formatQuantity(value: number, unit: string | undefined): string {
  return unit === undefined ? formatValue(value) : `${formatValue(value)} ${unit}`
}
