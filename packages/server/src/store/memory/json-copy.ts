import type { JsonObject } from '@pileus/domain'

/** The value as it comes back from an engine that stores text: a copy without what JSON lacks. */
export function copyOfJson<T extends JsonObject>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** The same for anything that holds fragments. */
export function withOwnFragments<T extends { readonly fragments: JsonObject }>(item: T): T {
  return { ...item, fragments: copyOfJson(item.fragments) }
}
