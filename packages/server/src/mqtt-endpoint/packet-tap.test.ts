import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accepted, deferred, openPlatform, pingreq, pingresp } from './mqtt-endpoint.fixture.ts'
import type { PacketTap } from './packet-tap.ts'

/** Writes down what it sees. */
class ListTap implements PacketTap {
  readonly seen: string[] = []
  #traces = 0

  connected: PacketTap['connected'] = ({ clientId, keepAliveSeconds }) => {
    this.seen.push(`connected ${clientId} ${keepAliveSeconds}`)
  }
  received: PacketTap['received'] = ({ kind }) => {
    this.seen.push(`in ${kind}`)
  }
  publishReceived: PacketTap['publishReceived'] = ({ topic, qos }) => {
    const number = ++this.#traces
    this.seen.push(`in publish ${topic} ${qos} trace ${number}`)
    return { number }
  }
  publishSettled: PacketTap['publishSettled'] = (trace) => {
    this.seen.push(`settled ${'number' in trace ? trace.number : '?'}`)
  }
  willPublished: PacketTap['willPublished'] = ({ topic }) => {
    this.seen.push(`will ${topic}`)
    return {}
  }
  sent: PacketTap['sent'] = ({ kind }) => {
    this.seen.push(`out ${kind}`)
  }

  take(): readonly string[] {
    return this.seen.splice(0)
  }
}

test('a tap that is set during a session sees all that passes, until it is taken away', async () => {
  await using platform = await openPlatform()
  const script = await platform.connect()
  const tap = new ListTap()
  platform.endpoint.setTap('nobody', tap)
  assert.deepEqual(tap.take(), [])
  platform.endpoint.setTap('pump-7', tap)
  assert.deepEqual(tap.take(), ['connected pump-7 60'])

  script.send(pingreq)
  await script.expect(pingresp)
  const commit = deferred()
  const traces: (object | undefined)[] = []
  platform.door.peer.onPublish = ({ trace }) => {
    traces.push(trace)
    return commit.promise
  }
  // QoS 2, twice before it is committed: the second one is settled by the first.
  script.send('34 [ <s/us> 0001 78 ]', '3c [ <s/us> 0001 78 ]', '32 [ <s/us> 0002 79 ]')
  await platform.door.peer.untilHeard(2)
  commit.resolve()
  await script.expect('50 02 0001', '40 02 0002')
  script.send('62 02 0001')
  await script.expect('70 02 0001')
  assert.deepEqual(tap.take(), [
    'in pingreq',
    'out pingresp',
    'in publish s/us 2 trace 1',
    'in publish s/us 2 trace 2',
    'settled 2',
    'in publish s/us 1 trace 3',
    'settled 1',
    'settled 3',
    'out pubrec',
    'out puback',
    'in pubrel',
    'out pubcomp',
  ])
  assert.deepEqual(traces, [{ number: 1 }, { number: 3 }])

  platform.endpoint.setTap('pump-7', undefined)
  script.send(pingreq)
  await script.expect(pingresp)
  assert.deepEqual(tap.take(), [])
})

test('a will is seen as what it is', async () => {
  await using platform = await openPlatform()
  const script = await platform.dial()
  script.send('10 [ <MQTT> 04 06 003c <pump-7> <s/us> <x> ]')
  await script.expect(accepted)
  const tap = new ListTap()
  platform.endpoint.setTap('pump-7', tap)
  script.reset()
  await platform.untilEnding(1)
  assert.deepEqual(tap.take(), ['connected pump-7 60', 'will s/us'])
})
