import { useIdentity } from '../session/permissions.ts'
import type { CopiedRequest } from './copy-formats.ts'
import { formatCurl } from './copy-formats.ts'

/** Makes the command for a request of the user who is signed in. */
export function useCurl(): (request: CopiedRequest) => string {
  const { tenantId, userName } = useIdentity()
  return (request) => formatCurl(request, { origin: location.origin, tenantId, userName })
}
