import type { JsonObject, JsonValue } from '@pileus/domain'

/**
 * Whether a measurement has the series: a second-level member that is an object with a numeric
 * `value` (rest-api §11.1). Without `fragment`, in any fragment.
 */
export function hasSeries(fragments: JsonObject, fragment: string | undefined, series: string) {
  if (fragment !== undefined) return holdsSeries(memberOf(fragments, fragment), series)
  return Object.values(fragments).some((value: JsonValue) => holdsSeries(value, series))
}

function holdsSeries(fragment: JsonValue | undefined, series: string): boolean {
  if (!isJsonObject(fragment)) return false
  const value = memberOf(fragment, series)
  return isJsonObject(value) && typeof memberOf(value, 'value') === 'number'
}

function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

// Not the domain's: the reading thread loads this file and would load the whole domain with it.
function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
