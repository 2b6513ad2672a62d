import type { Operation } from '@pileus/domain'

/** Members that every operation has on the wire, whatever its fragments (rest-api §14.1). */
export const standardOperationMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'deviceId',
  'agentId',
  'status',
  'creationTime',
  'delivery',
])

/** Whether a row that names a fragment means this operation (static-templates §7). */
export function hasOperationMember(operation: Operation, name: string): boolean {
  if (standardOperationMembers.has(name)) return true
  if (name === 'failureReason') return operation.failureReason !== undefined
  return Object.hasOwn(operation.fragments, name)
}
