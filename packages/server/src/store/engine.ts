import type {
  Eventually,
  InstanceRepository,
  Instant,
  PublishReceipt,
  ReadsCommitted,
  RemembersPublishes,
  TenantId,
  TenantRepository,
} from '@pileus/domain'
import type { PlatformError } from '../platform-error.ts'

/**
 * What a storage engine gives to the commit group: one writer and its transaction.
 *
 * The repositories act inside the open transaction and see its changes; everything under
 * `ReadsCommitted` and `RemembersPublishes` sees committed data only.
 */
export interface Engine extends ReadsCommitted, RemembersPublishes, AsyncDisposable {
  begin(): Eventually<void>
  /**
   * Makes the transaction durable together with the receipts of its publishes, `now` being the
   * time of receipt of the last of them. When it throws, nothing is stored.
   */
  commit(receipts: readonly PublishReceipt[], now: Instant): Eventually<void>
  /** Forgets the transaction; also after the engine has ended it by itself. */
  rollback(): Eventually<void>

  tenant(tenantId: TenantId): TenantRepository
  readonly instance: InstanceRepository

  /** Tells what an error of the storage means; `undefined` for every other error. */
  explainFailure(error: unknown): StorageFailure | undefined
}

export interface StorageFailure {
  readonly error: PlatformError
  /**
   * After a failed write or fsync nobody knows what is on the disk, and trying again may report
   * a success that is none: the process must end and recover from the log (reliability ).
   */
  readonly isFinal: boolean
}
