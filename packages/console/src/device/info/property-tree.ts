import { formatStep } from '../../parts/fragment-rows.ts'

type Document = Readonly<Record<string, unknown>>

export interface PropertyNode {
  /** `c8y_Position.lat`, `acme_Doors[1]`: unique in the document. */
  readonly path: string
  readonly name: string
  /** A value in one line; absent where there are members. */
  readonly value?: string
  /** How many members it has. */
  readonly size: number
  /** Those of an open node, as many as are shown. */
  readonly members: readonly PropertyNode[]
}

/** Members of one object or list that are shown; a search finds the others. */
export const membersMax = 100

/** The members of the document, and of those whose paths are open. */
export function listProperties(
  document: Document,
  open: ReadonlySet<string>,
): readonly PropertyNode[] {
  return membersOf('', document)
    .slice(0, membersMax)
    .map(([path, name, value]) => toNode(path, name, value, open))
}

/** No recursion beyond what somebody has opened by hand. */
function toNode(
  path: string,
  name: string,
  value: unknown,
  open: ReadonlySet<string>,
): PropertyNode {
  const members = membersOf(path, value)
  if (members.length === 0) return { path, name, value: formatLeaf(value), size: 0, members: [] }
  return {
    path,
    name,
    size: members.length,
    members: open.has(path)
      ? members
          .slice(0, membersMax)
          .map(([memberPath, memberName, member]) => toNode(memberPath, memberName, member, open))
      : [],
  }
}

export interface PropertyMatches {
  readonly matches: readonly { readonly path: string; readonly value: string }[]
  /** There are more, or the document is too large to be searched whole. */
  readonly hasMore: boolean
}

const matchesMax = 100
/** Values that one search looks at. */
const visitsMax = 50_000

/** Values whose path or text contains the words, in the order of the document, in any case. */
export function searchProperties(document: Document, words: string): PropertyMatches {
  const wanted = words.toLowerCase()
  const matches: { path: string; value: string }[] = []
  // A list of what is left to do, since a document may be deeper than the stack.
  const waiting = membersOf('', document).toReversed()
  for (let visits = 0; waiting.length > 0; visits++) {
    if (visits === visitsMax || matches.length === matchesMax) return { matches, hasMore: true }
    const [path, , value] = waiting.pop() ?? ['', '', undefined]
    const members = membersOf(path, value)
    if (members.length > 0) {
      for (const member of members.toReversed()) waiting.push(member)
      continue
    }
    const text = formatLeaf(value)
    if (path.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted)) {
      matches.push({ path, value: text })
    }
  }
  return { matches, hasMore: false }
}

type Member = readonly [path: string, name: string, value: unknown]

function membersOf(path: string, value: unknown): readonly Member[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => [`${path}[${index}]`, `[${index}]`, item])
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, member]) => [formatStep(path, name), name, member])
}

/** Longer texts are cut here; the JSON has them whole. */
const leafMax = 500

function formatLeaf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > leafMax ? `${text.slice(0, leafMax)}…` : text
}
