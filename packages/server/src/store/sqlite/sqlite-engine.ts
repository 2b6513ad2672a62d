import type {
  InstanceRepository,
  Instant,
  PublishReceipt,
  TenantId,
  TenantReader,
  TenantRepository,
} from '@pileus/domain'
import { PlatformError } from '../../platform-error.ts'
import type { Engine, StorageFailure } from '../engine.ts'
import type { ReceiptLimits } from '../publish-receipts.ts'
import { type SequenceKind, Sequences } from '../sequences.ts'
import { Checkpoints } from './checkpoints.ts'
import type { Connection } from './connection.ts'
import { explainSqliteError } from './failures.ts'
import type { LongReads } from './long-reads.ts'
import { MeasurementIndex, type MeasurementIndexLimits } from './measurement-index.ts'
import { StoredReceipts } from './receipts.ts'
import {
  instanceReader,
  instanceRepository,
  tenantReader,
  tenantRepository,
} from './repositories.ts'
import { TenantKeys, type TenantScope } from './tenant-keys.ts'
import { createWriterCaches } from './writer-caches.ts'

export interface SqliteEngineParts {
  readonly file: string
  /** Released last. */
  readonly lock: Disposable
  readonly writer: Connection
  readonly reader: Connection
  readonly reads: LongReads
  readonly receiptLimits: ReceiptLimits
  readonly measurementIndexLimits: MeasurementIndexLimits
  /** Told when the storage failed outside a commit group. */
  readonly onFailure: (error: PlatformError) => void
}

/** One writing connection on this thread, one for short reads beside it, one thread for long ones. */
export class SqliteEngine implements Engine {
  readonly instance: InstanceRepository
  readonly instanceReader: ReturnType<typeof instanceReader>

  readonly #parts: SqliteEngineParts
  readonly #tenantKeys: TenantKeys
  readonly #sequences: Sequences
  readonly #caches = createWriterCaches()
  readonly #receipts: StoredReceipts
  readonly #checkpoints: Checkpoints
  readonly #measurementIndex: MeasurementIndex
  readonly #begin
  readonly #commit
  readonly #saveSequence
  readonly #repositories = new Map<TenantId, ScopedRepository>()
  readonly #readers = new Map<TenantId, TenantReader>()
  #failure: PlatformError | undefined

  constructor(parts: SqliteEngineParts) {
    const { writer, reader } = parts
    this.#parts = parts
    this.#tenantKeys = new TenantKeys(writer)
    this.#sequences = new Sequences(storedSequences(writer))
    this.#receipts = new StoredReceipts(writer, parts.receiptLimits)
    this.#checkpoints = new Checkpoints(writer, (error) => this.#onBackgroundError(error))
    this.#measurementIndex = new MeasurementIndex(
      writer,
      parts.measurementIndexLimits,
      this.#sequences.last('measurement'),
      (error) => this.#onBackgroundError(error),
    )
    this.#begin = writer.command('BEGIN IMMEDIATE')
    this.#commit = writer.command('COMMIT')
    this.#saveSequence = writer.command(
      `INSERT INTO sequences VALUES (?, ?)
       ON CONFLICT (kind) DO UPDATE SET last_id = excluded.last_id`,
    )
    this.instance = instanceRepository(writer)
    this.instanceReader = instanceReader(reader)
  }

  /** The connection that writes. */
  get writer(): Connection {
    return this.#parts.writer
  }

  begin(): void {
    if (this.#failure !== undefined) throw this.#failure
    this.#begin()
  }

  commit(receipts: readonly PublishReceipt[], now: Instant): void {
    this.#sequences.forEachMoved((kind, last) => this.#saveSequence(kind, last))
    if (receipts.length > 0) this.#receipts.store(receipts, now)
    this.#commit()
    // From here on everything is durable, so nothing below may make it look otherwise.
    this.#sequences.commit()
    this.#tenantKeys.commit()
    if (receipts.length > 0) this.#receipts.afterCommit(receipts, now)
    this.#measurementIndex.afterCommit(this.#sequences.last('measurement'))
    try {
      this.#checkpoints.afterCommit()
    } catch (error) {
      this.#onBackgroundError(error)
    }
  }

  rollback(): void {
    const { database } = this.#parts.writer
    // Some errors end the transaction by themselves.
    if (database.isTransaction) database.exec('ROLLBACK')
    this.#sequences.rollback()
    this.#tenantKeys.rollback()
    this.#caches.clear()
  }

  tenant(tenantId: TenantId): TenantRepository {
    let scoped = this.#repositories.get(tenantId)
    if (scoped === undefined) {
      const scope = this.#tenantKeys.scopeOf(tenantId)
      const { writer } = this.#parts
      const repository = tenantRepository(writer, scope, this.#sequences, this.#caches)
      scoped = { scope, repository }
      this.#repositories.set(tenantId, scoped)
    }
    if (scoped.scope.key === 0) this.#tenantKeys.ensureKey(scoped.scope)
    return scoped.repository
  }

  reader(tenantId: TenantId): TenantReader {
    let reader = this.#readers.get(tenantId)
    if (reader === undefined) {
      const scope = this.#tenantKeys.scopeOf(tenantId)
      reader = tenantReader(this.#parts.reader, scope, this.#parts.reads)
      this.#readers.set(tenantId, reader)
    }
    return reader
  }

  hasReceipt(receipt: PublishReceipt): boolean {
    return this.#receipts.hasReceipt(receipt)
  }

  explainFailure(error: unknown): StorageFailure | undefined {
    if (error === this.#failure && this.#failure !== undefined) {
      return { error: this.#failure, isFinal: true }
    }
    return explainSqliteError(error, this.#parts.file)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { lock, writer, reader, reads } = this.#parts
    using _lock = lock
    using _writer = writer
    using checkpoints = this.#checkpoints
    using _index = this.#measurementIndex
    // Readers first: as long as they look at the log it cannot be emptied.
    await reads[Symbol.asyncDispose]()
    reader[Symbol.dispose]()
    if (this.#failure === undefined) checkpoints.finish()
  }

  /** A full disk passes; anything final ends all writing. */
  #onBackgroundError(error: unknown): void {
    const failure = this.explainFailure(error)
    if (failure !== undefined && !failure.isFinal) return
    this.fail(failure?.error ?? new PlatformError('storageFailed', { reason: String(error) }))
  }

  /** Ends all writing: from now on every group fails, for good. */
  fail(error: PlatformError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#parts.onFailure(error)
  }
}

interface ScopedRepository {
  readonly scope: TenantScope
  readonly repository: TenantRepository
}

function storedSequences(writer: Connection): Partial<Record<SequenceKind, number>> {
  const rows = writer.query<[kind: string, last: number]>('SELECT kind, last_id FROM sequences')
  return Object.fromEntries(rows.all())
}
