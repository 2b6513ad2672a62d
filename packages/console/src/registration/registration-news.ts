import type { ConsoleRegistrationRepresentation as Registration } from '@pileus/rest-contract'
import { words } from './registration-words.ts'

/**
 * What happened between two readings of the list, as sentences to announce. `isComplete` says
 * whether both hold every request: only then an id that is missing has really ended.
 */
export function describeNews(
  before: readonly Registration[],
  after: readonly Registration[],
  isComplete: boolean,
): readonly string[] {
  const old = new Map(before.map((request) => [request.id, request]))
  const changes = after.flatMap((request) =>
    describeChange(old.get(request.id), request, isComplete),
  )
  if (!isComplete) return changes
  const present = new Set(after.map(({ id }) => id))
  const ended = before
    .filter(({ id }) => !present.has(id))
    .map(({ id, status }) =>
      status === 'ACCEPTED' ? words.newsRegistered(id) : words.newsRemoved(id),
    )
  return [...changes, ...ended]
}

function describeChange(
  before: Registration | undefined,
  after: Registration,
  isComplete: boolean,
): readonly string[] {
  const { id, status } = after
  // On a page of many a request may only have moved here.
  if (before === undefined && !isComplete) return []
  if (status !== before?.status) {
    if (status === 'PENDING_ACCEPTANCE') return [words.newsPending(id)]
    if (status === 'ACCEPTED') return [words.newsAccepted(id)]
    if (status === 'BLOCKED') return [words.newsBlocked(id)]
  }
  return after.isContested && before?.isContested === false ? [words.newsContested(id)] : []
}
