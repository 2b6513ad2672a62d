import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GenerationCache } from './generation-cache.ts'

test('gives what was set last or nothing, never anything else', () => {
  const command = fc.record({
    kind: fc.constantFrom('get', 'set', 'delete', 'clear'),
    key: fc.nat(7),
    value: fc.nat(),
    weight: fc.integer({ min: 1, max: 6 }),
  })
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const cache = new GenerationCache<number, number>(10)
      const truth = new Map<number, number>()
      for (const { kind, key, value, weight } of commands) {
        if (kind === 'set') {
          cache.set(key, value, weight)
          truth.set(key, value)
        } else if (kind === 'delete') {
          cache.delete(key)
          truth.delete(key)
        } else if (kind === 'clear') {
          cache.clear()
          truth.clear()
        } else {
          const found = cache.get(key)
          if (found !== undefined) assert.equal(found, truth.get(key))
        }
      }
    }),
  )
})

test('keeps what is used and forgets what is not', () => {
  const cache = new GenerationCache<number, string>(10)
  cache.set(0, 'used', 1)
  cache.set(1, 'unused', 1)
  for (let key = 2; key < 50; key++) {
    cache.set(key, 'other', 1)
    assert.equal(cache.get(0), 'used')
  }
  assert.equal(cache.get(1), undefined)
  assert.equal(cache.get(49), 'other')
})

test('does not take what is heavier than half of it', () => {
  const cache = new GenerationCache<number, string>(10)
  cache.set(0, 'light', 5)
  cache.set(1, 'heavy', 6)
  assert.equal(cache.get(0), 'light')
  assert.equal(cache.get(1), undefined)
})
