import { csvLimits } from '@pileus/smartrest'
import { DeviceError } from './device-error.ts'

/**
 * Rows in as few messages as possible, in order. Throws `messageTooLarge` when a single row does not
 * fit into one.
 */
export function packRows(
  topic: string,
  rows: readonly string[],
  packetBytesMax: number,
): readonly string[] {
  const payloadBytesMax = payloadBytesMaxOf(topic, packetBytesMax)
  const messages: string[] = []
  let open: { rows: string[]; bytes: number } | undefined
  for (const row of rows) {
    const bytes = byteLength(row)
    if (bytes > payloadBytesMax) throw tooLarge(bytes, payloadBytesMax)
    const fits =
      open !== undefined &&
      open.bytes + 1 + bytes <= payloadBytesMax &&
      open.rows.length < csvLimits.rowsMax
    if (open !== undefined && fits) {
      open.rows.push(row)
      open.bytes += 1 + bytes
    } else {
      if (open !== undefined) messages.push(open.rows.join('\n'))
      open = { rows: [row], bytes }
    }
  }
  return open === undefined ? messages : [...messages, open.rows.join('\n')]
}

/** Throws `messageTooLarge` when the payload, which cannot be divided, does not fit. */
export function refuseLarge(topic: string, payload: string, packetBytesMax: number): void {
  const payloadBytesMax = payloadBytesMaxOf(topic, packetBytesMax)
  const bytes = byteLength(payload)
  if (bytes > payloadBytesMax) throw tooLarge(bytes, payloadBytesMax)
}

function tooLarge(bytes: number, payloadBytesMax: number): DeviceError {
  const text = `${bytes} bytes do not fit into a message of ${payloadBytesMax}`
  return new DeviceError('messageTooLarge', text)
}

function payloadBytesMaxOf(topic: string, packetBytesMax: number): number {
  return packetBytesMax - packetOverheadBytes - byteLength(topic)
}

/** Fixed header of at most 5, lengths of topic, packet id: MQTT 3.1.1 §3.3. */
const packetOverheadBytes = 9

const encoder = new TextEncoder()

/** Of the text as UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).byteLength
}
