import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { densities, parseAppearance, themes } from './appearance.ts'

test('what was chosen comes back', () => {
  const chosen = {
    theme: 'dark',
    density: 'compact',
    hasNarrowNavigation: true,
    hasShortcuts: false,
  } as const
  assert.deepEqual(parseAppearance(JSON.stringify(chosen)), chosen)
})

for (const text of [undefined, '', 'null', '[]', '{"theme":"pink"}', '{broken']) {
  test(`of ${text} the defaults are left`, () => {
    assert.deepEqual(parseAppearance(text), {
      theme: 'system',
      density: 'comfortable',
      hasNarrowNavigation: false,
      hasShortcuts: true,
    })
  })
}

test('any stored text gives an appearance', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { theme, density } = parseAppearance(text)
      assert.ok(themes.includes(theme) && densities.includes(density))
    }),
  )
})
