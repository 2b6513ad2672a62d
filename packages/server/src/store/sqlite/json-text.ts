import type { JsonObject } from '@pileus/domain'

/**
 * Reads back what this program wrote. `JSON.parse` makes `__proto__` an ordinary member, so no
 * stored name can reach into the language.
 */
export function parseStored<T = JsonObject>(text: string): T {
  return JSON.parse(text) as T
}
