import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepSequence } from './key-sequence.ts'

const shortcuts = ['g d', 'g r', '/', '?'].map((keys) => ({ keys, words: '', run: () => {} }))

/** The shortcut that a row of keys finds, pressed one after the other. */
function press(...keys: readonly string[]): string | undefined {
  let soFar = ''
  let found: string | undefined
  for (const key of keys) {
    const step = stepSequence(shortcuts, soFar, key)
    soFar = step.kind === 'waiting' ? step.keys : ''
    found = step.kind === 'found' ? step.shortcut.keys : undefined
  }
  return found
}

const cases: readonly { keys: readonly string[]; finds: string | undefined }[] = [
  { keys: ['/'], finds: '/' },
  { keys: ['g'], finds: undefined },
  { keys: ['g', 'r'], finds: 'g r' },
  { keys: ['r'], finds: undefined },
  { keys: ['g', 'x', 'r'], finds: undefined },
  { keys: ['g', '/'], finds: '/' },
  { keys: ['g', 'g', 'd'], finds: 'g d' },
]

for (const { keys, finds } of cases) {
  test(`${keys.join(' ')} finds ${finds}`, () => assert.equal(press(...keys), finds))
}
