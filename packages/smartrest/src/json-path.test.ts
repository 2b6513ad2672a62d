import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { query } from 'json-p3'
import type { JsonValue } from './json.ts'
import {
  findValue,
  findValues,
  formatBodyPath,
  isSingular,
  type JsonPath,
  type PathStep,
  parsePath,
  pathLimits,
} from './json-path.ts'
import { prototypeNames } from './template.ts'

const kiln = {
  id: '6601',
  zone: { 'a.b': 1, 'c d': 2, "o'c": 3, 'x"y': 4, '*': 5, none: null, 7: 'seven' },
  list: [{ k: 1, m: { k: 2 } }, { m: { k: 3 }, k: 4 }, [5, [6]]],
  tür: { k: 'é' },
}

const found = [
  { path: 'id', values: ['6601'] },
  { path: '$.id', values: ['6601'] },
  { path: '$id', values: ['6601'] },
  { path: '.id', values: ['6601'] },
  { path: "$['zone']['a.b']", values: [1] },
  { path: 'zone["c d"]', values: [2] },
  { path: `zone["o'c"]`, values: [3] },
  { path: `zone['x"y']`, values: [4] },
  { path: "zone['*']", values: [5] },
  { path: 'zone.none', values: [null] },
  { path: 'zone.7', values: ['seven'] },
  { path: 'zone[7]', values: [] },
  { path: 'tür.k', values: ['é'] },
  { path: 'list[0].k', values: [1] },
  { path: 'list[2][1][0]', values: [6] },
  { path: 'list[3]', values: [] },
  { path: 'list.0', values: [] },
  { path: 'list.length', values: [] },
  { path: 'id.length', values: [] },
  { path: 'id[0]', values: [] },
  { path: 'toString', values: [] },
  { path: 'list[*].k', values: [1, 4] },
  { path: 'list.*.k', values: [1, 4] },
  { path: 'tür.*', values: ['é'] },
  { path: 'id.*', values: [] },
  { path: '*.k', values: ['é'] },
  // Document order, also where a shallower value comes behind a deeper one.
  { path: 'list..k', values: [1, 2, 3, 4] },
  { path: '..k', values: [1, 2, 3, 4, 'é'] },
  { path: '$..k', values: [1, 2, 3, 4, 'é'] },
  { path: 'list..[0]', values: [kiln.list[0], 5, 6] },
  { path: 'list[2]..*', values: [5, [6], 6] },
  { path: 'list[2]..[*]', values: [5, [6], 6] },
  // Once, although two ways lead there.
  { path: '..*..k', values: [1, 2, 3, 4, 'é'] },
] as const
for (const { path, values } of found) {
  test(`${path} finds ${JSON.stringify(values)}`, () => {
    assert.deepEqual(find(path, kiln), values)
  })
}

