import type { Instant, PublishReceipt, RemembersPublishes } from '@pileus/domain'
import { PublishReceipts, type ReceiptLimits } from '../publish-receipts.ts'
import type { Connection } from './connection.ts'

/** Rows deleted per commit: forgetting a generation at once would stall the writer. */
const rowsForgottenPerCommit = 64

/**
 * The receipts of publishes in memory, and one row per commit group on disk, from which they are
 * read again at start.
 */
export class StoredReceipts implements RemembersPublishes {
  readonly #receipts: PublishReceipts
  readonly #connection: Connection
  #lastRow = 0
  /** First row of what is now the younger generation. */
  #youngFirstRow = 1
  /** Rows below are of a forgotten generation. */
  #keptFirstRow = 1
  /** Rows below are deleted. */
  #storedFirstRow = 1

  constructor(connection: Connection, limits: ReceiptLimits) {
    this.#connection = connection
    this.#receipts = new PublishReceipts(limits)
    const rows = connection.query<[id: number, time: number, marks: Uint8Array<ArrayBuffer>]>(
      'SELECT id, time, marks FROM publish_receipts ORDER BY id',
    )
    for (const [id, time, marks] of rows.all()) {
      if (this.#lastRow === 0) this.#startAt(id)
      this.#lastRow = id
      this.#remember(id, marksOf(marks), time)
    }
  }

  hasReceipt(receipt: PublishReceipt): boolean {
    return this.#receipts.hasReceipt(receipt)
  }

  /** Stores the marks in the open transaction. */
  store(receipts: readonly PublishReceipt[], now: Instant): void {
    const insert = this.#connection.command('INSERT INTO publish_receipts VALUES (?, ?, ?)')
    insert(this.#lastRow + 1, now, new Uint8Array(new Float64Array(receipts).buffer))
    if (this.#storedFirstRow < this.#keptFirstRow) {
      const remove = this.#connection.command('DELETE FROM publish_receipts WHERE id < ?')
      remove(Math.min(this.#storedFirstRow + rowsForgottenPerCommit, this.#keptFirstRow))
    }
  }

  /** Remembers in memory what is now committed. */
  afterCommit(receipts: readonly PublishReceipt[], now: Instant): void {
    const next = this.#storedFirstRow + rowsForgottenPerCommit
    this.#storedFirstRow = Math.min(next, this.#keptFirstRow)
    this.#lastRow++
    this.#remember(this.#lastRow, receipts, now)
  }

  #startAt(row: number): void {
    this.#youngFirstRow = row
    this.#keptFirstRow = row
    this.#storedFirstRow = row
  }

  #remember(row: number, receipts: readonly PublishReceipt[], now: Instant): void {
    if (!this.#receipts.remember(receipts, now)) return
    this.#keptFirstRow = this.#youngFirstRow
    this.#youngFirstRow = row
  }
}

function marksOf(bytes: Uint8Array): readonly PublishReceipt[] {
  return [...new Float64Array(Uint8Array.from(bytes).buffer)]
}
