import type { ProcessingMode } from '@pileus/domain'

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
      readonly api: string
      readonly resource: string
      readonly action: string
      readonly id?: string
    }
  /** Outside the grammar; `isSmartRest` tells where the refusal is reported. */
  | { readonly kind: 'invalid'; readonly isSmartRest: boolean }

const modeOfLetter: Readonly<Record<string, ProcessingMode>> = {
  s: 'PERSISTENT',
  t: 'TRANSIENT',
  q: 'QUIESCENT',
  c: 'CEP',
}

/** Resources of JSON topics and their actions (json-mqtt §2). */
const jsonActions: Readonly<
  Record<string, { readonly withoutId: readonly string[]; readonly withId: readonly string[] }>
> = {
  'event/events': { withoutId: ['create', 'createBulk'], withId: ['update', 'delete'] },
  'alarm/alarms': { withoutId: ['create', 'createBulk'], withId: ['update'] },
  'measurement/measurements': { withoutId: ['create', 'createBulk'], withId: ['delete'] },
  'inventory/managedObjects': { withoutId: ['create'], withId: ['update'] },
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
  const hasMode = segments[0] !== 's' && Object.hasOwn(modeOfLetter, segments[0] ?? '')
  const mode = (hasMode ? modeOfLetter[segments[0] ?? ''] : undefined) ?? 'PERSISTENT'
  const [api = '', resource = '', action = '', id, last] = hasMode ? segments.slice(1) : segments
  const { length } = hasMode ? segments.slice(1) : segments
  const path = `${api}/${resource}`
  if (path === 'inventory/managedObjects' && id === 'childDevices' && last === 'create') {
    return length === 5
      ? { kind: 'json', mode, api, resource: 'childDevices', action: 'create', id: action }
      : undefined
  }
  const actions = Object.hasOwn(jsonActions, path) ? jsonActions[path] : undefined
  if (length === 3 && actions?.withoutId.includes(action)) {
    return { kind: 'json', mode, api, resource, action }
  }
  if (length === 4 && id !== undefined && actions?.withId.includes(action)) {
    return { kind: 'json', mode, api, resource, action, id }
  }
  return undefined
}
