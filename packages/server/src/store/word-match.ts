import type { JsonValue } from '@pileus/domain'

/**
 * Whether some text inside a JSON value is `text`, or contains it as a word; upper and lower case
 * are the same (rest-api §7.3, `text`).
 */
export function containsWord(value: JsonValue | undefined, text: string): boolean {
  return hasText(value, text.toLowerCase())
}

function hasText(value: JsonValue | undefined, lowerText: string): boolean {
  if (typeof value === 'string') return isWordOf(value.toLowerCase(), lowerText)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((member: JsonValue) => hasText(member, lowerText))
}

function isWordOf(sentence: string, word: string): boolean {
  if (sentence === word) return true
  if (word === '') return false
  for (let at = sentence.indexOf(word); at !== -1; at = sentence.indexOf(word, at + 1)) {
    const before = sentence.slice(0, at)
    const after = sentence.slice(at + word.length)
    if (!/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{N}_]/u.test(after)) return true
  }
  return false
}
