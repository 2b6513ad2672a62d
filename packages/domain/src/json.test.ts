import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from './json.ts'
import {
  isJsonObject,
  isSameJson,
  memberOf,
  mergeDeep,
  mergeMembers,
  splitPatch,
  withoutMembers,
} from './json.ts'

// Names that every JavaScript object knows must be as good as any other.
const anyName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''),
  fc.constantFrom('a', 'b', 'c'),
  fc.string({ maxLength: 4 }),
)

const { object: anyObject, value: anyValue } = fc.letrec<{
  object: JsonObject
  value: JsonValue
}>((tie) => ({
  // Not `fc.dictionary`, which would lose a member called `__proto__`.
  object: fc
    .array(fc.tuple(anyName, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, 1, '', 'text'),
    fc.array(tie('value'), { maxLength: 2 }),
    tie('object'),
  ),
}))

test('merging gives the members of the patch, then those of the base that it does not name', () => {
  fc.assert(
    fc.property(anyObject, anyObject, anyName, (base, patch, name) => {
      const merged = mergeMembers(base, patch)
      const given = Object.hasOwn(patch, name) ? patch[name] : memberOf(base, name)
      const isRemoved = Object.hasOwn(patch, name) && given === null
      assert.deepEqual(memberOf(merged, name), isRemoved ? undefined : given)
      assert.equal(Object.hasOwn(merged, name), !isRemoved && given !== undefined)
    }),
  )
})

test('merging twice is merging once', () => {
  fc.assert(
    fc.property(anyObject, anyObject, (base, patch) => {
      const once = mergeMembers(base, patch)
      assert.deepEqual(Object.entries(mergeMembers(once, patch)), Object.entries(once))
      const deep = mergeDeep(base, patch)
      assert.deepEqual(Object.entries(mergeDeep(deep, patch)), Object.entries(deep))
    }),
  )
})

test('a split patch does what the patch does', () => {
  fc.assert(
    fc.property(anyObject, anyObject, (base, patch) => {
      const { set, unset } = splitPatch(patch)
      const merged = withoutMembers(mergeMembers(base, set), unset)
      assert.deepEqual(merged, mergeMembers(base, patch))
    }),
  )
})

test('merging changes neither side and no prototype', () => {
  fc.assert(
    fc.property(anyObject, anyObject, (base, patch) => {
      const before = JSON.stringify([base, patch])
      for (const merged of [mergeMembers(base, patch), mergeDeep(base, patch)]) {
        assert.equal(Object.getPrototypeOf(merged), Object.prototype)
      }
      assert.equal(JSON.stringify([base, patch]), before)
      assert.deepEqual(Object.keys(Object.prototype), [])
    }),
  )
})

test('a deep merge agrees with setting every leaf of the patch alone', () => {
  fc.assert(
    fc.property(anyObject, anyObject, (base, patch) => {
      assert.ok(isSameJson(mergeDeep(base, patch), mergeSlowly(base, patch)))
    }),
  )
})

/** The obvious way: member by member, on values as `JSON.parse` makes them. */
function mergeSlowly(base: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch) || !isJsonObject(base)) return patch
  const names = [...new Set([...Object.keys(base), ...Object.keys(patch)])]
  const members = names.map((name) => {
    const value = Object.hasOwn(patch, name)
      ? mergeSlowly(memberOf(base, name), memberOf(patch, name) ?? null)
      : (memberOf(base, name) ?? null)
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`
  })
  return JSON.parse(`{${members.join(',')}}`)
}

test('members that are taken away are gone, the others stay', () => {
  fc.assert(
    fc.property(anyObject, fc.array(anyName), (base, names) => {
      const left = withoutMembers(base, names)
      const expected = Object.entries(base).filter(([name]) => !names.includes(name))
      assert.deepEqual(Object.entries(left), expected)
      if (expected.length === Object.keys(base).length) assert.equal(left, base)
    }),
  )
})

test('equality is that of JSON texts with their members sorted', () => {
  fc.assert(
    fc.property(anyValue, anyValue, (left, right) => {
      assert.equal(isSameJson(left, right), sortedText(left) === sortedText(right))
      assert.ok(isSameJson(left, JSON.parse(JSON.stringify(left))))
    }),
  )
})

function sortedText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${sortedText(memberOf(value, name) ?? null)}`)
  return `{${members.join(',')}}`
}

test('what objects inherit is no member', () => {
  assert.equal(memberOf({}, 'constructor'), undefined)
  assert.equal(memberOf({ constructor: 1 }, 'constructor'), 1)
  assert.equal(memberOf([1], 'length'), undefined)
  assert.equal(memberOf('text', 'length'), undefined)
})
