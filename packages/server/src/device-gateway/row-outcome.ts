import type { ManagedObjectId, Problem } from '@pileus/domain'
import { problems, problemText } from '@pileus/domain'
import type { RowProblem } from '@pileus/smartrest'
import { shortenDetail } from '@pileus/smartrest'

/** What one row leads to beside what it stored. `undefined`: nothing to say. */
export type RowOutcome =
  | { readonly kind: 'problem'; readonly problem: RowProblem }
  /** A row for the asking session. */
  | { readonly kind: 'reply'; readonly row: readonly string[] }
  /** The result of a row of a collection, for the asking session. */
  | { readonly kind: 'result'; readonly topic: string; readonly payload: string }
  /** Row 500: operations of this object and below are to be sent again. */
  | { readonly kind: 'resendPending'; readonly managedObjectId: ManagedObjectId }
  | undefined

/** Which code on `s/e` stands for a kind of refusal by the domain (mqtt-endpoint §10.1). */
const codeOfKind = {
  invalid: 45,
  unknown: 41,
  conflict: 41,
  forbidden: 41,
  refused: 41,
} as const

/** A refusal by the domain, in the words of the device protocol. */
export function rowProblemOf(messageId: string, problem: Problem): RowProblem {
  const code = codeOfKind[problems[problem.code].kind]
  return { code, messageId, text: shortProblemText(problem) }
}

/** A detail may be what the device sent, and that may be as long as a message. */
export function shortProblemText({ code, details }: Problem): string {
  const shortened = Object.fromEntries(
    Object.entries(details).map(([name, detail]) => [name, shortenDetail(detail)]),
  )
  return problemText({ code, details: shortened })
}

export function problemOutcome(messageId: string, problem: Problem): RowOutcome {
  return { kind: 'problem', problem: rowProblemOf(messageId, problem) }
}