const refused = [
  { path: '', problem: 'pathNameMissing', at: 1 },
  { path: '$', problem: 'pathNameMissing', at: 2 },
  { path: '$.', problem: 'pathNameMissing', at: 3 },
  { path: 'a.', problem: 'pathNameMissing', at: 3 },
  { path: 'a...b', problem: 'pathNameMissing', at: 4 },
  { path: 'a..', problem: 'pathNameMissing', at: 4 },
  { path: 'a b', problem: 'pathCharacterNotOffered', at: 2 },
  { path: ' a', problem: 'pathCharacterNotOffered', at: 1 },
  { path: 'a.[0]', problem: 'pathCharacterNotOffered', at: 3 },
  { path: 'a[0]b', problem: 'pathCharacterNotOffered', at: 5 },
  { path: 'a*', problem: 'pathCharacterNotOffered', at: 2 },
  { path: '*a', problem: 'pathCharacterNotOffered', at: 2 },
  { path: 'a.length()', problem: 'pathCharacterNotOffered', at: 9 },
  { path: 'a]', problem: 'pathCharacterNotOffered', at: 2 },
  { path: 'a[', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[-1]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[01]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[ 0 ]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[b]', problem: 'pathBracketNotOffered', at: 2 },
  { path: "a['']", problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[\'b"]', problem: 'pathBracketNotOffered', at: 2 },
  { path: "a['b','c']", problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[0,1]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[0:2]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[?(@.b>1)]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[(@.length-1)]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a[9999999999999999]', problem: 'pathBracketNotOffered', at: 2 },
  { path: 'a.__proto__.b', problem: 'pathNameReserved', at: 3 },
  { path: "a['constructor']", problem: 'pathNameReserved', at: 2 },
  { path: 'a'.repeat(257), problem: 'pathTooLong', at: 257 },
  { path: 'a' + '.a'.repeat(32), problem: 'pathTooManySteps', at: 65 },
] as const
for (const { path, problem, at } of refused) {
  test(`refuses ${path.slice(0, 20)} as ${problem}`, () => {
    assert.deepEqual(parsePath(path), { ok: false, problem, at })
  })
}

test('takes as much as the limits say', () => {
  assert.ok(parsePath('a'.repeat(256)).ok)
  assert.ok(parsePath(`a${'.a'.repeat(31)}`).ok)
})

test('any text is a path or none, and no path says a prototype', () => {
  const part = fc.constantFrom('$', '.', '..', '[', ']', "'", '"', '*', '0', 'a', ...prototypeNames)
  const text = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (path) => {
      const parsed = parsePath(path)
      if (parsed.ok) {
        assert.ok(parsed.value.length >= 1)
        assert.ok(!parsed.value.some(({ select }) => prototypeNames.includes(String(select))))
      } else {
        assert.ok(parsed.at >= 1 && parsed.at <= path.length + 1)
      }
    }),
    { numRuns: 2000 },
  )
})

const plain = { noNullPrototype: true } as const
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'k', 'zone_1', 'tür', 'a.b', 'c d', '*', '[0]', '$', '日本'),
  fc
    .string({ minLength: 1, maxLength: 3, unit: 'grapheme' })
    .filter((text) => !/['"\\\p{Cc}]/u.test(text)),
)
const select = fc.oneof(name, fc.nat({ max: 3 }), fc.constant(null))
const anyStep = fc.record({ select, isDeep: fc.boolean() }, plain)

test('steps come back from their text', () => {
  const steps = fc.array(anyStep, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(steps, (path) => {
      assert.deepEqual(parsePath(pathText(path)), { ok: true, value: path })
    }),
  )
  const bodyStep = fc.oneof(name, fc.constantFrom("o'c", 'x"y', '$a'), fc.nat({ max: 9 }))
  const bodySteps = fc.array(bodyStep, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(bodySteps, (path) => {
      const parsed = parsePath(formatBodyPath(path))
      assert.deepEqual(parsed.ok && parsed.value.map((step) => step.select), path)
    }),
  )
})

/** Few names, so that paths and documents meet. */
const memberName = fc.constantFrom('a', 'b', 'k')
const document: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, 0, '', true, 'x'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(memberName, tie('value'), { maxKeys: 3 }),
  ),
})).value
const meetingSelect = fc.oneof(memberName, fc.nat({ max: 2 }), fc.constant(null))

test('without descendants it finds what RFC 9535 finds, in the same order', () => {
  const path = fc.array(fc.record({ select: meetingSelect, isDeep: fc.constant(false) }, plain), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(document, path, (root, steps) => {
      assert.deepEqual(
        findAll(steps, root),
        oracle(steps, root).map(({ value }) => value),
      )
    }),
    { numRuns: 2000 },
  )
})

