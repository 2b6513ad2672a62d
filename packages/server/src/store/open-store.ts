import type { Store } from '@pileus/domain'
import type { CommitGroupLimits, CommitGroupListeners, QueueDepth } from './commit-group.ts'
import { CommitGroup, defaultCommitGroupLimits } from './commit-group.ts'
import type { Engine } from './engine.ts'
import type { ReceiptLimits } from './publish-receipts.ts'

/** What every engine can be told at opening. */
export interface StoreOptions extends CommitGroupListeners {
  readonly limits?: Partial<CommitGroupLimits & ReceiptLimits>
}

/** A store that shows how far it is behind. */
export interface ObservableStore extends Store {
  readonly queueDepth: QueueDepth
}

/** Makes a store of an engine; closing it settles what was handed in and closes the engine. */
export function storeOver(engine: Engine, options: StoreOptions): ObservableStore {
  const group = new CommitGroup(engine, { ...defaultCommitGroupLimits, ...options.limits }, options)
  return {
    run: (tenantId, now, work) => group.run(tenantId, now, work),
    openBatch: (tenantId, now, perform) => group.openBatch(tenantId, now, perform),
    get queueDepth() {
      return group.depth
    },
    reader: (tenantId) => engine.reader(tenantId),
    instanceReader: engine.instanceReader,
    hasReceipt: (receipt) => engine.hasReceipt(receipt),
    async [Symbol.asyncDispose]() {
      await group.close()
      await engine[Symbol.asyncDispose]()
    },
  }
}
