import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { revealControls } from './reveal-controls.ts'

const cases = [
  { name: 'plain text', text: 'Door open, 4 °C', shown: 'Door open, 4 °C' },
  { name: 'an override of direction', text: 'a\u202Egnp.exe', shown: 'a⟨U+202E⟩gnp.exe' },
  { name: 'isolates', text: '\u2066x\u2069', shown: '⟨U+2066⟩x⟨U+2069⟩' },
  { name: 'a null and an escape', text: '\0\u001b[31m', shown: '⟨U+0000⟩⟨U+001B⟩[31m' },
  { name: 'lines and tabs', text: 'a\tb\r\nc\n', shown: 'a\tb\nc\n' },
  { name: 'a lone carriage return', text: 'a\rb', shown: 'a⟨U+000D⟩b' },
  { name: 'joined emoji', text: '👩‍🔧', shown: '👩‍🔧' },
  { name: 'half of a pair', text: 'a\ud800', shown: 'a\ufffd' },
] as const

for (const { name, text, shown } of cases) {
  test(`shows ${name}`, () => {
    assert.equal(revealControls(text), shown)
  })
}

test('nothing that moves other text is left, and showing it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const shown = revealControls(text)
      assert.doesNotMatch(shown, /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u)
      assert.equal(revealControls(shown), shown)
    }),
  )
})
