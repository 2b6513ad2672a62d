/** A JSON value as it travels and is stored. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** A JSON object. Member order is kept; a missing member is `undefined`. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Gives `base` with the members of `patch` on top: a member replaces as a whole, `null` removes it.
 *
 * @see rest-api §1.6 rule 3
 */
export function mergeMembers(base: JsonObject, patch: JsonObject): JsonObject {
  // Assigning to an object would take a member called `__proto__` for its prototype.
  const merged = new Map(Object.entries(base))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

/** What a patch sets, and the names that it removes: the two ways of saying {@link mergeMembers}. */
export function splitPatch(patch: JsonObject): {
  readonly set: JsonObject
  readonly unset: readonly string[]
} {
  const entries = Object.entries(patch)
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)),
    unset: entries.flatMap(([name, value]) => (value === null ? [name] : [])),
  }
}

/** The same members without `names`; the very object when none of them is there. */
export function withoutMembers(base: JsonObject, names: readonly string[]): JsonObject {
  if (!names.some((name) => Object.hasOwn(base, name))) return base
  return Object.fromEntries(Object.entries(base).filter(([name]) => !names.includes(name)))
}

/** Deep merge of objects; everything else in `patch` replaces. For parameters and results only. */
export function mergeDeep(base: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base))
  for (const [name, value] of Object.entries(patch)) {
    const present = merged.get(name)
    merged.set(
      name,
      isJsonObject(value) && isJsonObject(present) ? mergeDeep(present, value) : value,
    )
  }
  return Object.fromEntries(merged)
}

/** The member of that name, which may be one that every object inherits. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** Equality as JSON: member order does not count. */
export function isSameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isSameJson(item, right[index]))
    )
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSameJson(left[name], right[name]))
  )
}
