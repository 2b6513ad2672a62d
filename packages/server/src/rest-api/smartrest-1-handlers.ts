import type { Handlers } from './rest-request.ts'
import { refuse, refuseAsInvalid } from './rest-result.ts'

/** SmartREST 1.0 answers in rows with status 200, whatever they say (thin-edge §19.1). */
export const smartRest1Handlers: Handlers<'defineSmartRest1Templates'> = {
  async defineSmartRest1Templates({ actor, xId = '', body }, { smartRest1 }) {
    if (xId === '') return refuse('mandatoryMissing', { fields: 'X-Id' })
    if (/[/+#\u0000]/.test(xId)) return refuseAsInvalid('The X-Id cannot be part of a topic.')
    const text = await smartRest1.answerSmartRest1(actor, xId, body)
    return { ok: true, value: { kind: 'text', text } }
  },
}
