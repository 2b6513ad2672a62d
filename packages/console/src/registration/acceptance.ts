import type { ConsoleRegistrationRepresentation as Registration } from '@pileus/rest-contract'

/** What an operator can do about a request now. */
export type Decision =
  /** `token`: whether the device's token must be repeated, may be, or is not looked at. */
  | { readonly kind: 'acceptable'; readonly token: 'needed' | 'optional' | 'none' }
  /** Two addresses ask and nothing tells them apart: only by force (security S-4.4). */
  | { readonly kind: 'contested'; readonly token: 'optional' | 'none' }
  | { readonly kind: 'waiting' }
  /** The policy wants a token, and the device has sent none yet (registration §5.1). */
  | { readonly kind: 'tokenMissing' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'blocked' }

export function decide(request: Registration): Decision {
  switch (request.status) {
    case 'WAITING_FOR_CONNECTION':
      return { kind: 'waiting' }
    case 'ACCEPTED':
      return { kind: 'accepted' }
    case 'BLOCKED':
      return { kind: 'blocked' }
    case 'PENDING_ACCEPTANCE':
      return decidePending(request)
  }
}

function decidePending({ tokenPolicy, tokenPresented, isContested }: Registration): Decision {
  if (tokenPolicy === 'REQUIRED' && !tokenPresented) return { kind: 'tokenMissing' }
  if (tokenPolicy !== 'IGNORED' && tokenPresented) return { kind: 'acceptable', token: 'needed' }
  if (!isContested) return { kind: 'acceptable', token: 'none' }
  return { kind: 'contested', token: tokenPresented ? 'optional' : 'none' }
}

/** Why the platform refused an acceptance, told from the request before and after. */
export type Refusal =
  /** Accepted and fetched, deleted, or expired in the meantime. */
  | { readonly kind: 'over' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'wrongToken'; readonly attemptsLeft: number }
  | { readonly kind: 'contested' }
  /** The platform's words say it; force may help, as when the id belongs to another device. */
  | { readonly kind: 'other' }

export function explainRefusal(before: Registration, after: Registration | undefined): Refusal {
  if (after === undefined) return { kind: 'over' }
  if (after.status === 'BLOCKED') return { kind: 'blocked' }
  if (after.wrongTokens > before.wrongTokens) {
    return { kind: 'wrongToken', attemptsLeft: after.tokenAttemptsLeft }
  }
  if (after.isContested && !before.isContested) return { kind: 'contested' }
  return { kind: 'other' }
}

/** What *Accept all* takes and what it leaves to the operator, with the reason. */
export function planAcceptAll(requests: readonly Registration[]): {
  readonly accepted: readonly Registration[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
} {
  const pending = requests.filter(({ status }) => status === 'PENDING_ACCEPTANCE')
  const reasoned = pending.map((request) => ({ request, reason: findReasonToSkip(request) }))
  return {
    accepted: reasoned.flatMap(({ request, reason }) => (reason === undefined ? [request] : [])),
    skipped: reasoned.flatMap(({ request: { id }, reason }) =>
      reason === undefined ? [] : [{ id, reason }],
    ),
  }
}

function findReasonToSkip(request: Registration): string | undefined {
  // The platform leaves out every request with a token, also where the policy ignores it.
  if (request.tokenPresented) return 'Its token must be compared.'
  const decision = decide(request)
  if (decision.kind === 'contested') return 'Two addresses ask for it.'
  return decision.kind === 'tokenMissing' ? 'It has not sent the required token.' : undefined
}

/** Who asked first and how often; who would receive the credentials now. */
export function summarizeClaimants({ claimants }: Registration): {
  readonly polls: number
  readonly firstSeen?: string
  /** The last one to ask. */
  readonly address?: string
} {
  const firsts = claimants.map(({ firstSeen }) => firstSeen).sort()
  const [firstSeen] = firsts
  const address = claimants.at(-1)?.address
  return {
    polls: claimants.reduce((sum, claimant) => sum + claimant.polls, 0),
    ...(firstSeen === undefined ? {} : { firstSeen }),
    ...(address === undefined ? {} : { address }),
  }
}
