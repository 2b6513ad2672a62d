import type { JsonValue } from '@pileus/domain'
import { parseCollection } from '@pileus/smartrest'

/** What is wrong with a definition, its place first, for people; `undefined` where nothing is. */
export function findTemplatesFault(templates: JsonValue): string | undefined {
  const parsed = parseCollection(templates)
  return parsed.ok ? undefined : parsed.problem.text
}
