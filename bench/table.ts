/** A table of texts with a rule below the heading: the first column is words, the rest numbers. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  wordColumns = 1,
): string {
  const lines = [heading, ...rows]
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  )
  const formatted = lines.map((cells) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? ''
        return column < wordColumns ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [formatted[0], rule, ...formatted.slice(1)].join('\n')
}

/** `93 120`: whole, with groups of three; `–` for what was not measured. */
export function formatCount(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
}

/** With so many decimals, and perhaps a unit; `–` for what was not measured. */
export function formatDecimal(value: number | undefined, decimals: number, unit?: string): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return unit === undefined ? value.toFixed(decimals) : `${value.toFixed(decimals)} ${unit}`
}
