import type { JsonObject, JsonValue } from '@pileus/domain'

/** One case of a golden file. What `input` and `expect` hold depends on the kind. */
export interface GoldenCase {
  readonly id: string
  readonly title: string
  readonly input: JsonObject
  readonly expect: JsonObject
}

export interface GoldenFile {
  readonly kind: string
  readonly cases: readonly GoldenCase[]
}

/** Gives what the platform does with the input, in the shape of `expect`. */
export type RunsCase = (goldenCase: GoldenCase) => JsonObject | Promise<JsonObject>

/** Members of the input, in the shape that `golden/README.md` promises. */
export function textAt(object: JsonObject, name: string): string {
  const value = object[name]
  if (typeof value !== 'string') throw new TypeError(`${name} must be a text`)
  return value
}

export function optionalTextAt(object: JsonObject, name: string): string | undefined {
  return object[name] === undefined || object[name] === null ? undefined : textAt(object, name)
}

export function objectAt(object: JsonObject, name: string): JsonObject {
  return asObject(object[name] ?? {}, name)
}

export function listAt(object: JsonObject, name: string): readonly JsonValue[] {
  const value = object[name] ?? []
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list`)
  return value
}

export function objectsAt(object: JsonObject, name: string): readonly JsonObject[] {
  return listAt(object, name).map((item) => asObject(item, name))
}

function asObject(value: JsonValue | undefined, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object`)
  }
  return value as JsonObject
}
