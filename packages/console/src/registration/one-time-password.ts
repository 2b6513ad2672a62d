import { buildObservable } from '../platform/observable.ts'

/**
 * Whether the link that led here carried a one-time password for certificate enrolment; told once
 * by the page, which cannot use it yet.
 */
export const hadOneTimePassword = buildObservable(false)
