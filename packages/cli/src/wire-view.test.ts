import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WirePacketRepresentation } from '@pileus/rest-contract'
import { explainPayload } from '@pileus/smartrest'
import { noPaint } from './paint.ts'
import { renderLost, renderPacket, renderState } from './wire-view.ts'

const packet: WirePacketRepresentation = {
  seq: 1,
  time: '2032-02-01T08:15:30.004Z',
  dir: 'in',
  clientId: 'pump-1',
  session: 's-1',
  packet: 'PUBLISH',
}
const payload = { encoding: 'utf8', text: '', truncated: false, masked: false } as const

/** Without the time, which is that of the reader's zone. */
function lines(parts: Partial<WirePacketRepresentation>, columns = 100): readonly string[] {
  const [head = '', ...rest] = renderPacket({ ...packet, ...parts }, { columns, paint: noPaint })
  assert.match(head, /^\d\d:\d\d:30\.004 [↑↓] /)
  return [head.slice('08:15:30.004 '.length), ...rest]
}

function uplinkRows(text: string) {
  return explainPayload(text, { receivedAt: Date.UTC(2032, 1, 1), isDownlink: false })
}

describe('a packet as lines:', () => {
  test('CONNECT says who comes, and from where', () => {
    const connect = {
      user: 't100/device_pump-1',
      protocol: 'MQTT 3.1.1',
      transport: 'websocket',
      remoteAddress: '10.0.0.7',
      keepAliveSeconds: 60,
      will: { topic: 's/us', qos: 0, retain: false },
    } as const
    assert.deepEqual(lines({ packet: 'CONNECT', connect }), [
      '↑ CONNECT      pump-1 as t100/device_pump-1, MQTT 3.1.1, keep-alive 60 s, will on',
      '                            s/us, from 10.0.0.7 over WebSocket',
    ])
  })

  test('a refused CONNECT says why', () => {
    const connect = { transport: 'tcp', remoteAddress: '10.0.0.7' } as const
    assert.deepEqual(
      lines({ packet: 'CONNECT', connect, returnCode: 4, reason: 'wrong password' }),
      ['↑ CONNECT      pump-1, from 10.0.0.7', '               wrong password'],
    )
  })

  test('a good row has its values by name, and what it led to', () => {
    const [row] = uplinkRows('211,25')
    assert.ok(row)
    const outcome = {
      status: 201,
      api: 'MEASUREMENT',
      id: '99',
      href: '/measurement/measurements/99',
    }
    const shown = lines({
      topic: 's/us',
      qos: 1,
      mid: 44,
      payload,
      timing: { decodeMs: 0.1, storeMs: 1.4 },
      rows: [{ ...row, outcome }],
    })
    assert.deepEqual(shown, [
      '↑ PUBLISH      s/us  QoS 1 #44, stored in 1.4 ms',
      '               211 createTemperatureMeasurement  temperature=25  time: server time',
      '               ✓ measurement 99 created  /measurement/measurements/99',
    ])
  })

  test('a wrong row has its column marked', () => {
    const rows = uplinkRows('200,acme_T,T,warm,C')
    assert.deepEqual(lines({ topic: 's/us', qos: 0, payload, rows }), [
      '↑ PUBLISH      s/us  QoS 0',
      '               200,acme_T,T,warm,C',
      '                            ^^^^',
      '               45  Column 3 (value) must be a number, not "warm"',
      ...(rows[0]?.error?.hint === undefined ? [] : [`               Hint: ${rows[0].error.hint}`]),
    ])
  })

  test('an operation names itself, and what it asks for', () => {
    const rows = explainPayload('510,pump-1', { receivedAt: 0, isDownlink: true })
    const cause = { kind: 'operation', id: '7', href: '/devicecontrol/operations/7' } as const
    const shown = lines({ dir: 'out', topic: 's/ds', qos: 1, mid: 1, payload, rows, cause })
    assert.deepEqual(shown, [
      '↓ PUBLISH      s/ds  QoS 1 #1, operation 7',
      '               510 restart  target=pump-1',
    ])
  })

  test('what may be secret, what is no text, what is not settled', () => {
    const masked = { ...payload, masked: true }
    const binary = { ...payload, encoding: 'base64', text: '/w==' } as const
    assert.deepEqual(lines({ topic: 's/ucr', qos: 1, mid: 1, payload: masked }), [
      '↑ PUBLISH      s/ucr  QoS 1 #1, masked: it may hold a secret',
    ])
    assert.deepEqual(lines({ topic: 's/us', qos: 0, size: 1, payload: binary, isPending: true }), [
      '↑ PUBLISH      s/us  QoS 0, not settled yet, 1 bytes that are no text',
    ])
  })

  test('an end says why, and what there was', () => {
    const ending = {
      code: 'keepAliveTimeout',
      durationMs: 61_500,
      publishesIn: 3,
      publishesOut: 1,
      publishesDropped: 0,
      will: 'none',
    }
    assert.deepEqual(lines({ dir: 'out', packet: 'CLOSE', reason: 'It was silent.', ending }), [
      '↓ CLOSE',
      '               It was silent. It lasted 61.5 s, with 3 messages up and 1 down.',
    ])
  })

  test('subscriptions and their answer', () => {
    const filters = [
      { filter: 's/ds', qos: 1 },
      { filter: '#', qos: 0 },
    ]
    assert.deepEqual(lines({ packet: 'SUBSCRIBE', filters }), ['↑ SUBSCRIBE    s/ds (1), # (0)'])
    assert.deepEqual(lines({ dir: 'out', packet: 'SUBACK', codes: [1, 0x80] }), [
      '↓ SUBACK       1, refused',
    ])
    assert.deepEqual(lines({ packet: 'PUBACK', mid: 9 }), ['↑ PUBACK       #9'])
  })
})

test('nothing of a device moves the cursor, and nothing is wider than the terminal', () => {
  const rows = uplinkRows(`400,acme_E,"\u001b[2J${'x'.repeat(200)}"\n\u001b[31m,1`)
  const shown = lines({ topic: `s/us/\u001b[2J${'y'.repeat(100)}`, qos: 0, payload, rows }, 60)
  for (const line of shown) {
    assert.ok(!line.includes('\u001b'), line)
    assert.ok(line.length <= 60, line)
  }
})

test('what is missing is said, with the time of what was seen last', () => {
  const at = packet.time
  assert.match(
    renderLost({ reason: 'restart' }, at, noPaint),
    /^… The platform has restarted: packets after \d\d:\d\d:30\.004 may be missing\.$/,
  )
  assert.match(renderLost({ reason: 'overwritten', count: 3 }, undefined, noPaint), /^… 3 packets/)
  const state = {
    clientId: 'pump-1',
    isConnected: false,
    capturedSince: at,
    capturedUntil: at,
    keepAlives: 0,
  }
  assert.match(renderState(state, noPaint), /not connected/)
})
