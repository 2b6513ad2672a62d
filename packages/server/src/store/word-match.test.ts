import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '@pileus/domain'
import { containsWord } from './word-match.ts'

const cases: readonly [value: JsonValue, text: string, isFound: boolean][] = [
  ['North wall', 'north wall', true],
  ['North wall', 'wall', true],
  ['North wall', 'all', false],
  ['northern', 'north', false],
  ['a-north-b', 'north', true],
  ['north_b', 'north', false],
  ['übernorth north', 'north', true],
  ['Halle Ü', 'ü', true],
  ['C++ code', 'c++', true],
  ['', '', true],
  ['something', '', false],
  [{ deep: [{ er: 'Valve 7' }] }, 'valve', true],
  [{ valve: 7 }, 'valve', false],
  [7, '7', false],
  [null, 'null', false],
]

for (const [value, text, isFound] of cases) {
  test(`${JSON.stringify(value)} ${isFound ? 'contains' : 'does not contain'} "${text}"`, () => {
    assert.equal(containsWord(value, text), isFound)
  })
}
