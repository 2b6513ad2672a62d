import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MqttConnection, Outgoing } from './mqtt-connection.ts'
import { Outbox } from './outbox.ts'
import { PacketIds } from './packet-ids.ts'

const limits = { queuedMessagesMax: 1_000, queuedCharsMax: 100_000, inFlightMessagesMax: 3 }

/** A connection as the outbox sees it: what was published, acknowledged when the test says so. */
class Wire implements MqttConnection {
  readonly closed = new Promise<string>(() => {})
  readonly published: Outgoing[] = []
  readonly #acknowledge: (() => void)[] = []

  publish(message: Outgoing, onAcknowledged: () => void): void {
    this.published.push(message)
    this.#acknowledge.push(onAcknowledged)
  }

  acknowledgeNext(): void {
    this.#acknowledge.shift()?.()
  }

  get unacknowledged(): number {
    return this.#acknowledge.length
  }

  whileOpen<T>(promise: Promise<T>): Promise<T> {
    return promise
  }

  subscribe(): Promise<readonly number[]> {
    return Promise.resolve([])
  }

  resubscribe(): Promise<readonly number[]> {
    return Promise.resolve([])
  }

  end(): Promise<void> {
    return Promise.resolve()
  }
}

const steps = fc.array(fc.constantFrom('add', 'acknowledge', 'lose', 'connect'), { maxLength: 80 })

test('over any connections, everything arrives in order and repetitions keep their ids', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const outbox = new Outbox(limits, new PacketIds(0))
      const wires: Wire[] = []
      const acknowledged: string[] = []
      let isConnected = false
      let count = 0
      const connect = (): void => {
        const wire = new Wire()
        wires.push(wire)
        outbox.attach(wire)
        isConnected = true
      }
      for (const step of taken) {
        if (step === 'add') {
          const payload = `400,t,${count++}`
          const added = outbox.add([{ topic: 's/us', payload, kind: 'data' }])
          void added.then(() => acknowledged.push(payload))
        } else if (step === 'acknowledge' && isConnected) {
          wires.at(-1)?.acknowledgeNext()
        } else if (step === 'lose') {
          outbox.detach()
          isConnected = false
        } else if (step === 'connect' && !isConnected) {
          connect()
        }
        assert.ok((wires.at(-1)?.unacknowledged ?? 0) <= limits.inFlightMessagesMax)
      }
      if (!isConnected) connect()
      const last = wires.at(-1)
      while ((last?.unacknowledged ?? 0) > 0) last?.acknowledgeNext()
      await outbox.empty()
      await new Promise(setImmediate)

      const all = Array.from({ length: count }, (_, index) => `400,t,${index}`)
      assert.deepEqual(acknowledged, all)
      const idOf = new Map<string, number>()
      for (const { published } of wires) {
        const numbers = published.map(({ payload }) => Number(payload.split(',')[2]))
        assert.deepEqual(
          numbers,
          numbers.toSorted((one, other) => one - other),
        )
        for (const { payload, packetId, isRepeated } of published) {
          assert.equal(isRepeated, idOf.has(payload))
          assert.equal(packetId, idOf.get(payload) ?? packetId)
          idOf.set(payload, packetId)
        }
      }
    }),
  )
})

test('a full outbox refuses data by name, and takes reports', async () => {
  const outbox = new Outbox({ ...limits, queuedMessagesMax: 2 }, new PacketIds(0))
  const kept = outbox.add([message('1'), message('2')])
  await assert.rejects(outbox.add([message('3')]), { name: 'DeviceError', code: 'queueFull' })
  const report = outbox.add([{ ...message('4'), kind: 'report' }])
  const wire = new Wire()
  outbox.attach(wire)
  assert.deepEqual(
    wire.published.map(({ payload }) => payload),
    ['1', '2', '4'],
  )
  for (let index = 0; index < 3; index++) wire.acknowledgeNext()
  await Promise.all([kept, report])
})

test('characters have a limit of their own, and what is refused takes no room', async () => {
  const outbox = new Outbox({ ...limits, queuedCharsMax: 20 }, new PacketIds(0))
  await assert.rejects(outbox.add([message('x'.repeat(17))]), { code: 'queueFull' })
  const wire = new Wire()
  outbox.attach(wire)
  const kept = outbox.add([message('x'.repeat(16))])
  wire.acknowledgeNext()
  await kept
})

test('a question is not asked twice', async () => {
  const outbox = new Outbox(limits, new PacketIds(0))
  outbox.attach(new Wire())
  const asked = outbox.add([{ ...message('105'), kind: 'question' }])
  const told = outbox.add([message('125')])
  outbox.detach()
  await assert.rejects(asked, { code: 'noReply' })
  const wire = new Wire()
  outbox.attach(wire)
  wire.acknowledgeNext()
  await told
  assert.deepEqual(
    wire.published.map(({ payload }) => payload),
    ['125'],
  )
})

function message(payload: string): { topic: string; payload: string; kind: 'data' } {
  return { topic: 's/us', payload, kind: 'data' }
}
