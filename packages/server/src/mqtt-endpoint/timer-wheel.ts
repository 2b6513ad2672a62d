/** A clock for periods: its zero means nothing, and it never goes back. */
export interface MonotonicClock {
  nowMs(): number
  /** Calls `tick` about every `intervalMs` until the function that it gives is called. */
  every(intervalMs: number, tick: () => void): () => void
}

export const systemClock: MonotonicClock = {
  nowMs: () => performance.now(),
  every(intervalMs, tick) {
    const interval = setInterval(tick, intervalMs)
    return () => clearInterval(interval)
  },
}

/** Something that wants to be woken at one time; a base class, so that waiting costs no memory. */
export abstract class WheelEntry {
  /** The tick of the next `onDue`; 0 when none is planned. */
  dueTick = 0
  wheelNext: WheelEntry | undefined
  wheelPrevious: WheelEntry | undefined

  /** Not planned any more when called. */
  abstract onDue(nowMs: number): void
}

/** The head of a slot's ring of entries. */
class Slot extends WheelEntry {
  override wheelNext: WheelEntry = this
  override wheelPrevious: WheelEntry = this

  onDue(): void {}
}

const slotCount = 512

/**
 * One timer for all connections.
 *
 * Entries lie in the slot of their tick modulo the number of slots, so planning and cancelling
 * are a few pointers, and a tick looks at one slot. An entry that is planned for a later round
 * of the wheel is passed over until its round comes.
 */
export class TimerWheel {
  readonly tickMs: number
  readonly #slots = Array.from({ length: slotCount }, () => new Slot())
  #tick: number

  constructor(options: { readonly tickMs: number; readonly nowMs: number }) {
    this.tickMs = options.tickMs
    this.#tick = Math.floor(options.nowMs / options.tickMs)
  }

  /** Wakes the entry at `dueMs` or up to one tick later, instead of what was planned before. */
  plan(entry: WheelEntry, dueMs: number): void {
    const dueTick = Math.max(Math.ceil(dueMs / this.tickMs), this.#tick + 1)
    if (entry.dueTick === dueTick) return
    this.cancel(entry)
    const slot = this.#slots[dueTick % slotCount] as Slot
    entry.dueTick = dueTick
    entry.wheelNext = slot
    entry.wheelPrevious = slot.wheelPrevious
    slot.wheelPrevious.wheelNext = entry
    slot.wheelPrevious = entry
  }

  /** The same, unless the entry is woken earlier anyway and can look then. */
  planAtLatest(entry: WheelEntry, dueMs: number): void {
    if (entry.dueTick !== 0 && entry.dueTick * this.tickMs <= dueMs) return
    this.plan(entry, dueMs)
  }

  cancel(entry: WheelEntry): void {
    const { wheelNext, wheelPrevious } = entry
    if (wheelNext === undefined || wheelPrevious === undefined) return
    wheelPrevious.wheelNext = wheelNext
    wheelNext.wheelPrevious = wheelPrevious
    entry.wheelNext = undefined
    entry.wheelPrevious = undefined
    entry.dueTick = 0
  }

  /** Wakes what is due. Entries may plan and cancel, themselves and others, while they wake. */
  advance(nowMs: number): void {
    const tick = Math.floor(nowMs / this.tickMs)
    const slotsToVisit = Math.min(tick - this.#tick, slotCount)
    if (slotsToVisit <= 0) return
    const due: WheelEntry[] = []
    for (let step = slotsToVisit - 1; step >= 0; step--) {
      const slot = this.#slots[(tick - step) % slotCount] as Slot
      for (let entry = slot.wheelNext; entry !== slot; ) {
        const next = entry.wheelNext as WheelEntry
        if (entry.dueTick <= tick) due.push(entry)
        entry = next
      }
    }
    this.#tick = tick
    for (const entry of due) {
      // One that was woken before may have planned this one anew, or cancelled it.
      if (entry.dueTick === 0 || entry.dueTick > tick) continue
      this.cancel(entry)
      entry.onDue(nowMs)
    }
  }
}
