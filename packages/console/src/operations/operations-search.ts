import { parsePage } from '../parts/parse-page.ts'
import type { OperationStatus } from './operation.ts'
import { operationStatuses } from './operation.ts'

/** What the address says of the tab; defaults are left out (console §2.2). */
export interface OperationsSearch {
  /** Any of them; absent: all. */
  readonly status?: readonly OperationStatus[]
  readonly page?: number
  /** Id of the operation that is open. */
  readonly open?: string
  /** Which new operation is being written. */
  readonly compose?: string
}

export function parseOperationsSearch(search: Readonly<Record<string, unknown>>): OperationsSearch {
  const asked = [search['status']].flat()
  const status = operationStatuses.filter((each) => asked.includes(each))
  const { open, compose } = search
  return {
    ...(status.length === 0 ? {} : { status }),
    ...parsePage(search),
    // The router reads what looks like a number as one.
    ...(typeof open === 'string' || typeof open === 'number' ? { open: String(open) } : {}),
    ...(typeof compose === 'string' ? { compose } : {}),
  }
}
