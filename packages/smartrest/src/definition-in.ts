import { findMember, type JsonValue } from './json.ts'
import { collectionFragment } from './template-collection.ts'

/**
 * The definition in what people have of a collection: the managed object that holds it, as REST
 * gives it and as it is exported, or the definition alone.
 */
export function definitionIn(value: JsonValue): JsonValue {
  return findMember(value, collectionFragment) ?? value
}
