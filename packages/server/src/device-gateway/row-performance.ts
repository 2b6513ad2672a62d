import type { JsonObject, ManagedObjectId, Unit } from '@pileus/domain'
import { pickFragments } from '@pileus/domain'
import type { Filled, TemplateCollection } from '@pileus/smartrest'
import { formatRows, renderCollectionRows, rowProblem } from '@pileus/smartrest'
import type { RowContext } from './row-context.ts'
import type { RowOutcome } from './row-outcome.ts'
import { payloadBytesMaxOf } from './session-surroundings.ts'

/** A row that is understood, and the object that it is about. */
export interface Performance {
  readonly unit: Unit
  readonly context: RowContext
  readonly filled: Filled
  readonly targetId: ManagedObjectId
  /** Whose template it is; absent for the static ones. */
  readonly collection: TemplateCollection | undefined
}

/**
 * What of a body becomes fragments. The static templates name none of the members that the platform
 * alone writes; those of a collection may, and are then ignored as REST ignores them.
 */
export function fragmentsOf(
  { collection }: Performance,
  body: JsonObject,
  taken: ReadonlySet<string>,
): JsonObject {
  return collection === undefined ? body : pickFragments(body, taken, 'keep')
}

/**
 * What a row is answered that has done what it asks for: its result through the response templates
 * of its own collection, as one message. Nothing where none of them applies, or no answer is wanted.
 *
 * @see smartrest-templates §5 step 7
 */
export function answerWith(performance: Performance, document: () => JsonObject): RowOutcome {
  const { context, filled, collection } = performance
  if (!filled.template.response || collection === undefined) return undefined
  const topic = context.collection?.downlinkTopic ?? ''
  const rows = renderCollectionRows(collection, document())
  if (rows.length === 0) return undefined
  const payload = formatRows(rows)
  return Buffer.byteLength(payload) > payloadBytesMaxOf(topic, context.packetBytesMax)
    ? { kind: 'problem', problem: rowProblem('replyTooLong', filled.template.messageId, {}) }
    : { kind: 'result', topic, payload }
}
