/** Joins the names that are there: `classes(styles.row, isWide && styles.wide)`. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter((name) => name !== undefined && name !== false).join(' ')
}
