import type { BootstrapPoll, JsonObject, RegistrationRequest, TokenPolicy } from '@pileus/domain'
import { expiryOf, tokenAttemptsLeft } from '@pileus/domain'
import { formatDate } from '@pileus/rest-contract'
import { formatNewDeviceRequest } from './new-device-request-representation.ts'

/** A registration request with everything that an operator must see before accepting it. */
export function formatConsoleRegistration(
  request: RegistrationRequest,
  tokenPolicy: TokenPolicy,
  baseUrl: string,
): JsonObject {
  const { acceptedClaimant, handedOutFirst } = request
  const expiry = expiryOf(request)
  return {
    ...formatNewDeviceRequest(request, baseUrl),
    statusSince: formatDate(request.statusSince),
    ...(expiry === undefined ? {} : { expiresAt: formatDate(expiry) }),
    tokenPolicy,
    tokenPresented: request.tokenHash !== undefined,
    wrongTokens: request.wrongTokens,
    tokenAttemptsLeft: tokenAttemptsLeft(request),
    isContested: request.isContested,
    claimants: request.claimants.map(({ address, firstSeen, lastSeen, polls }) => ({
      address,
      firstSeen: formatDate(firstSeen),
      lastSeen: formatDate(lastSeen),
      polls,
    })),
    ...(acceptedClaimant === undefined ? {} : { acceptedClaimant }),
    ...(handedOutFirst === undefined ? {} : { handedOutFirst: formatDate(handedOutFirst) }),
  }
}

/** The diary, newest first. */
export function formatPolls(polls: readonly BootstrapPoll[]): readonly JsonObject[] {
  return polls
    .map(({ time, address, hasToken }) => ({
      time: formatDate(time),
      address,
      tokenPresented: hasToken,
    }))
    .toReversed()
}
