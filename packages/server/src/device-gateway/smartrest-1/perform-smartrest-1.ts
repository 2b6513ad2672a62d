import type { Connection, ProcessingMode } from '@pileus/domain'
import { isJsonObject } from '@pileus/domain'
import type { Fields, ParsedPayload, RowProblem, SmartRest1Collection } from '@pileus/smartrest'
import {
  fillSmartRest1,
  formatSmartRest1Rows,
  renderSmartRest1,
  rowProblem,
  shortenDetail,
} from '@pileus/smartrest'
import { PlatformError } from '../../platform-error.ts'
import type { RowOutcome } from '../row-outcome.ts'
import type { LanguageSurroundings } from '../session-surroundings.ts'
import { payloadBytesMaxOf } from '../session-surroundings.ts'

/** A message on `s/ul/<X-ID>`. */
export interface SmartRest1Message {
  readonly xId: string
  readonly mode: ProcessingMode
  readonly parsed: ParsedPayload
}

/** What a row leads to; `place` is that among the rows, from 0. */
export type SmartRest1Outcome = NonNullable<RowOutcome> & { readonly place: number }

/**
 * Does the rows of one message from top to bottom, each as a request of the REST interface. What it
 * answers goes through the response templates of the collection, to `s/dl/<X-ID>`. A row that is
 * refused is told there as version 1.0 does, `<code>,<line>,<text>` or `50,<line>,<HTTP status>`,
 * and on `s/e` like any other row.
 *
 * Rejects when the storage fails; rows before that have taken effect.
 *
 * @see thin-edge §19.1
 */
export async function performSmartRest1(
  around: LanguageSurroundings,
  connection: Connection,
  { xId, mode, parsed }: SmartRest1Message,
): Promise<readonly SmartRest1Outcome[]> {
  const { rows, problem } = parsed
  const topic = `s/dl/${xId}`
  const outcomes: SmartRest1Outcome[] = []
  const tell = (place: number, payload: string) => {
    if (payload !== '') outcomes.push({ kind: 'result', topic, payload, place })
  }
  const refuse = (place: number, refusal: RowProblem, status?: number) => {
    outcomes.push({ kind: 'problem', problem: refusal, place })
    const { code, text } = refusal
    const row = status === undefined ? [code, place + 1, text] : [50, place + 1, status]
    tell(place, formatSmartRest1Rows([row]))
  }
  for (const [place, fields] of rows.entries()) {
    const done = await performRow(around, connection, { xId, mode, topic, line: place + 1 }, fields)
    if (done.kind === 'done') tell(place, done.payload)
    else refuse(place, done.problem, done.status)
  }
  if (problem !== undefined) refuse(rows.length, problem)
  return outcomes
}

type Done =
  | { readonly kind: 'done'; readonly payload: string }
  /** `status` is that of the request, where it came to one. */
  | { readonly kind: 'refused'; readonly problem: RowProblem; readonly status?: number }

interface Line {
  readonly xId: string
  readonly mode: ProcessingMode
  readonly topic: string
  readonly line: number
}

async function performRow(
  around: LanguageSurroundings,
  connection: Connection,
  { xId, mode, topic, line }: Line,
  fields: Fields,
): Promise<Done> {
  const { routes, smartRest1Collections, clock, observer, packetBytesMax } = around
  const { actor } = connection
  const [messageId = ''] = fields
  const found = await smartRest1Collections.find(actor.tenantId, xId)
  if (found === undefined) return refused(rowProblem('collectionUnknown', messageId, { xId }))
  const { collection } = found
  const template = collection.requestTemplates.get(messageId)
  if (template === undefined) {
    return refused(rowProblem('customTemplateUnknown', messageId, { messageId, xId }))
  }
  const filled = fillSmartRest1(template, fields, clock.now())
  if (!filled.ok) return refused(filled.problem)
  try {
    const { status, body, message } = await routes.callRoute(actor, { ...filled.value, mode })
    if (message !== undefined) {
      const code = status >= 500 ? 50 : 41
      const text = `The request was answered ${status}: ${shortenDetail(message)}`
      return { kind: 'refused', problem: { code, messageId, text }, status }
    }
    const payload = rowsOf(collection, body, line)
    const isTooLong =
      payload === undefined || Buffer.byteLength(payload) > payloadBytesMaxOf(topic, packetBytesMax)
    return isTooLong
      ? refused(rowProblem('replyTooLong', messageId, {}))
      : { kind: 'done', payload }
  } catch (error) {
    // What the storage failed at is not acknowledged; a mistake of ours costs its row only.
    if (error instanceof PlatformError && error.code !== 'storageRefused') throw error
    observer.failed('performRows', error)
    return refused(rowProblem('internalError', messageId, {}))
  }
}

function refused(problem: RowProblem): Done {
  return { kind: 'refused', problem }
}

function rowsOf(collection: SmartRest1Collection, body: unknown, line: number): string | undefined {
  if (!isJsonObject(body)) return ''
  const rows = renderSmartRest1(collection, body, line)
  return rows && formatSmartRest1Rows(rows)
}
