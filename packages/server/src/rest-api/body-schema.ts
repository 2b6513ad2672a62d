import type { JsonObject, JsonValue, Result } from '@pileus/domain'
import { isJsonObject } from '@pileus/domain'
import type { RestProblem } from '@pileus/rest-contract'
import { restProblem } from '@pileus/rest-contract'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** Reads a JSON value as the body that a schema describes. */
export type ParseBody<Body> = (value: JsonValue) => Result<Body & JsonObject, RestProblem>

/** Compiled once per schema: routes share them. */
const compiled = new WeakMap<TSchema, ParseBody<unknown>>()

/**
 * Makes the reader of a schema. Missing members are told all at once, by their dotted names, in
 * the form that clients know; of anything else the first fault is told.
 */
export function compileBody<Schema extends TSchema>(schema: Schema): ParseBody<Static<Schema>> {
  const present = compiled.get(schema)
  if (present !== undefined) return present as ParseBody<Static<Schema>>
  const validator = Compile(schema)
  const parse: ParseBody<Static<Schema>> = (value) => {
    if (!isJsonObject(value)) {
      return refuse('invalid', { reason: 'The body must be a JSON object.' })
    }
    if (validator.Check(value)) {
      return { ok: true, value: value as Static<Schema> & JsonObject }
    }
    return describe(validator.Errors(value))
  }
  compiled.set(schema, parse)
  return parse
}

type Faults = ReturnType<ReturnType<typeof Compile>['Errors']>

function describe(faults: Faults): { readonly ok: false; readonly problem: RestProblem } {
  const missing = faults.flatMap((fault) =>
    fault.keyword === 'required'
      ? fault.params.requiredProperties.map((name) => dotted(`${fault.instancePath}/${name}`))
      : [],
  )
  if (missing.length > 0) {
    return refuse('mandatoryMissing', { fields: [...new Set(missing)].join(',') })
  }
  const [first] = faults
  const name = dotted(first?.instancePath ?? '')
  return refuse('invalid', { reason: `Member '${name}' ${first?.message ?? 'is not valid'}.` })
}

function dotted(pointer: string): string {
  return pointer.split('/').filter(Boolean).join('.')
}

function refuse(
  code: 'invalid' | 'mandatoryMissing',
  details: Readonly<Record<string, string>>,
): { readonly ok: false; readonly problem: RestProblem } {
  return { ok: false, problem: restProblem(code, details) }
}
