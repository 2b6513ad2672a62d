import { aMeasurement, change, storeObject } from '@pileus/testing'
import { openSqliteStore } from './open-sqlite-store.ts'

/** Stores measurements without end and prints the id of each once it is acknowledged. */
const [, , dataFolder = ''] = process.argv
const store = await openSqliteStore({
  dataFolder,
  measurementIndexLimits: { unindexedMin: 100, unindexedMax: 500 },
})
const sourceId = await storeObject(store)

async function storeForever(receipt: number): Promise<void> {
  for (let time = 0; ; time++) {
    const { id } = await change(store, (repository) =>
      repository.insertMeasurement(aMeasurement(sourceId, { time: time * 100 + receipt })),
    )
    // Written before this returns: standard output is a pipe.
    process.stdout.write(`${id}\n`)
  }
}

await Promise.all(Array.from({ length: 20 }, (_, index) => storeForever(index)))
