import type { JsonValue } from '@pileus/domain'
import { isJsonObject } from '@pileus/domain'
import { parseTime } from '@pileus/smartrest'

/** Members that hold a moment: they compare as moments, whatever the text looks like. */
const instantMembers: ReadonlySet<string> = new Set(['time', 'creationTime'])

/**
 * Where two values differ, as a sentence with the place; `undefined` when they are the same.
 * Member order does not count, array order does, texts are exact.
 */
export function findDifference(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
  place = '',
): string | undefined {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length)
    for (let index = 0; index < length; index++) {
      const found = findDifference(expected[index], actual[index], `${place}[${index}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isJsonObject(expected) && isJsonObject(actual)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const inner = place === '' ? name : `${place}.${name}`
      const found = isSameInstant(name, expected[name], actual[name])
        ? undefined
        : findDifference(expected[name], actual[name], inner)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (expected === actual) return undefined
  return `${place || 'the result'}: expected ${show(expected)}, got ${show(actual)}`
}

function isSameInstant(
  name: string,
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
): boolean {
  if (!instantMembers.has(name)) return false
  if (typeof expected !== 'string' || typeof actual !== 'string') return false
  const instant = parseTime(expected)
  return instant !== undefined && instant === parseTime(actual)
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
