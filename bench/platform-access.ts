import { memberOf, RestClient } from './rest-client.ts'

/** Where a platform is and who may do what there; plain data, so it can go to another process. */
export interface PlatformAccess {
  readonly httpUrl: string
  readonly admin: User
  readonly bootstrap: User
}

interface User {
  readonly userName: string
  readonly password: string
}

export function openRestClient({ httpUrl }: PlatformAccess, user: User): RestClient {
  return new RestClient(httpUrl, user.userName, user.password)
}

/** How many items a list has, as any client counts them (rest-api §1.7). */
export async function countItems(admin: RestClient, list: string): Promise<number> {
  const path = `${list}${list.includes('?') ? '&' : '?'}pageSize=1&withTotalPages=true`
  const body = await admin.expect(200, 'GET', path)
  const total = memberOf(memberOf(body, 'statistics'), 'totalPages')
  if (typeof total !== 'number') throw new Error(`GET ${path} gives no statistics.totalPages`)
  return total
}
