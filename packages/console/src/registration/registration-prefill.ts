import { buildObservable } from '../platform/observable.ts'

/** What a link of a device agent asks to register; taken once by the page. */
export const registrationPrefill = buildObservable<
  { readonly externalId: string; readonly hasOneTimePassword: boolean } | undefined
>(undefined)
