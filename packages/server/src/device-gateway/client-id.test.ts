import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDeviceIdentifier } from '@pileus/domain'
import fc from 'fast-check'
import type { ClientId } from './client-id.ts'
import { parseClientId } from './client-id.ts'

const accepted = [
  ['pump-7', 'pump-7', undefined],
  ['d:pump-7', 'pump-7', undefined],
  [':pump-7', 'pump-7', undefined],
  ['d:pump-7:', 'pump-7', undefined],
  ['d:pump-7:acmeProto', 'pump-7', 'acmeProto'],
  [':pump-7:acmeProto', 'pump-7', 'acmeProto'],
  ['__proto__', '__proto__', undefined],
  ['d:constructor:__proto__', 'constructor', '__proto__'],
  ['d', 'd', undefined],
] as const

for (const [text, deviceIdentifier, defaultTemplate] of accepted) {
  test(`${text} is device ${deviceIdentifier}, template ${defaultTemplate ?? 'none'}`, () => {
    assert.deepEqual(parseClientId(text, 4), {
      kind: 'device',
      deviceIdentifier,
      ...(defaultTemplate === undefined ? {} : { defaultTemplate }),
    })
  })
}

const refused = [
  ['nothing', ''],
  ['a template without a connection type', 'pump-7:acmeProto'],
  ['another connection type', 'x:pump-7'],
  ['a connection type in capitals', 'D:pump-7'],
  ['four parts', 'd:pump-7:acmeProto:x'],
  ['no identifier', 'd:'],
  ['no identifier before a template', 'd::acmeProto'],
  ['a space', 'pump 7'],
  ['a slash', 'd:pump/7'],
  ['a plus in the template', 'd:pump-7:a+'],
  ['a control character in the template', 'd:pump-7:a\u0085'],
  ['255 characters', 'x'.repeat(255)],
] as const

for (const [what, text] of refused) {
  test(`a ClientId with ${what} is refused with CONNACK 2`, () => {
    const clientId = parseClientId(text, 4)
    assert.ok(clientId.kind === 'refused' && clientId.returnCode === 2)
  })
}

test('MQTT 3.1 allows 23 characters in all and answers more with CONNACK 5', () => {
  const at = parseClientId('d:' + 'x'.repeat(21), 3)
  assert.equal(at.kind, 'device')
  const above = parseClientId('d:' + 'x'.repeat(22), 3)
  assert.ok(above.kind === 'refused' && above.returnCode === 5)
  assert.equal(parseClientId('x'.repeat(24), 4).kind, 'device')
})

const anyClientId = fc
  .array(
    fc.oneof(
      fc.constantFrom('d', '', 'x', 'pump-7', 'a b', 'a/b', '\u0001', '😀'),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(':'))

test('any text is read as the grammar says, letter by letter', () => {
  fc.assert(
    fc.property(anyClientId, (text) => {
      const clientId = parseClientId(text, 4)
      assert.deepEqual(clientId.kind === 'refused' ? 'refused' : clientId, readSlowly(text))
    }),
  )
})

/** The three forms of the grammar, each tried on its own (mqtt-endpoint §3). */
function readSlowly(text: string): Exclude<ClientId, { readonly kind: 'refused' }> | 'refused' {
  const characters = Array.from(text)
  const colons = characters.filter((character) => character === ':').length
  const first = text.indexOf(':')
  const last = text.lastIndexOf(':')
  const type = colons === 0 ? 'd' : text.slice(0, first)
  const identifier = colons === 0 ? text : text.slice(first + 1, colons === 1 ? text.length : last)
  const template = colons === 2 ? text.slice(last + 1) : ''
  const isTemplate = Array.from(template).every(
    (character) => !'/+#: '.includes(character) && !isControl(character),
  )
  if (colons > 2 || !['d', ''].includes(type) || !isTemplate) return 'refused'
  const deviceIdentifier = parseDeviceIdentifier(identifier, 254)
  if (deviceIdentifier === undefined) return 'refused'
  if (template === '') return { kind: 'device', deviceIdentifier }
  return { kind: 'device', deviceIdentifier, defaultTemplate: template }
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return code < 0x20 || (code >= 0x7f && code < 0xa0)
}
