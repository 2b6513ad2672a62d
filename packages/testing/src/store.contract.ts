import { describe } from 'node:test'
import { storeDataContract } from './store-data.contract.ts'
import { storeInstanceContract } from './store-instance.contract.ts'
import { storeInventoryContract } from './store-inventory.contract.ts'
import { storeOperationsContract } from './store-operations.contract.ts'
import type { OpenStore } from './store-samples.ts'
import { storeSearchContract } from './store-search.contract.ts'
import { storeUnitsContract } from './store-units.contract.ts'

/** Promises that every storage engine keeps. `open` gives an empty store each time. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`store: ${name}`, () => {
    storeUnitsContract(open)
    storeInventoryContract(open)
    storeDataContract(open)
    storeOperationsContract(open)
    storeSearchContract(open)
    storeInstanceContract(open)
  })
}
