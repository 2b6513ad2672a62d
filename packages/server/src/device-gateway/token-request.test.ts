import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceUserName } from '@pileus/domain'
import { aUser } from '../domain-rules/rules.fixture.ts'
import { openScene } from './gateway.fixture.ts'

const topic = 's/uat'
/** What the issuer of the scene makes. */
const answer = 's/dat 71,token.of.t100-device_meter-8'

test('whoever listens is given a token, whatever the payload says', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.session.subscribe([{ filter: 's/dat', qos: 0 }])
  await device.publish('', { topic, qos: 0 })
  assert.deepEqual(device.downlink.sent, [
    { topic: 's/dat', payload: '71,token.of.t100-device_meter-8', qos: 0 },
  ])
  scene.clock.advance(10_000)
  await device.publish('999,ünïcode', { topic })
  assert.deepEqual(await device.received(), [answer, answer])
})

test('whoever does not listen is given nothing, and may ask again at once', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.subscribe('s/e')
  await device.publish('', { topic })
  assert.deepEqual(await device.received(), [])
  device.subscribe('s/dat')
  await device.publish('', { topic })
  assert.deepEqual(await device.received(), [answer])
})

test('one session is answered once in 10 s, another one for itself', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.subscribe('s/dat', 's/e')
  await Promise.all([device.publish('', { topic }), device.publish('', { topic })])
  scene.clock.advance(9_999)
  await device.publish('', { topic })
  assert.deepEqual(await device.received(), [answer])
  const again = await scene.connect('meter-8')
  again.subscribe('s/dat')
  await again.publish('', { topic })
  assert.deepEqual(await again.received(), [answer])
  scene.clock.advance(1)
  await device.publish('', { topic })
  scene.clock.advance(-60_000)
  await device.publish('', { topic })
  assert.deepEqual(await device.received(), [answer, answer])
})

test('the token comes after the answers to what was sent before', async () => {
  await using scene = openScene()
  const device = await scene.connect('meter-8')
  device.subscribe('s/dat', 's/ds', 's/e')
  const published = [device.publish('600\n999'), device.publish('', { topic })]
  await Promise.all(published)
  assert.deepEqual(
    (await device.received()).map((line) => line.split(',')[0]),
    ['s/ds 601', 's/e 40', 's/dat 71'],
  )
})

test('a person who acts for a device is told that tokens are for devices', async () => {
  await using scene = openScene()
  scene.users.set('anna', aUser('anna', { groupIds: [2] }))
  const device = await scene.connect('meter-8', 'anna')
  device.subscribe('s/dat', 's/e')
  await device.publish('', { topic })
  assert.deepEqual(await device.received(), [
    's/e 41,,Only the user of a device can ask for a token',
  ])
})

test('a user whose access has just ended is given nothing', async () => {
  await using scene = openScene({ parts: { tokens: { issueToken: async () => undefined } } })
  const device = await scene.connect('meter-8', deviceUserName('meter-8'))
  device.subscribe('s/dat', 's/e')
  await device.publish('', { topic })
  assert.deepEqual(await device.received(), [])
})

test('a token that cannot be made is not acknowledged', async () => {
  const failure = new Error('the disk is gone')
  await using scene = openScene({
    parts: { tokens: { issueToken: () => Promise.reject(failure) } },
  })
  const device = await scene.connect('meter-8')
  device.subscribe('s/dat')
  await assert.rejects(device.publish('', { topic }), failure)
})
