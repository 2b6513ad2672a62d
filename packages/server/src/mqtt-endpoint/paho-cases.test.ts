// The cases of the Paho interoperability suite (client_test.py) that apply, as byte scripts: the
// endpoint carries a plain publish/subscribe door, as reliability asks. Left out, since
// nothing outlives a connection here (mqtt-endpoint §5.2, §5.5): retained messages, offline
// queueing, redelivery on reconnect. Client ids without characters are for the door to judge.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coversTopic } from '@pileus/mqtt-wire'
import {
  accepted,
  connectOf,
  disconnect,
  openPlatform,
  pingreq,
  pingresp,
  type TestPeer,
  type TestPlatform,
} from './mqtt-endpoint.fixture.ts'

/** Every message goes to everyone who subscribed to it, with the lower QoS. */
async function openBroker(): Promise<TestPlatform> {
  const platform = await openPlatform()
  const subscriptions = new Map<TestPeer, Map<string, 0 | 1 | 2>>()
  platform.door.prepare = (peer) => {
    const filters = new Map<string, 0 | 1 | 2>()
    subscriptions.set(peer, filters)
    peer.onSubscribe = ({ filter, qos }) => {
      if (filter === 'test/nosubscribe') return 0x80
      filters.set(filter, qos)
      return qos
    }
    peer.unsubscribe = (removed) => {
      for (const filter of removed) filters.delete(filter)
    }
    peer.onPublish = async ({ topic, payload, qos }) => {
      const text = Buffer.from(payload).toString()
      for (const [subscriber, wanted] of subscriptions) {
        for (const [filter, granted] of wanted) {
          if (!coversTopic(filter, topic)) continue
          subscriber.downlink.send(topic, text, Math.min(qos, granted) as 0 | 1 | 2)
          break
        }
      }
    }
  }
  return platform
}

for (const [version, connect] of [
  ['3.1', '10 [ <MQIsdp> 03 02 003c <myclientid> ]'],
  ['3.1.1', connectOf('myclientid')],
] as const) {
  test(`basic_test, MQTT ${version}: three messages of QoS 0, 1 and 2 come back`, async () => {
    await using broker = await openBroker()
    await using client = await broker.connect('myclientid', connect)
    client.send('82 [ 0001 <TopicA> 02 ]')
    await client.expect('90 [ 0001 02 ]')
    client.send('30 [ <TopicA> "qos 0" ]')
    await client.expect('30 [ <TopicA> "qos 0" ]')
    client.send('32 [ <TopicA> 0002 "qos 1" ]')
    await client.expect('32 [ <TopicA> 0001 "qos 1" ]', '40 02 0002')
    client.send('40 02 0001')
    client.send('34 [ <TopicA> 0003 "qos 2" ]')
    await client.expect('34 [ <TopicA> 0002 "qos 2" ]', '50 02 0003')
    client.send('50 02 0002', '62 02 0003')
    await client.expect('62 02 0002', '70 02 0003')
    client.send('70 02 0002', disconnect)
    await client.expectEnd()
  })
}

test('basic_test: a second CONNECT on one connection ends it', async () => {
  await using broker = await openBroker()
  await using client = await broker.connect('myclientid')
  client.send(connectOf('myclientid'))
  await client.expectEnd()
})

test('basic_test: the same id connects and disconnects, twice', async () => {
  await using broker = await openBroker()
  for (let round = 0; round < 2; round++) {
    await using client = await broker.connect('myclientid')
    client.send(disconnect)
    await client.expectEnd()
  }
})

test('overlapping_subscriptions: a message comes once', async () => {
  await using broker = await openBroker()
  await using client = await broker.connect('myclientid')
  client.send('82 [ 0001 <TopicA/#> 02 <TopicA/+> 01 ]')
  await client.expect('90 [ 0001 02 01 ]')
  client.send('30 [ <TopicA/C> "overlapping" ]')
  await client.expect('30 [ <TopicA/C> "overlapping" ]')
  client.send(pingreq)
  await client.expect(pingresp)
})

test('keepalive_test: silence publishes the will to others', async () => {
  await using broker = await openBroker()
  await using watcher = await broker.connect('watcher', '10 [ <MQTT> 04 02 0000 <watcher> ]')
  watcher.send('82 [ 0001 <TopicA/B> 02 ]')
  await watcher.expect('90 [ 0001 02 ]')
  await using _silent = await broker.connect(
    'silent',
    '10 [ <MQTT> 04 06 0005 <silent> <TopicA/B> <keepalive expiry> ]',
  )
  broker.clock.advance(7_700)
  await watcher.expect('30 [ <TopicA/B> "keepalive expiry" ]')
})

test('subscribe_failure: the refused filter gets 0x80', async () => {
  await using broker = await openBroker()
  await using client = await broker.connect('myclientid')
  client.send('82 [ 0001 <test/nosubscribe> 02 ]')
  await client.expect('90 [ 0001 80 ]')
})

test('dollar_topics: no wildcard brings them, publishing one ends the connection', async () => {
  await using broker = await openBroker()
  await using client = await broker.connect('myclientid')
  client.send('82 [ 0001 <+/+> 02 ]')
  await client.expect('90 [ 0001 02 ]')
  client.send('30 [ <$TopicA/B> "no" ]')
  await client.expectEnd()
  assert.equal((await broker.untilEnding(1)).reason, 'topicForbidden')
})

test('will_message_test: a broken connection publishes the will to others', async () => {
  await using broker = await openBroker()
  await using watcher = await broker.connect('watcher')
  watcher.send('82 [ 0001 <TopicA/C> 02 ]')
  await watcher.expect('90 [ 0001 02 ]')
  await using client = await broker.connect(
    'myclientid',
    '10 [ <MQTT> 04 16 0002 <myclientid> <TopicA/C> <client disconnected> ]',
  )
  client.reset()
  await watcher.expect('34 [ <TopicA/C> 0001 "client disconnected" ]')
})

test('unsubscribe_test: the unsubscribed topic is silent, the others are not', async () => {
  await using broker = await openBroker()
  await using client = await broker.connect('myclientid')
  client.send('82 [ 0001 <TopicA> 00 ]', '82 [ 0002 <TopicA/B> 00 ]', '82 [ 0003 <Topic/C> 00 ]')
  await client.expect('90 [ 0001 00 ]', '90 [ 0002 00 ]', '90 [ 0003 00 ]')
  client.send('a2 [ 0004 <TopicA> ]')
  await client.expect('b0 02 0004')
  await using other = await broker.connect('other')
  other.send('30 [ <TopicA> "1" ]', '30 [ <TopicA/B> "2" ]', '30 [ <Topic/C> "3" ]')
  await client.expect('30 [ <TopicA/B> "2" ]', '30 [ <Topic/C> "3" ]')
})

test('the handshake also works when it comes together with what follows', async () => {
  await using broker = await openBroker()
  await using client = await broker.dial()
  client.send(connectOf('myclientid'), '82 [ 0001 <a> 01 ]', '32 [ <a> 0002 "x" ]', disconnect)
  await client.expect(accepted, '90 [ 0001 01 ]', '32 [ <a> 0001 "x" ]')
  await client.expectEnd()
})
