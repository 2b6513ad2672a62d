import { findMember, isJsonObject, type JsonValue } from './json.ts'
import { type BodySteps, type Path, prototypeNames } from './template.ts'

/**
 * The paths that templates are written in, a small part of JSONPath:
 *
 * | form | finds |
 * |---|---|
 * | `a.b`, `$.a.b`, `$['a']["b"]` | the member of the member |
 * | `a[0]` | the element, counted from 0 |
 * | `a[*]`, `a.*` | all elements, all members |
 * | `a..b`, `a..[0]`, `a..*` | the same among all descendants of `a` |
 *
 * Where this is not RFC 9535: the root `$` may be left out; a plain name may hold everything but
 * blanks and the signs `.[]()*?'"`; a backslash in a quoted name is an ordinary character; a value
 * is found once, however many ways lead to it; values come in the order of the document, whatever
 * the order of the steps. Names are at least one character long. Blanks within brackets, negative
 * indexes, slices, unions, filters and functions are not offered.
 *
 * @see smartrest-templates §7
 */
export interface PathStep {
  /** Name of a member, index of an element, or null for all members and elements. */
  readonly select: string | number | null
  /** Also below the children, to any depth. */
  readonly isDeep: boolean
}

export type JsonPath = readonly PathStep[]

/** security §10.2. */
export const pathLimits = {
  /** Characters of one path as it is written. */
  charactersMax: 256,
  /** Steps of one path, those of its base included. */
  stepsMax: 32,
  /** Members and elements that one template may look at in one document. */
  nodesMax: 10_000,
  /** JSON that the platform accepts is nested so deeply (security §10.3); nobody looks below. */
  depthMax: 32,
} as const

export type PathProblemName =
  | 'pathTooLong'
  | 'pathTooManySteps'
  | 'pathNameMissing'
  | 'pathBracketNotOffered'
  | 'pathCharacterNotOffered'
  | 'pathNameReserved'

/** A path, or why it is none; `at` is the character, counted from 1. */
export type PathResult =
  | { readonly ok: true; readonly value: JsonPath }
  | { readonly ok: false; readonly problem: PathProblemName; readonly at: number }

/** Reads a path. Never throws, and looks at no more than `charactersMax`. */
export function parsePath(text: string): PathResult {
  if (text.length > pathLimits.charactersMax) {
    return { ok: false, problem: 'pathTooLong', at: pathLimits.charactersMax + 1 }
  }
  const steps: PathStep[] = []
  let position = text.startsWith('$') ? 1 : 0
  do {
    const isDeep = text.startsWith('..', position)
    const hasDot = !isDeep && text.startsWith('.', position)
    const start = position + (isDeep ? 2 : hasDot ? 1 : 0)
    const isBracket = text.startsWith('[', start) && !hasDot
    if (!isBracket && !isDeep && !hasDot && steps.length > 0) {
      return { ok: false, problem: 'pathCharacterNotOffered', at: start + 1 }
    }
    const match = matchAt(isBracket ? bracket : plain, text, start)
    if (match === undefined) {
      return { ok: false, problem: problemAt(text, start, isBracket), at: start + 1 }
    }
    const select = selectorOf(match)
    if (typeof select === 'string' && prototypeNames.includes(select)) {
      return { ok: false, problem: 'pathNameReserved', at: start + 1 }
    }
    steps.push({ select, isDeep })
    if (steps.length > pathLimits.stepsMax) {
      return { ok: false, problem: 'pathTooManySteps', at: start + 1 }
    }
    position = start + match[0].length
  } while (position < text.length)
  return { ok: true, value: steps }
}

/** Whether the path leads to one value at most. */
export function isSingular(path: JsonPath): boolean {
  for (const { select, isDeep } of path) if (isDeep || select === null) return false
  return true
}

/** The place in a body as text: `a[1].b`, and names in quotes where they need them. */
export function formatBodyPath(path: Path | BodySteps): string {
  if (typeof path === 'string') return path
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      if (matchAt(plain, step, 0)?.groups?.['name'] !== step || step.startsWith('$')) {
        return step.includes('"') ? `['${step}']` : `["${step}"]`
      }
      return index === 0 ? step : `.${step}`
    })
    .join('')
}

