/** Does `work` for every item, so many at a time; fails with the first failure. */
export async function inParallel<T>(
  parallel: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  async function workOneAfterTheOther(): Promise<void> {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      await work(next.value)
    }
  }
  await Promise.all(Array.from({ length: parallel }, workOneAfterTheOther))
}
