import type { Instant, PublishReceipt, RemembersPublishes } from '@pileus/domain'

/** How many publishes are remembered at least half of, and for how long at least. */
export interface ReceiptLimits {
  readonly receiptsMax: number
  readonly receiptAgeMs: number
}

export const defaultReceiptLimits: ReceiptLimits = {
  receiptsMax: 1_000_000,
  receiptAgeMs: 3_600_000,
}

/**
 * The marks of recent publishes, in two generations: the younger fills up, and when it is full or
 * old, it takes the place of the older, which is forgotten. So the last `receiptsMax / 2` marks
 * are always known and those of the last hour if there were not more, at 16 bytes a mark.
 *
 * A mark is compared by its 53 bits only; that two publishes share one by chance is a matter of
 * one in 10¹⁰ retransmissions.
 */
export class PublishReceipts implements RemembersPublishes {
  readonly #generationMax: number
  readonly #ageMs: number
  #young: MarkSet
  #old: MarkSet
  #youngSince: Instant | undefined

  constructor(limits: ReceiptLimits = defaultReceiptLimits) {
    this.#generationMax = Math.max(1, Math.ceil(limits.receiptsMax / 2))
    this.#ageMs = limits.receiptAgeMs
    this.#young = new MarkSet(this.#generationMax)
    this.#old = new MarkSet(1)
  }

  hasReceipt(receipt: PublishReceipt): boolean {
    return this.#young.has(receipt) || this.#old.has(receipt)
  }

  /**
   * Remembers marks that were committed together at `now`. Gives `true` when the older generation
   * was forgotten before: whatever was remembered up to the last time this gave `true` is gone.
   */
  remember(receipts: readonly PublishReceipt[], now: Instant): boolean {
    this.#youngSince ??= now
    const isFull = this.#young.size + receipts.length > this.#young.marksMax
    const turns = isFull || now - this.#youngSince > this.#ageMs
    if (turns) {
      this.#old = this.#young
      this.#young = new MarkSet(Math.max(this.#generationMax, receipts.length))
      this.#youngSince = now
    }
    for (const receipt of receipts) this.#young.add(receipt)
    return turns
  }
}

/**
 * A set of numbers with open addressing in a typed array: a `Set` of a million numbers takes
 * 40 MB and a long garbage collection, this one 16 MB and none. Zero marks a free slot.
 */
class MarkSet {
  /** More would make the search for a free slot long, and in the end endless. */
  readonly marksMax: number
  readonly #slots: Float64Array
  readonly #mask: number
  size = 0

  constructor(marksMax: number) {
    this.marksMax = marksMax
    const slots = 2 ** Math.ceil(Math.log2(marksMax * 2))
    this.#slots = new Float64Array(slots)
    this.#mask = slots - 1
  }

  has(mark: number): boolean {
    return this.#slots[this.#slotOf(mark)] === storedForm(mark)
  }

  add(mark: number): void {
    const slot = this.#slotOf(mark)
    if (this.#slots[slot] !== 0) return
    this.#slots[slot] = storedForm(mark)
    this.size++
  }

  /** The slot that holds the mark, or the free one where it belongs. */
  #slotOf(mark: number): number {
    const stored = storedForm(mark)
    // Takes the low 32 bits, which are as well mixed as all others.
    let slot = mark & this.#mask
    while (this.#slots[slot] !== stored && this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask
    return slot
  }
}

function storedForm(mark: number): number {
  return mark === 0 ? -1 : mark
}
