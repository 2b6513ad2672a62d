import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockSkewMs, describePosition } from './event.ts'

const positions = [
  { position: { lat: 52.52, lng: 13.405 }, words: '52.52000, 13.40500' },
  { position: { lat: -0.1, lng: '13.4', alt: 34.4 }, words: '-0.10000, 13.40000 · 34 m' },
  { position: { lat: 52.52 }, words: undefined },
  { position: { lat: '', lng: 1 }, words: undefined },
  { position: { lat: 'north', lng: 1 }, words: undefined },
  { position: { lat: 1, lng: null }, words: undefined },
  { position: 'here', words: undefined },
  { position: null, words: undefined },
] as const

for (const { position, words } of positions) {
  test(`${JSON.stringify(position)} is ${words ?? 'no position'}`, () => {
    assert.equal(describePosition({ c8y_Position: position }), words)
  })
}

test('an event without a position has none', () => {
  assert.equal(describePosition({}), undefined)
})

test('clocks differ when it is more than a minute', () => {
  const creationTime = '2031-02-11T07:00:00.000Z'
  assert.equal(clockSkewMs({ creationTime, time: '2031-02-11T07:01:00.000Z' }), undefined)
  assert.equal(clockSkewMs({ creationTime, time: '2031-02-11T07:01:01.000Z' }), 61_000)
  assert.equal(clockSkewMs({ creationTime, time: '2031-02-11T05:00:00.000Z' }), -7_200_000)
})
