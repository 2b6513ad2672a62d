import type { JsonValue } from './json.ts'
import type { Result } from './problems.ts'
import { done } from './problems.ts'

/** Bounds of one JSON document, whichever way it comes (security §10.3). */
export interface JsonLimits {
  /** Nesting of objects and arrays. */
  readonly jsonDepth: number
  /** Values, members of objects among them. */
  readonly jsonNodes: number
  /** Characters of a member name. */
  readonly jsonKeyCharacters: number
  /** Characters of a text. */
  readonly jsonTextCharacters: number
}

export const defaultJsonLimits = {
  jsonDepth: 32,
  jsonNodes: 500_000,
  jsonKeyCharacters: 256,
  jsonTextCharacters: 256 * 1024,
} as const satisfies JsonLimits

/** Why a text is not taken as a document; `reason` is a phrase for people. */
export interface JsonTextProblem {
  readonly kind: 'malformed' | 'tooComplex' | 'nameRefused'
  readonly reason: string
}

/**
 * Reads a text as JSON. A byte order mark is ignored, as RFC 8259 §8.1 allows.
 *
 * The limits are checked on the text, before anything is built from it, so that a small document
 * cannot become a large tree.
 */
export function parseJson(marked: string, limits: JsonLimits): Result<JsonValue, JsonTextProblem> {
  const text = marked.startsWith('\ufeff') ? marked.slice(1) : marked
  const excess = findExcess(text, limits)
  if (excess !== undefined) return refuse('tooComplex', excess)
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refuse('malformed', error instanceof Error ? error.message : 'it cannot be parsed')
  }
  return looksHostile(text) ? refuseHostile(value) : done(value)
}

function refuse(
  kind: JsonTextProblem['kind'],
  reason: string,
): { readonly ok: false; readonly problem: JsonTextProblem } {
  return { ok: false, problem: { kind, reason } }
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a

/**
 * The first limit that the text exceeds, as a phrase. One pass over the characters; text that is
 * not JSON gives any answer, since parsing refuses it anyway.
 */
function findExcess(text: string, limits: JsonLimits): string | undefined {
  let depth = 0
  let nodes = 1
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case quote: {
        const start = index + 1
        const end = endOfString(text, start)
        const isKey = end - start > limits.jsonKeyCharacters && isFollowedByColon(text, end + 1)
        const allowed = isKey ? limits.jsonKeyCharacters : limits.jsonTextCharacters
        if (end - start > allowed && characters(text.slice(start, end)) > allowed) {
          return isKey
            ? `member names have at most ${allowed} characters`
            : `texts have at most ${allowed} characters`
        }
        index = end
        break
      }
      case 0x7b:
      case 0x5b:
        if (++depth > limits.jsonDepth) return `at most ${limits.jsonDepth} levels of nesting`
        nodes++
        break
      case 0x7d:
      case 0x5d:
        depth--
        break
      case comma:
        nodes++
        break
    }
    if (nodes > limits.jsonNodes) return `at most ${limits.jsonNodes} values`
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === backslash) index++
    else if (code === quote) return index
  }
  return text.length
}

function isFollowedByColon(text: string, start: number): boolean {
  let index = start
  while (index < text.length && text.charCodeAt(index) <= 0x20) index++
  return text.charCodeAt(index) === colon
}

/** Characters once the escapes are resolved. */
function characters(escaped: string): number {
  return escaped.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, '_').length
}

/**
 * Only a number with an exponent of three digits, or with 200 digits of its own, can leave the range
 * of a double, and only a name with these letters, or with escapes, can be `__proto__`: all other
 * texts need no walk.
 */
function looksHostile(text: string): boolean {
  return /\d[eE]\+?\d{3}|\d{200}|__proto__|\\u00/.test(text)
}

/** JSON has no infinity, but `JSON.parse` makes one of `1e999`. */
function refuseHostile(value: JsonValue): Result<JsonValue, JsonTextProblem> {
  switch (findHostile(value)) {
    case 'number':
      return refuse('tooComplex', 'a number is too large')
    case 'name':
      return refuse('nameRefused', '"__proto__" cannot be the name of a member.')
    case undefined:
      return done(value)
  }
}

function findHostile(value: JsonValue): 'number' | 'name' | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'number'
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, '__proto__')) return 'name'
  for (const item of Object.values(value)) {
    const found = findHostile(item)
    if (found !== undefined) return found
  }
  return undefined
}
