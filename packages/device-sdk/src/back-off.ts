/** How long to wait before trying again. Each wait may be twice as long as the one before. */
export interface BackOff {
  readonly minMs: number
  readonly maxMs: number
}

/**
 * The pause before attempt `attempt`, counted from 1, in ms: anywhere in the upper half of what the
 * attempt allows, so that devices that lost their server together do not come back together.
 * `random` is in [0, 1).
 */
export function backOffMs({ minMs, maxMs }: BackOff, attempt: number, random: number): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(attempt - 1, 30))
  return Math.round(full / 2 + (full / 2) * random)
}
