import { PlatformUnreachable, RestRefusal } from '@pileus/rest-contract'

/** A failure in the words of the console. */
export interface FailureWords {
  /** What happened, as a sentence. */
  readonly title: string
  /** Why, and what to do next; the platform's own words where it gave some. */
  readonly cause: string
  /** `HTTP 422 · devicecontrol/Non Unique Result`, if the platform answered. */
  readonly code?: string
}

/** The one place that turns what the REST client rejects with into words (console §3.4, §7.6). */
export function describeFailure(error: unknown): FailureWords {
  if (error instanceof PlatformUnreachable) {
    return {
      title: 'The platform does not answer.',
      cause: 'It is restarting, or the network between it and this browser is interrupted.',
    }
  }
  if (error instanceof RestRefusal) {
    return { ...describeRefusal(error), code: formatCode(error) }
  }
  return {
    title: 'The console met an unexpected problem.',
    cause: error instanceof Error ? error.message : String(error),
  }
}

/** Whether trying again without changing anything may help. */
export function isTransient(error: unknown): boolean {
  return error instanceof RestRefusal && (error.status === 429 || error.status >= 500)
}

function describeRefusal({ status, message }: RestRefusal): FailureWords {
  switch (status) {
    case 403:
      return { title: 'You may not do that.', cause: 'A permission is missing, or was taken away.' }
    case 404:
      return { title: 'It is no longer there.', cause: message }
    case 409:
    case 422:
      return { title: 'The platform refused.', cause: message }
    case 413:
      return { title: 'That is too large.', cause: message }
    case 429:
      return { title: 'The platform asks for a pause.', cause: message }
    case 507:
      return { title: 'The storage of the platform is full.', cause: message }
    case 502:
    case 503:
    case 504:
      return { title: 'The platform is not available right now.', cause: message }
    default:
      return { title: 'The platform could not answer.', cause: message }
  }
}

function formatCode({ status, error }: RestRefusal): string {
  return error === '' ? `HTTP ${status}` : `HTTP ${status} · ${error}`
}

/** What *Copy details* copies: enough for somebody else to find the cause. */
export function formatFailureDetails(
  { title, cause, code }: FailureWords,
  { url, at }: { readonly url: string; readonly at: Date },
): string {
  return [title, cause, ...(code === undefined ? [] : [code]), url, at.toISOString()].join('\n')
}
