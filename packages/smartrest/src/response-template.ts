import type { JsonObject } from './json.ts'
import type { JsonPath } from './json-path.ts'

/**
 * A row that the platform sends. Replies have columns of their own; the others are rendered: those
 * that we ship from a fragment of an operation (`render-operation.ts`), those of a user from any
 * document (`render-collection.ts`). Rows are plain data.
 */
export type ResponseTemplate = ReplyTemplate | OperationTemplate | PatternTemplate

/** An answer to one session, written by whoever answers. */
export interface ReplyTemplate {
  readonly kind: 'reply'
  readonly messageId: string
  readonly name: string
  /** Where it is sent (mqtt-endpoint §6.2). */
  readonly topic: 's/ds' | 's/dt' | 's/dcr' | 's/dat'
  readonly columns: readonly string[]
  /** The last column repeats, also not at all. */
  readonly isRepeated?: true
  readonly summary: string
  readonly example: { readonly line: string }
  readonly source: string
}

/** What an operation with a certain fragment becomes; column 1 is the target's external id. */
export interface OperationTemplate {
  readonly kind: 'operation'
  readonly messageId: string
  readonly name: string
  readonly topic: 's/ds'
  /** The operation must have this top-level member, whatever its value (D3). */
  readonly fragment: string
  /** All of them must hold too. */
  readonly conditions?: readonly ResponseCondition[]
  readonly layout: Layout
  readonly summary: string
  /** An operation, what is known of its target, and the line that the target is sent. */
  readonly example: {
    readonly operation: JsonObject
    readonly device?: JsonObject
    readonly line: string
  }
  readonly source: string
}

/** What a document becomes by a user's template (smartrest-templates §6). */
export interface PatternTemplate {
  readonly kind: 'pattern'
  readonly messageId: string
  readonly name: string
  /** It must find a value other than null, from the root on. Without steps it always holds. */
  readonly condition: JsonPath
  /** Where all patterns begin; it leads to one value at most. */
  readonly base: JsonPath
  /** One column each, or as many as a path with a wildcard or a descendant step finds values. */
  readonly patterns: readonly JsonPath[]
}

/** Columns after the target. */
export type Layout =
  /** Members of the fragment. */
  | { readonly of: 'members'; readonly columns: readonly string[] }
  /** The same members of each element of the fragment. */
  | { readonly of: 'items'; readonly columns: readonly string[] }
  /** The elements of the fragment themselves. */
  | { readonly of: 'elements' }
  /** Sections of a device profile (§8.3), each software item with the given members. */
  | { readonly of: 'profile'; readonly software: readonly string[] }
  /** Path, type and value of each parameter (§8.4). */
  | { readonly of: 'parameters' }

/**
 * What tells apart the templates of one fragment.
 *
 * - `isArray`, `isObject`: the fragment
 * - `isTyped`, `isUntyped`: its `type` is not empty, or empty or missing
 * - `isPatch`, `isNoPatch`: firmware with `isPatch` or a `dependency`
 * - `targetHasSoftwareTypes`, `targetLacksSoftwareTypes`: `c8y_SupportedSoftwareTypes`
 * - `hasTypedSoftware`: a software item of the profile has a `softwareType`
 */
export type ResponseCondition =
  | 'isArray'
  | 'isObject'
  | 'isTyped'
  | 'isUntyped'
  | 'isPatch'
  | 'isNoPatch'
  | 'targetHasSoftwareTypes'
  | 'targetLacksSoftwareTypes'
  | 'hasTypedSoftware'
