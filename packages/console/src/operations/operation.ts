import type { OperationRepresentation } from '@pileus/rest-contract'
import type { StatusOf } from '../parts/status-words.ts'

export type Operation = OperationRepresentation
export type OperationStatus = Operation['status']

/** In the order of their life. */
export const operationStatuses = [
  'PENDING',
  'EXECUTING',
  'SUCCESSFUL',
  'FAILED',
] as const satisfies readonly OperationStatus[]

/** What the console sends to cancel; the reason is compared literally (device-management §3.3). */
export const cancellation = {
  status: 'FAILED',
  failureReason: 'Operation cancelled by user.',
} as const

export function isFinal(status: OperationStatus): boolean {
  return status === 'SUCCESSFUL' || status === 'FAILED'
}

/** The status as it is shown: a cancelled operation has failed on purpose. */
export function shownStatus({
  status,
  failureReason,
}: Pick<Operation, 'status' | 'failureReason'>): StatusOf<'operation'> {
  const isCancelled = status === 'FAILED' && failureReason === cancellation.failureReason
  return isCancelled ? 'CANCELLED' : status
}

/**
 * What the platform or the device adds to an operation. Not part of what was asked for, and left
 * out where the same is asked again (device-management §3.3).
 */
const addedMembers: ReadonlySet<string> = new Set([
  'id',
  'self',
  'status',
  'creationTime',
  'deviceName',
  'deviceExternalIDs',
  'bulkOperationId',
  'failureReason',
  'agentId',
  'delivery',
])

export function isAddedMember(name: string): boolean {
  return addedMembers.has(name)
}

type Fragments = Readonly<Record<string, unknown>>

/** What the device is asked to do. */
export function fragmentsOf(operation: Fragments): Fragments {
  return Object.fromEntries(
    Object.entries(operation).filter(
      ([name]) => !addedMembers.has(name) && name !== 'deviceId' && name !== 'description',
    ),
  )
}

/** Members of a fragment that only a device fills in, by fragment (device-management §3.2). */
const resultMembers: Readonly<Record<string, string>> = {
  c8y_Command: 'result',
  c8y_LogfileRequest: 'file',
}

/** Asks for the same once more: a new operation (device-management §3.3). */
export function retryBody(operation: Fragments): Fragments {
  return Object.fromEntries(
    Object.entries(operation)
      .filter(([name]) => !addedMembers.has(name))
      .map(([name, value]) => [name, withoutResult(name, value)]),
  )
}

function withoutResult(name: string, fragment: unknown): unknown {
  if (!Object.hasOwn(resultMembers, name) || !isObject(fragment)) return fragment
  const result = resultMembers[name]
  return Object.fromEntries(Object.entries(fragment).filter(([member]) => member !== result))
}

/** The command of an operation for a shell, and what came back. */
export interface ShellExchange {
  readonly command: string
  readonly result: string | undefined
}

export function findShellExchange(operation: Fragments): ShellExchange | undefined {
  const fragment = Object.hasOwn(operation, 'c8y_Command') ? operation['c8y_Command'] : undefined
  if (!isObject(fragment)) return undefined
  const { text, result } = fragment
  if (typeof text !== 'string') return undefined
  return { command: text, result: typeof result === 'string' ? result : undefined }
}

export function isObject(value: unknown): value is Fragments {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
