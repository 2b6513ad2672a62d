import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingTyped, typeKeys } from './prompt.ts'

const cases = [
  { keys: 'abc\r', typed: 'abc', end: 'entered' },
  { keys: 'abc\n', typed: 'abc', end: 'entered' },
  { keys: 'ab', typed: 'ab', end: 'none' },
  { keys: 'ab\u007fc\b\bd\r', typed: 'd', end: 'entered' },
  { keys: 'wrong\u0015right\r', typed: 'right', end: 'entered' },
  { keys: 'pä🔥\u007f日\r', typed: 'pä日', end: 'entered' },
  { keys: 'a\u001b[Db\u001bOCc\u001b[3~d\r', typed: 'abcd', end: 'entered' },
  { keys: 'a\tb\u0000\r', typed: 'ab', end: 'entered' },
  { keys: 'abc\u0003def\r', typed: '', end: 'cancelled' },
  { keys: '\u0004', typed: '', end: 'cancelled' },
]
for (const { keys, typed, end } of cases) {
  test(`${JSON.stringify(keys)} is ${JSON.stringify(typed)}, ${end}`, () => {
    const expected = {
      text: typed,
      isEntered: end === 'entered',
      isCancelled: end === 'cancelled',
    }
    assert.deepEqual(typeKeys(nothingTyped, keys), expected)
    // In pieces, as keys arrive, unless the piece of a key that moves the cursor is cut.
    if (keys.includes('\u001b')) return
    let state = nothingTyped
    for (const key of keys) {
      if (!state.isEntered && !state.isCancelled) state = typeKeys(state, key)
    }
    assert.deepEqual(state, expected)
  })
}
