import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMqttLimits } from './limits.ts'
import { findPublishTopicProblem, fitsBytes, isAcceptableFilter } from './topic-limits.ts'

const limits = buildMqttLimits()

for (const topic of [
  's/us',
  '/s/us/',
  's/us/pump 7',
  'a/$b',
  'é'.repeat(256),
  '1/2/3/4/5/6/7/8/9/10',
]) {
  test(`may be published to: ${topic.slice(0, 30)}`, () => {
    assert.equal(findPublishTopicProblem(topic, limits), undefined)
  })
}

for (const topic of [
  '',
  '$SYS',
  's/+',
  's/#',
  'a\0b',
  'é'.repeat(257),
  '1/2/3/4/5/6/7/8/9/10/11',
]) {
  test(`may not be published to: ${JSON.stringify(topic.slice(0, 30))}`, () => {
    assert.match(findPublishTopicProblem(topic, limits) ?? '', /\.$/)
  })
}

for (const [filter, isAcceptable] of [
  ['s/dc/#', true],
  ['+/+', true],
  ['$SYS/#', true],
  ['', false],
  ['s/#/x', false],
  ['x'.repeat(513), false],
  ['1/2/3/4/5/6/7/8/9/10/11', false],
] as const) {
  test(`${filter.slice(0, 30) || 'no filter'} ${isAcceptable ? 'reaches' : 'does not reach'} the gateway`, () => {
    assert.equal(isAcceptableFilter(filter, limits), isAcceptable)
  })
}

test('sizes are counted in bytes of UTF-8', () => {
  assert.ok(fitsBytes('é', 2))
  assert.ok(!fitsBytes('é', 1))
  assert.ok(fitsBytes('😀', 4))
})