/**
 * Members and elements that may still be looked at. Whoever evaluates counts it down; below 0, the
 * path has not been followed to its end and what was found does not count.
 */
export interface NodeBudget {
  nodes: number
}

/** The value at a path that leads to one at most; undefined where there is none. */
export function findValue(
  path: JsonPath,
  root: JsonValue,
  budget: NodeBudget,
): JsonValue | undefined {
  let value: JsonValue | undefined = root
  for (const { select } of path) {
    if (select === null || --budget.nodes < 0) return undefined
    value = childAt(value, select)
    if (value === undefined) return undefined
  }
  return value
}

/**
 * All values at the path, in the order of the document.
 *
 * Each member and element is looked at once at most, whatever the path. (The language itself puts
 * members with names like `7` before all others.)
 */
export function findValues(
  path: JsonPath,
  root: JsonValue,
  budget: NodeBudget,
): readonly JsonValue[] {
  const walk = new Walk(path, budget)
  walk.enter(root, 1, 0)
  return walk.found
}

/**
 * One way through the document for all the ways in which steps can match: bit n of `states` says
 * that the steps before n led to a node, so that its children may match step n.
 */
class Walk {
  readonly found: JsonValue[] = []
  readonly #path: JsonPath
  readonly #budget: NodeBudget

  constructor(path: JsonPath, budget: NodeBudget) {
    this.#path = path
    this.#budget = budget
  }

  /** Looks at the children of a node. False when the budget is spent. */
  enter(node: JsonValue, states: number, depth: number): boolean {
    if (depth >= pathLimits.depthMax || typeof node !== 'object' || node === null) return true
    const only = this.#onlySelector(states)
    if (only !== undefined) {
      const child = childAt(node, only)
      return child === undefined
        ? --this.#budget.nodes >= 0
        : this.#look(child, only, states, depth)
    }
    if (!isJsonObject(node)) {
      return node.every((child, index) => this.#look(child, index, states, depth))
    }
    return Object.keys(node).every((name) => {
      const child = node[name]
      return child === undefined || this.#look(child, name, states, depth)
    })
  }

  /** Where a single step can match, and only one child, nobody needs to look at the others. */
  #onlySelector(states: number): string | number | undefined {
    if ((states & (states - 1)) !== 0) return undefined
    const step = this.#path[31 - Math.clz32(states)]
    return step === undefined || step.isDeep || step.select === null ? undefined : step.select
  }

  #look(child: JsonValue, key: string | number, states: number, depth: number): boolean {
    if (--this.#budget.nodes < 0) return false
    let next = 0
    for (let rest = states; rest !== 0; ) {
      const index = 31 - Math.clz32(rest)
      rest ^= 1 << index
      const step = this.#path[index]
      if (step === undefined) continue
      if (step.isDeep) next |= 1 << index
      if (step.select !== null && step.select !== key) continue
      if (index + 1 === this.#path.length) this.found.push(child)
      else next |= 1 << (index + 1)
    }
    return next === 0 || this.enter(child, next, depth + 1)
  }
}

function childAt(node: JsonValue, key: string | number): JsonValue | undefined {
  if (typeof key === 'string') return findMember(node, key)
  return Array.isArray(node) ? node[key] : undefined
}

const plain = /(?<name>[^.[\]()*?'"\s\p{Cc}]+)|\*/uy
const bracket = /\[(?:'(?<single>[^']+)'|"(?<double>[^"]+)"|(?<index>0|[1-9]\d{0,14})|\*)\]/y

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position
  return pattern.exec(text) ?? undefined
}

function selectorOf({ groups = {} }: RegExpExecArray): PathStep['select'] {
  if (groups.index !== undefined) return Number(groups.index)
  return groups.name ?? groups.single ?? groups.double ?? null
}

function problemAt(text: string, start: number, isBracket: boolean): PathProblemName {
  if (isBracket) return 'pathBracketNotOffered'
  const isEnd = start >= text.length || text[start] === '.'
  return isEnd ? 'pathNameMissing' : 'pathCharacterNotOffered'
}
