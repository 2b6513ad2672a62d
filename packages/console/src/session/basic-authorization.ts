import type { Credentials } from './session-keeper.ts'

/** `Basic …` of `tenant/user:password` in UTF-8; the tenant is left out where none is given. */
export function formatBasicAuthorization({ tenantId, userName, password }: Credentials): string {
  const user = tenantId === '' ? userName : `${tenantId}/${userName}`
  const bytes = new TextEncoder().encode(`${user}:${password}`)
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`
}
