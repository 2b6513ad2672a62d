import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  findVendorName,
  formatContentType,
  isJsonMediaType,
  parseAccept,
  parseMediaType,
  readsUntypedBody,
  wantsStoredRepresentation,
} from './media-types.ts'

const vendor = 'application/vnd.com.nsn.cumulocity.'
const plain = 'application/json;charset=UTF-8'
const managedObject = `${vendor}managedObject+json;charset=UTF-8;ver=0.9`

// Header, whether a write answers with a body, content type of that body.
const accepts = [
  [undefined, false, plain],
  ['', false, plain],
  ['*/*', false, plain],
  ['application/*', false, plain],
  ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', false, plain],
  ['text/plain', false, plain],
  ['application/json', true, plain],
  ['APPLICATION/JSON; charset=utf-8', true, plain],
  ['application/json;', true, plain],
  [`${vendor}managedObject+json`, true, managedObject],
  [`${vendor}managedobject+json;`, true, managedObject],
  [`${vendor}customDevice+json;charset=UTF-8;ver=0.9`, true, managedObject],
  [`${vendor}error+json, ${vendor}managedObject+json`, true, managedObject],
  [`application/json, ${vendor}managedObject+json`, true, plain],
  [`text/plain, ${vendor}inventory+json, */*`, true, managedObject],
  ['application/hal+json', true, plain],
] as const

for (const [header, hasBody, contentType] of accepts) {
  test(`Accept: ${header ?? '(none)'}`, () => {
    const accept = parseAccept(header)
    assert.equal(wantsStoredRepresentation(accept), hasBody)
    assert.equal(formatContentType(accept, 'managedObject'), contentType)
  })
}

// Header, media type, whether it is JSON, name among the vendor's types.
const types = [
  [undefined, '', false, undefined],
  ['application/json', 'application/json', true, undefined],
  ['Application/JSON;charset=UTF-8', 'application/json', true, undefined],
  [`${vendor}Event+json;ver=0.9`, `${vendor}event+json`, true, 'event'],
  ['text/plain;charset=UTF-8', 'text/plain', false, undefined],
  ['application/xml', 'application/xml', false, undefined],
] as const

for (const [header, mediaType, isJson, name] of types) {
  test(`Content-Type: ${header ?? '(none)'}`, () => {
    assert.equal(parseMediaType(header), mediaType)
    assert.equal(isJsonMediaType(mediaType), isJson)
    assert.equal(findVendorName(mediaType), name)
  })
}

test('an untyped body is read only when the caller could not be a foreign page', () => {
  for (const mediaType of ['', 'text/plain']) {
    assert.equal(readsUntypedBody(mediaType, true), true)
    assert.equal(readsUntypedBody(mediaType, false), false)
  }
  assert.equal(readsUntypedBody('text/html', true), false)
})
