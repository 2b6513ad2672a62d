import type { JsonObject } from '@pileus/domain'
import type { RestAnswer } from './rest-request.ts'

/**
 * Answer to the creation of one thing, given as clients read it. What was not stored has no link,
 * cannot be fetched later, and is told whatever the request accepts (rest-api §1.10).
 */
export function answerCreation(
  created: JsonObject,
  wantsBody: boolean,
): { readonly ok: true; readonly value: RestAnswer } {
  const { self } = created
  return typeof self === 'string'
    ? {
        ok: true,
        value: { kind: 'document', body: wantsBody ? created : undefined, location: self },
      }
    : { ok: true, value: { kind: 'document', body: created } }
}
