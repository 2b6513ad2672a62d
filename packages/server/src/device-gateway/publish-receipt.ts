import type { PublishReceipt } from '@pileus/domain'

/** Start of the marks of one device; mixed once for each session. */
export function receiptSeed(tenantId: string, deviceIdentifier: string): number {
  return mix(mix(0x811c9dc5, tenantId) ^ 0x2f, deviceIdentifier)
}

/**
 * Mark of one QoS 1 or 2 publish of a device: two 32-bit FNV-1a lanes over packet id, topic and
 * payload, cut to 53 bits. A retransmission has the same mark (reliability ).
 */
export function receiptOf(
  seed: number,
  packetId: number,
  topic: string,
  payload: string,
): PublishReceipt {
  const start = Math.imul(seed ^ packetId, 0x01000193)
  const high = mix(mix(start, topic), payload)
  const low = mix(mix(Math.imul(start ^ 0x9e3779b9, 0x85ebca6b), payload), topic)
  return (high >>> 11) * 0x100000000 + (low >>> 0)
}

function mix(start: number, text: string): number {
  let hash = start
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash ^ (hash >>> 15)
}
