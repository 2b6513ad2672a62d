import type { Problem, ProblemCode, Result, Unit } from '@pileus/domain'
import { problemText } from '@pileus/domain'
import type { RestProblem, RestProblemCode } from '@pileus/rest-contract'
import { restProblem } from '@pileus/rest-contract'
import type { RestPlatform } from './rest-request.ts'

export type RestResult<T> = Result<T, RestProblem>

export function refuse(
  code: RestProblemCode,
  details: Readonly<Record<string, string>> = {},
): { readonly ok: false; readonly problem: RestProblem } {
  return { ok: false, problem: restProblem(code, details) }
}

export function refuseAsInvalid(reason: string): {
  readonly ok: false
  readonly problem: RestProblem
} {
  return refuse('invalid', { reason })
}

/** Problems of the domain that have an answer of their own on the wire; details carry over. */
const codes: Partial<Record<ProblemCode, RestProblemCode>> = {
  forbidden: 'accessDenied',
  managedObjectUnknown: 'managedObjectNotFound',
  childUnknown: 'childNotFound',
  externalIdUnknown: 'externalIdNotFound',
  externalIdTaken: 'externalIdTaken',
  measurementUnknown: 'measurementNotFound',
  eventUnknown: 'eventNotFound',
  alarmUnknown: 'alarmNotFound',
  operationUnknown: 'operationNotFound',
  registrationUnknown: 'newDeviceRequestNotFound',
  registrationNotUnique: 'registrationNotUnique',
}

/** Everything else is well-formed but invalid: 422 with the sentence of the domain. */
export function toRestProblem(problem: Problem): RestProblem {
  const code = codes[problem.code]
  return code === undefined
    ? restProblem('invalid', { reason: problemText(problem) })
    : restProblem(code, problem.details)
}

export function toRestResult<T>(result: Result<T>): RestResult<T> {
  return result.ok ? result : { ok: false, problem: toRestProblem(result.problem) }
}

/** Thrown to undo a unit of work that has changed something already. */
class UnitRefused extends Error {
  override readonly name = 'UnitRefused'
  readonly problem: RestProblem

  constructor(problem: RestProblem) {
    super(problem.code)
    this.problem = problem
  }
}

/** Runs a unit of work of which nothing is kept when it is refused: a list is all or nothing. */
export async function runAllOrNothing<T>(
  { store, clock }: RestPlatform,
  tenantId: Unit['tenantId'],
  work: (unit: Unit) => Promise<RestResult<T>>,
): Promise<RestResult<T>> {
  try {
    return await store.run(tenantId, clock.now(), async (unit) => {
      const result = await work(unit)
      if (!result.ok) throw new UnitRefused(result.problem)
      return result
    })
  } catch (error) {
    if (error instanceof UnitRefused) return { ok: false, problem: error.problem }
    throw error
  }
}
