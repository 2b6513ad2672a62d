import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LruMap } from './lru-map.ts'

test('law: it holds the most recently used entries, as a slow list would', () => {
  const key = fc.integer({ min: 0, max: 7 })
  const step = fc.record({ kind: fc.constantFrom('get', 'set', 'delete'), key })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (entriesMax, steps) => {
      const map = new LruMap<number, string>(entriesMax)
      let list: [number, string][] = []
      steps.forEach(({ kind, key }, index) => {
        const found = list.find(([other]) => other === key)
        const others = list.filter(([other]) => other !== key)
        if (kind === 'get') {
          assert.equal(map.get(key), found?.[1])
          if (found !== undefined) list = [...others, found]
        } else if (kind === 'delete') {
          assert.equal(map.delete(key), found?.[1])
          list = others
        } else {
          const evicted = found === undefined && list.length === entriesMax ? list[0] : undefined
          assert.equal(map.set(key, `value ${index}`), evicted?.[1])
          list = [...others, [key, `value ${index}`] as [number, string]].slice(-entriesMax)
        }
        assert.equal(map.size, list.length)
      })
    }),
  )
})
