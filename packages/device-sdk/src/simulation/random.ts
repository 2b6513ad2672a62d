/** Numbers in [0, 1), the same ones for the same seed. */
export type Random = () => number

/** 32 bits of state, mixed by multiplication and shifts; plenty for a pretended life. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Around 0, mostly within ±1: the mean of several numbers is nearly normal. */
export function noise(random: Random): number {
  return (random() + random() + random() + random() - 2) * 1.2
}
