import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '../platform-error.ts'
import { PasswordWork, passwordWorkersFor } from './password-work.ts'

const busy = (error: unknown) => error instanceof PlatformError && error.code === 'passwordWorkBusy'

test('so many run, so many wait in order, the next is refused', async () => {
  const work = new PasswordWork({ runningMax: 2, waitingMax: 3 })
  const begun: number[] = []
  const ends = new Map<number, () => void>()
  const jobs = [1, 2, 3, 4, 5].map((job) =>
    work.run(
      () =>
        new Promise<number>((resolve) => {
          begun.push(job)
          ends.set(job, () => resolve(job))
        }),
    ),
  )
  assert.deepEqual(begun, [1, 2])
  assert.equal(work.isFull, true)
  await assert.rejects(
    work.run(() => Promise.resolve()),
    busy,
  )
  for (const job of [1, 2, 3, 4, 5]) {
    ends.get(job)?.()
    assert.equal(await jobs[job - 1], job)
    await Promise.resolve()
  }
  assert.deepEqual(begun, [1, 2, 3, 4, 5])
  assert.equal(work.isFull, false)
})

test('work that fails gives its place back', async () => {
  const work = new PasswordWork({ runningMax: 1, waitingMax: 1 })
  await assert.rejects(
    work.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.equal(await work.run(() => Promise.resolve(1)), 1)
})

for (const [cores, workers] of [
  [1, 1],
  [2, 1],
  [8, 7],
] as const) {
  test(`${cores} cores: ${workers} at once`, () => assert.equal(passwordWorkersFor(cores), workers))
}
