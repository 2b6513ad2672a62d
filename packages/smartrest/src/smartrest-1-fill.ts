import type { Fields } from './parse-payload.ts'
import { type RowResult, rowProblem } from './row-problems.ts'
import type { SmartRest1Method, SmartRest1Request, SmartRest1Type } from './smartrest-1.ts'
import { formatInstant, parseInteger, parseNumber, parseTime, parseUnsigned } from './values.ts'

/** A request of the REST interface. */
export interface SmartRest1Call {
  readonly method: SmartRest1Method
  /** Path and query, of this platform. */
  readonly url: string
  readonly contentType: string
  readonly accept: string
  /** JSON, if the values have left it that. */
  readonly body: string | undefined
}

/**
 * Puts the values of a row into the holes of its template, in order. A value stays where it is put:
 * in a path it is one segment or one parameter, in a string of JSON it is text. Only where the
 * template has no quotes around it a text may be any JSON.
 *
 * `now` is in ms since 1970. Error 45 where a value is missing or not of its type.
 *
 * @see thin-edge §19.1
 */
export function fillSmartRest1(
  template: SmartRest1Request,
  [messageId = '', ...values]: Fields,
  now: number,
): RowResult<SmartRest1Call> {
  const texts: string[] = []
  let column = 0
  for (const type of template.types) {
    if (type === 'NOW') {
      texts.push(formatInstant(now))
      continue
    }
    const value = values[column++] ?? ''
    const place = { column }
    if (value === '') {
      const problem = rowProblem('columnMissing', messageId, { label: type }, place)
      return { ok: false, problem }
    }
    if (type === 'STRING') {
      texts.push(value)
      continue
    }
    const { read, problem } = readings[type]
    const text = read(value)
    if (text === undefined) {
      const details = { label: type, value }
      return { ok: false, problem: rowProblem(problem, messageId, details, place) }
    }
    texts.push(text)
  }
  const { method, url, contentType, accept, body } = template
  const inUrl = url.length - 1
  return {
    ok: true,
    value: {
      method,
      url: join(url, (hole) => encodeURIComponent((texts[hole] ?? '').toWellFormed())),
      contentType,
      accept,
      body:
        body &&
        join(
          body.map(({ text }) => text),
          (hole) => {
            const text = texts[inUrl + hole] ?? ''
            return body[hole]?.isInString === true ? JSON.stringify(text).slice(1, -1) : text
          },
        ),
    },
  }
}

function join(pieces: readonly string[], fill: (hole: number) => string): string {
  return pieces
    .map((piece, hole) => (hole + 1 < pieces.length ? piece + fill(hole) : piece))
    .join('')
}

interface Reading {
  /** The value as JSON writes it; undefined where it is not of the type. */
  readonly read: (text: string) => string | undefined
  readonly problem: 'notANumber' | 'notAnInteger' | 'notUnsigned' | 'notATime'
}

/** Whole numbers keep all their digits: ids may have many. */
const readings: Readonly<Record<Exclude<SmartRest1Type, 'NOW' | 'STRING'>, Reading>> = {
  NUMBER: { read: (text) => parseNumber(text)?.toString(), problem: 'notANumber' },
  INTEGER: {
    read: (text) => (parseInteger(text) === undefined ? undefined : digitsOf(text)),
    problem: 'notAnInteger',
  },
  UNSIGNED: {
    read: (text) => (parseUnsigned(text) === undefined ? undefined : digitsOf(text)),
    problem: 'notUnsigned',
  },
  DATE: {
    read: (text) => {
      const time = parseTime(text)
      return time === undefined ? undefined : formatInstant(time)
    },
    problem: 'notATime',
  },
}

/** Without plus sign and leading zeros, which JSON does not know. */
function digitsOf(text: string): string {
  return text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')
}
