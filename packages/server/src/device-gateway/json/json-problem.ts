import type { Problem, ProblemCode, Result } from '@pileus/domain'
import { shortProblemText } from '../row-outcome.ts'

/** What the member `error` may say, and when (json-mqtt §6). */
export const jsonErrors = {
  'undefined/validationError':
    'The payload is not a JSON object, a member is missing or wrong, or a list is missing or empty.',
  'event/Not Found': 'No event has this id, or it is none of this device.',
  'alarm/Not Found': 'No alarm has this id, or it is none of this device.',
  'measurement/Not Found': 'No measurement has this id, or it is none of this device.',
  'inventory/Not Found': 'No object has this id.',
  'identity/Not Found': 'No object has the external id that `externalSource` names.',
  'identity/Duplicate': 'The external id is in use.',
  'security/Forbidden': 'The object is somebody else’s, or a permission is missing.',
  'mqtt/topicNotSupported': 'The topic is neither a JSON topic nor one of SmartREST.',
  'general/internalError': 'The platform failed; the message had no effect and may be sent again.',
} as const

/** Why a JSON message had no effect. */
export interface JsonProblem {
  readonly error: keyof typeof jsonErrors
  /** One sentence for people. */
  readonly message: string
}

export type JsonResult<T> = Result<T, JsonProblem>

export function refuse(
  error: JsonProblem['error'],
  message: string,
): { readonly ok: false; readonly problem: JsonProblem } {
  return { ok: false, problem: { error, message } }
}

export function refuseAsInvalid(message: string): {
  readonly ok: false
  readonly problem: JsonProblem
} {
  return refuse('undefined/validationError', message)
}

/** Names as clients know the sentence: sorted, separated by commas. */
export function refuseAsMissing(names: readonly string[]): {
  readonly ok: false
  readonly problem: JsonProblem
} {
  const sorted = names.toSorted().join(',')
  return refuseAsInvalid(`Following mandatory fields should be included: ${sorted}`)
}

/** Refusals by the domain that have a name of their own; all others are faults of the document. */
const errors: Partial<Record<ProblemCode, JsonProblem['error']>> = {
  forbidden: 'security/Forbidden',
  notBelowConnection: 'security/Forbidden',
  externalIdUnknown: 'identity/Not Found',
  externalIdTaken: 'identity/Duplicate',
  managedObjectUnknown: 'inventory/Not Found',
  eventUnknown: 'event/Not Found',
  alarmUnknown: 'alarm/Not Found',
  measurementUnknown: 'measurement/Not Found',
}

/** A refusal by the domain; `place` says of which item of a list. */
export function refuseAsDomain(
  problem: Problem,
  place = '',
): { readonly ok: false; readonly problem: JsonProblem } {
  const error = errors[problem.code] ?? 'undefined/validationError'
  return refuse(error, place + shortProblemText(problem))
}

/** The message on `error`. QoS 0 has no packet id, so nothing to name. */
export function formatJsonProblem({ error, message }: JsonProblem, packetId: number): string {
  return JSON.stringify({ error, message, ...(packetId === 0 ? {} : { messageId: packetId }) })
}
