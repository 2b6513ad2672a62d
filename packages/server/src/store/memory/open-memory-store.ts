import type { InstanceRepository, TenantId, TenantReader, TenantRepository } from '@pileus/domain'
import type { Engine } from '../engine.ts'
import type { ObservableStore, StoreOptions } from '../open-store.ts'
import { storeOver } from '../open-store.ts'
import { defaultReceiptLimits, PublishReceipts } from '../publish-receipts.ts'
import { Sequences } from '../sequences.ts'
import { positions } from './order.ts'
import {
  instanceReader,
  instanceRepository,
  tenantReader,
  tenantRepository,
} from './repositories.ts'
import type { Transaction } from './staged-map.ts'
import {
  committedInstanceView,
  committedTenantView,
  createInstanceTables,
  createTenantTables,
} from './tables.ts'

export interface MemoryStoreOptions extends StoreOptions {
  /** Numbers of their own, for cases that state ids. */
  readonly sequences?: Sequences
}

/** A store for tests: everything the contract promises but the disk. Lists are scans. */
export function openMemoryStore(options: MemoryStoreOptions = {}): ObservableStore {
  return storeOver(createMemoryEngine(options), options)
}

function createMemoryEngine(options: MemoryStoreOptions): Engine {
  const transaction: Transaction = new Set()
  const sequences = options.sequences ?? new Sequences()
  const receipts = new PublishReceipts({ ...defaultReceiptLimits, ...options.limits })
  const nextPosition = positions()
  const instanceTables = createInstanceTables(transaction)
  const tenants = new Map<TenantId, { repository: TenantRepository; reader: TenantReader }>()

  function tenant(tenantId: TenantId) {
    let found = tenants.get(tenantId)
    if (found === undefined) {
      const tables = createTenantTables(transaction)
      found = {
        repository: tenantRepository(tables, sequences, nextPosition),
        reader: tenantReader(committedTenantView(tables)),
      }
      tenants.set(tenantId, found)
    }
    return found
  }

  const instance: InstanceRepository = instanceRepository(instanceTables, nextPosition)
  return {
    begin() {},

    commit(committedReceipts, now) {
      for (const table of transaction) table.commit()
      transaction.clear()
      sequences.commit()
      if (committedReceipts.length > 0) receipts.remember(committedReceipts, now)
    },

    rollback() {
      for (const table of transaction) table.rollback()
      transaction.clear()
      sequences.rollback()
    },

    tenant: (tenantId) => tenant(tenantId).repository,
    instance,
    reader: (tenantId) => tenant(tenantId).reader,
    instanceReader: instanceReader(committedInstanceView(instanceTables)),
    hasReceipt: (receipt) => receipts.hasReceipt(receipt),
    explainFailure: () => undefined,
    async [Symbol.asyncDispose]() {},
  }
}