test('with descendants it finds the nodes of RFC 9535, each once and in document order', () => {
  const path = fc.array(fc.record({ select: meetingSelect, isDeep: fc.boolean() }, plain), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(document, path, (root, steps) => {
      const order = new Map(documentOrder(root).map((place, index) => [place, index]))
      const byPlace = new Map(
        oracle(steps, root).map((node) => [placeOf(node.location), node.value]),
      )
      const expected = [...byPlace]
        .sort(([left], [right]) => (order.get(left) ?? -1) - (order.get(right) ?? -1))
        .map(([, value]) => value)
      assert.deepEqual(findAll(steps, root), expected)
    }),
    { numRuns: 2000 },
  )
})

test('looks at each node once at most, whatever the path', () => {
  fc.assert(
    fc.property(document, fc.array(anyStep, { minLength: 1, maxLength: 32 }), (root, path) => {
      const budget = { nodes: pathLimits.nodesMax }
      findValues(path, root, budget)
      assert.ok(pathLimits.nodesMax - budget.nodes <= documentOrder(root).length + path.length)
    }),
  )
})

test('stops where the budget is spent, and where documents are deeper than any', () => {
  const wide = Array.from({ length: 10 }, () => 0)
  const spent = (path: string, root: JsonValue, nodes: number): boolean => {
    const budget = { nodes }
    findValues(stepsOf(path), root, budget)
    return budget.nodes < 0
  }
  assert.ok(spent('*', wide, 9))
  assert.ok(!spent('*', wide, 10))
  assert.ok(spent('a.b.c', { a: { b: {} } }, 2))
  assert.ok(!spent('a.b.c', { a: { b: {} } }, 3))
  let deep: JsonValue = {}
  for (let depth = 0; depth < 100_000; depth++) deep = { a: deep, k: depth }
  assert.equal(findValues(stepsOf('..k'), deep, { nodes: 10_000 }).length, pathLimits.depthMax)
})

test('finds the only value as it finds all', () => {
  const path = fc.array(fc.oneof(memberName, fc.nat({ max: 2 })), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(document, path, (root, selectors) => {
      const steps = selectors.map((each) => ({ select: each, isDeep: false }))
      const value = findValue(steps, root, { nodes: 100 })
      assert.deepEqual(value === undefined ? [] : [value], findAll(steps, root))
    }),
  )
})

test('knows which paths lead to one value at most', () => {
  assert.ok(isSingular(stepsOf("a[0]['b']")))
  for (const path of ['a.*', 'a[*]', 'a..b']) assert.ok(!isSingular(stepsOf(path)), path)
})

function stepsOf(text: string): JsonPath {
  const parsed = parsePath(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

function find(text: string, root: JsonValue): readonly JsonValue[] {
  return findAll(stepsOf(text), root)
}

function findAll(path: JsonPath, root: JsonValue): readonly JsonValue[] {
  return findValues(path, root, { nodes: pathLimits.nodesMax })
}

interface OracleNode {
  readonly value: JsonValue
  readonly location: readonly (string | number)[]
}

function oracle(path: JsonPath, root: JsonValue): readonly OracleNode[] {
  return query(`$${pathText(path)}`, root as Parameters<typeof query>[1]).nodes as OracleNode[]
}

/** In the form that both dialects read: everything in brackets. */
function pathText(path: JsonPath): string {
  return path.map(stepText).join('')
}

function stepText({ select: selected, isDeep }: PathStep): string {
  const bracket = typeof selected === 'string' ? `'${selected}'` : (selected ?? '*')
  return `${isDeep ? '..' : ''}[${bracket}]`
}

/** Places of all nodes below the root, each before its children. */
function documentOrder(node: JsonValue, place: readonly (string | number)[] = []): string[] {
  if (typeof node !== 'object' || node === null) return []
  const children: readonly (readonly [string | number, JsonValue])[] = Array.isArray(node)
    ? [...node.entries()]
    : Object.entries(node)
  return children.flatMap(([key, child]) => {
    const inner = [...place, key]
    return [placeOf(inner), ...documentOrder(child, inner)]
  })
}

function placeOf(location: readonly (string | number)[]): string {
  return JSON.stringify(location)
}
