import type { Instant } from '@pileus/domain'
import { parseDate } from './rest-date.ts'

/** How the text of a query parameter is read (rest-api §1.1, §1.8). */
export type QueryParameterKind = 'text' | 'boolean' | 'integer' | 'list' | 'date'

/** One query parameter of a route. */
export interface QueryParameter {
  readonly name: string
  readonly kind: QueryParameterKind
  readonly summary: string
  /** The only values of a text or list, in upper case; compared without regard to case. */
  readonly oneOf?: readonly string[]
}

/** Name and decoded value in the order of the query string. */
export type QueryPair = readonly [name: string, value: string]

interface ValueOfKind {
  readonly text: string
  readonly boolean: boolean
  readonly integer: number
  readonly list: readonly string[]
  readonly date: Instant
}

/** The values that the parameters of a route may have; absent ones are missing. */
export type QueryValues<Parameters extends readonly QueryParameter[]> = {
  readonly [P in Parameters[number] as P['name']]?: ValueOfKind[P['kind']]
}

/** A parameter that cannot be read as its kind. */
export interface QueryProblem {
  readonly name: string
  readonly reason: string
}

/**
 * Splits the part of a URL after `?`. `+` is a space; a broken percent sequence stays as it is,
 * so that no query string is unreadable.
 */
export function parseQueryString(text: string): readonly QueryPair[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals < 0
        ? [decode(part), '']
        : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]
    })
}

export function formatQueryString(pairs: readonly QueryPair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}

/**
 * Reads the parameters that the route knows; others are ignored, and an empty value counts as
 * absent. Of a single value given several times the first counts. Lists take commas, repetition,
 * or both.
 *
 * @see rest-api §1.1 rule 6
 */
export function parseQuery<const Parameters extends readonly QueryParameter[]>(
  parameters: Parameters,
  pairs: readonly QueryPair[],
):
  | { readonly ok: true; readonly value: QueryValues<Parameters> }
  | { readonly ok: false; readonly problem: QueryProblem } {
  const values: Record<string, unknown> = {}
  for (const parameter of parameters) {
    const texts = pairs
      .filter(([name, value]) => name === parameter.name && value !== '')
      .map(([, value]) => value)
    const first = texts[0]
    if (first === undefined) continue
    const read = readers[parameter.kind](texts, first)
    if (read === undefined) return refuse(parameter, expectations[parameter.kind], first)
    const checked = parameter.oneOf === undefined ? read : pickFrom(parameter.oneOf, read)
    if (checked === undefined) {
      return refuse(parameter, `one of ${parameter.oneOf?.join(', ')}`, texts.join(','))
    }
    values[parameter.name] = checked
  }
  return { ok: true, value: values as QueryValues<Parameters> }
}

const readers: Record<
  QueryParameterKind,
  (
    texts: readonly string[],
    first: string,
  ) => string | boolean | number | readonly string[] | undefined
> = {
  text: (_, first) => first,
  boolean: (_, first) => parseBoolean(first),
  integer: (_, first) => parseInteger(first),
  list: (texts) =>
    texts
      .flatMap((text) => text.split(','))
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  date: (_, first) => parseDate(first),
}

const expectations: Record<QueryParameterKind, string> = {
  text: 'a text',
  boolean: 'true or false',
  integer: 'an integer',
  list: 'a list',
  date: 'a date such as 2031-02-11T07:02:11.004Z',
}

function refuse(
  parameter: QueryParameter,
  expected: string,
  found: string,
): { readonly ok: false; readonly problem: QueryProblem } {
  const reason = `Query parameter '${parameter.name}' must be ${expected}, not '${found}'.`
  return { ok: false, problem: { name: parameter.name, reason } }
}

function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : undefined
}

/** A page number may be absurdly large, and is then simply beyond the end. */
function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text.trim())) return undefined
  return Math.max(-(2 ** 31), Math.min(2 ** 31, Number(text)))
}

function pickFrom(
  allowed: readonly string[],
  value: string | boolean | number | readonly string[],
): string | readonly string[] | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return undefined
  const items = typeof value === 'string' ? [value] : value
  const upper = items.map((item) => item.toUpperCase())
  if (!upper.every((item) => allowed.includes(item))) return undefined
  return typeof value === 'string' ? upper[0] : upper
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** Lone surrogates have no encoding in UTF-8 and become U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
