import { holdsSecret, isSensitiveTopic } from './sensitive-topics.ts'
import type { KeptPayload } from './wire-entry.ts'

/**
 * A copy of the payload, or of its beginning; nothing of one that may hold a secret. What is not
 * kept cannot be shown by mistake.
 */
export function keepPayload(topic: string, payload: Uint8Array, bytesMax: number): KeptPayload {
  const size = payload.length
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, size)
  if (isSensitiveTopic(topic) || holdsSecret(bytes.toString('latin1'))) {
    return { size, bytes: undefined }
  }
  // Of its own memory: a slice of the pool of small buffers would keep all of that alive.
  return { size, bytes: Uint8Array.prototype.slice.call(bytes, 0, bytesMax) }
}
