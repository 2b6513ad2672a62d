/** Longest id whose device user name is still valid (registration §2.1). */
const charactersMax = 247

/** Ids that one form takes; more are a case for a file. */
export const idsAtOnceMax = 200

// Control characters and white space of every script, then what topics and user names are made of.
const whiteSpace =
  /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/
const reserved = /[/\\$+#:]/

/** What is wrong with a device id, in words; `undefined` if it may be registered. */
export function findDeviceIdProblem(id: string): string | undefined {
  if (id === '') return 'Enter the id that the device connects with.'
  if (id.length > charactersMax)
    return `At most ${charactersMax} characters; this has ${id.length}.`
  if (whiteSpace.test(id)) return 'White space and control characters are not allowed in an id.'
  const found = reserved.exec(id)
  if (found !== null) return `An id must not contain ${found[0]} (nor any other of / \\ $ + # :).`
  return undefined
}

/**
 * The ids in a pasted text: one a line, or separated by tab, comma or semicolon. Quotes around an
 * id and empty lines are dropped. At most `idsAtOnceMax`; `isCut` says whether there were more.
 */
export function parsePastedIds(text: string): {
  readonly ids: readonly string[]
  readonly isCut: boolean
} {
  const ids = text
    .split(/[\r\n\t,;]+/)
    .map((part) =>
      part
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim(),
    )
    .filter((part) => part !== '')
  return { ids: ids.slice(0, idsAtOnceMax), isCut: ids.length > idsAtOnceMax }
}

/**
 * The problem of each id of the form, in its order: the rule, then ids that stand there twice, then
 * ids of requests that are open already.
 */
export function findProblems(
  ids: readonly string[],
  openIds: ReadonlySet<string>,
): readonly (string | undefined)[] {
  return ids.map((id, index) => {
    const problem = findDeviceIdProblem(id)
    if (problem !== undefined) return problem
    const first = ids.indexOf(id)
    if (first < index) return `The same id as in row ${first + 1}.`
    return openIds.has(id) ? 'A request for this id is open already.' : undefined
  })
}
