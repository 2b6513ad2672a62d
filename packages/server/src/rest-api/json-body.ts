import type { JsonLimits, JsonTextProblem, JsonValue, Result } from '@pileus/domain'
import { parseJson } from '@pileus/domain'
import type { RestProblem } from '@pileus/rest-contract'
import { restProblem } from '@pileus/rest-contract'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a body as JSON. Charset parameters are ignored: JSON is UTF-8 (rest-api §1.2). */
export function parseJsonBody(
  bytes: Uint8Array,
  limits: JsonLimits,
): Result<JsonValue, RestProblem> {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { ok: false, problem: toRestProblem({ kind: 'malformed', reason: 'it is not UTF-8' }) }
  }
  const parsed = parseJson(text, limits)
  return parsed.ok ? parsed : { ok: false, problem: toRestProblem(parsed.problem) }
}

const codes = {
  malformed: 'jsonMalformed',
  tooComplex: 'jsonTooComplex',
  nameRefused: 'invalid',
} as const satisfies Record<JsonTextProblem['kind'], string>

function toRestProblem({ kind, reason }: JsonTextProblem): RestProblem {
  return restProblem(codes[kind], { reason })
}
