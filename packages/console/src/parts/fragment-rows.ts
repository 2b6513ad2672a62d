export interface FragmentRow {
  /** `c8y_Position.lat`, `acme_Doors[1]`; members with other characters in quotes. */
  readonly path: string
  readonly value: string
}

export interface FragmentRows {
  readonly rows: readonly FragmentRow[]
  /** How many values there are beyond `rowsMax`. */
  readonly others: number
}

/** More than anybody reads; the JSON has them all. */
const rowsMax = 100
/** Deeper values are shown as JSON, so that no document can exhaust the stack. */
const depthMax = 8

/** The values of the fragments, one row each, in the order of the document. */
export function listFragmentRows(fragments: Readonly<Record<string, unknown>>): FragmentRows {
  const rows: FragmentRow[] = []
  let others = 0
  const visit = (path: string, value: unknown, depth: number): void => {
    const members = depth < depthMax ? membersOf(path, value) : []
    if (members.length > 0) {
      for (const [memberPath, member] of members) visit(memberPath, member, depth + 1)
    } else if (rows.length < rowsMax) {
      rows.push({ path, value: typeof value === 'string' ? value : JSON.stringify(value) })
    } else {
      others += 1
    }
  }
  for (const [name, value] of Object.entries(fragments)) visit(formatStep('', name), value, 0)
  return { rows, others }
}

function membersOf(path: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((item, index) => [`${path}[${index}]`, item] as const)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, member]) => [formatStep(path, name), member] as const)
}

/** The path of a member. */
export function formatStep(path: string, name: string): string {
  const step = /^[\p{L}\p{N}_-]+$/u.test(name) ? name : JSON.stringify(name)
  return path === '' ? step : `${path}.${step}`
}
