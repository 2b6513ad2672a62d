import type { JsonObject, JsonTextProblem, ProcessingMode } from '@pileus/domain'
import { defaultJsonLimits, isJsonObject, parseJson } from '@pileus/domain'
import { shortenDetail } from '@pileus/smartrest'
import type { JsonResult } from './json-problem.ts'
import { refuseAsInvalid } from './json-problem.ts'
import type { JsonTopic } from './json-topics.ts'

/** A message on a JSON topic, read but not judged. */
export interface JsonMessage {
  readonly topic: JsonTopic
  /** What stands for `{id}` in the topic; '' where it has none. */
  readonly id: string
  readonly mode: ProcessingMode
  /** 0 where the message has none. */
  readonly packetId: number
  readonly document: JsonResult<JsonObject>
}

/** Reads the payload of a JSON topic; `undefined` stands for bytes that are not UTF-8. */
export function readDocument(topic: JsonTopic, text: string | undefined): JsonResult<JsonObject> {
  if (topic.ignoresPayload) return { ok: true, value: {} }
  if (text === undefined) return refuseAsInvalid('The payload is not valid UTF-8')
  const parsed = parseJson(text, defaultJsonLimits)
  if (!parsed.ok) return refuseAsInvalid(sentence(parsed.problem))
  return isJsonObject(parsed.value)
    ? { ok: true, value: parsed.value }
    : refuseAsInvalid('The payload must be a JSON object')
}

/** Reasons of the parser may quote the payload, which is cut. */
function sentence({ kind, reason }: JsonTextProblem): string {
  switch (kind) {
    case 'malformed':
      return `The payload is not JSON: ${shortenDetail(reason)}`
    case 'tooComplex':
      return `The payload is too complex: ${reason}`
    case 'nameRefused':
      return reason
  }
}
