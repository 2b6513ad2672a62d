import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MasterKey } from './master-key.ts'
import { openSealedText, sealText } from './sealed-text.ts'

const key = new MasterKey(Buffer.alloc(32, 7)).subKey('wrap-token-key')
const otherKey = new MasterKey(Buffer.alloc(32, 8)).subKey('wrap-token-key')
const otherPurpose = new MasterKey(Buffer.alloc(32, 7)).subKey('wrap-option')

test('any text opens with its key at its place, and nowhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, place, other) => {
      const sealed = sealText(key, text, place)
      assert.equal(openSealedText(key, sealed, place), text)
      assert.equal(openSealedText(otherKey, sealed, place), undefined)
      assert.equal(openSealedText(otherPurpose, sealed, place), undefined)
      if (other !== place) assert.equal(openSealedText(key, sealed, other), undefined)
    }),
  )
})

test('what was sealed once more looks different', () => {
  assert.notEqual(sealText(key, 'text', 'place'), sealText(key, 'text', 'place'))
})

test('a changed character, a missing one, or anything else does not open', () => {
  const sealed = sealText(key, 'the text', 'place')
  for (let at = 0; at < sealed.length; at++) {
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'E' : 'A'}${sealed.slice(at + 1)}`
    assert.equal(openSealedText(key, changed, 'place'), undefined, changed)
    assert.equal(openSealedText(key, sealed.slice(0, at), 'place'), undefined)
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(openSealedText(key, text, 'place'), undefined)
    }),
  )
})
