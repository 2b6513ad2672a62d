import type { RestProblem } from '@pileus/rest-contract'
import { restProblem } from '@pileus/rest-contract'
import type { PlatformErrorCode } from '../platform-error.ts'
import { PlatformError } from '../platform-error.ts'

const busySeconds = '5'

/** Failures of the platform that the client may wait out, or that tell it what is wrong. */
const platformFailures: Partial<Record<PlatformErrorCode, RestProblem>> = {
  storageBusy: restProblem('unavailable', { retryAfterSeconds: busySeconds }),
  storageClosed: restProblem('unavailable', { retryAfterSeconds: busySeconds }),
  storageFailed: restProblem('unavailable', { retryAfterSeconds: busySeconds }),
  readTookTooLong: restProblem('unavailable', { retryAfterSeconds: busySeconds }),
  passwordWorkBusy: restProblem('unavailable', { retryAfterSeconds: busySeconds }),
  storageFull: restProblem('storageFull'),
}

/**
 * The refusal behind something that was thrown while a request was taken in or carried out;
 * `undefined` for a fault of ours.
 */
export function explainFailure(error: unknown, maxBytes: number): RestProblem | undefined {
  if (error instanceof PlatformError) return platformFailures[error.code]
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return restProblem('bodyTooLarge', { maxBytes: String(maxBytes) })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return restProblem('requestMalformed', { reason: 'the body has not the announced length.' })
    // The client went away in the middle of its body: nobody reads the answer.
    case 'ECONNRESET':
      return restProblem('requestMalformed', { reason: 'the body ended early.' })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return restProblem('mediaTypeUnsupported', { mediaType: 'unreadable' })
    default:
      return undefined
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
