import type { ProcessingMode } from '@pileus/domain'
import type { JsonTopic } from './json/json-topics.ts'
import { findJsonTopic } from './json/json-topics.ts'

/** What a publish topic asks for (mqtt-endpoint §6). */
export type Route =
  | { readonly kind: 'static'; readonly mode: ProcessingMode; readonly child?: string }
  | { readonly kind: 'default'; readonly mode: ProcessingMode; readonly child?: string }
  | {
      readonly kind: 'custom'
      readonly mode: ProcessingMode
      readonly template: string
      readonly child?: string
    }
  | { readonly kind: 'smartrest-1'; readonly mode: ProcessingMode; readonly template: string }
  | { readonly kind: 'template-creation'; readonly template: string }
  | { readonly kind: 'credentials-request' }
  | { readonly kind: 'token-request' }
  | {
      readonly kind: 'json'
      readonly mode: ProcessingMode
      readonly topic: JsonTopic
      /** What stands for `{id}`; '' where the topic has none. */
      readonly id: string
    }
  /** Outside the grammar; `isSmartRest` tells where the refusal is reported. */
  | { readonly kind: 'invalid'; readonly isSmartRest: boolean }

const modeOfLetter: Readonly<Record<string, ProcessingMode>> = {
  s: 'PERSISTENT',
  t: 'TRANSIENT',
  q: 'QUIESCENT',
  c: 'CEP',
}

/** Segments that make a topic SmartREST-like although it is none (mqtt-endpoint §8). */
const smartRestSegments: ReadonlySet<string> = new Set(['us', 'ud', 'uc', 'ul'])

/** Reads a publish topic. One leading and one trailing slash are ignored. */
export function routeTopic(topic: string): Route {
  const start = topic.startsWith('/') ? 1 : 0
  const end = topic.endsWith('/') && topic.length > start ? topic.length - 1 : topic.length
  const segments = topic.slice(start, end).split('/')
  const [first = '', second = ''] = segments
  const isSmartRest =
    first === 's' || (Object.hasOwn(modeOfLetter, first) && smartRestSegments.has(second))
  const isComplete = segments.every((segment) => segment !== '')
  const route = isComplete && (isSmartRest ? smartRestRoute(segments) : jsonRoute(segments))
  return route || { kind: 'invalid', isSmartRest }
}

function smartRestRoute(segments: readonly string[]): Route | undefined {
  const [letter = '', verb, third, fourth] = segments
  const mode = modeOfLetter[letter] ?? 'PERSISTENT'
  const { length } = segments
  switch (verb) {
    case 'us':
      return length <= 3 ? { kind: 'static', mode, ...childOf(third) } : undefined
    case 'ud':
      return length <= 3 ? { kind: 'default', mode, ...childOf(third) } : undefined
    case 'uc':
      return third !== undefined && length <= 4
        ? { kind: 'custom', mode, template: third, ...childOf(fourth) }
        : undefined
    case 'ul':
      return third !== undefined && length === 3
        ? { kind: 'smartrest-1', mode, template: third }
        : undefined
    case 'ut':
      return third !== undefined && length === 3
        ? { kind: 'template-creation', template: third }
        : undefined
    case 'ucr':
      return length === 2 ? { kind: 'credentials-request' } : undefined
    case 'uat':
      return length === 2 ? { kind: 'token-request' } : undefined
    default:
      return undefined
  }
}

function childOf(child: string | undefined): { readonly child?: string } {
  return child === undefined ? {} : { child }
}

function jsonRoute(segments: readonly string[]): Route | undefined {
  const [letter = ''] = segments
  const hasMode = letter !== 's' && Object.hasOwn(modeOfLetter, letter)
  const found = findJsonTopic(hasMode ? segments.slice(1) : segments)
  const mode = (hasMode ? modeOfLetter[letter] : undefined) ?? 'PERSISTENT'
  return found === undefined ? undefined : { kind: 'json', mode, topic: found.row, id: found.id }
}
